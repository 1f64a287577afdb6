"""The terminal: what the operator types. Each area is named as its domain."""
