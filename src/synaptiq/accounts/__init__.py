"""Accounts: who may do what, and the record of who did it. The lowest domain."""
