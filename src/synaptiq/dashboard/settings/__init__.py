"""Settings: the account, its team, its keys, and its audit log."""
