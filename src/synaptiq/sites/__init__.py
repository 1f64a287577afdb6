"""The customer’s sites, and who visits them."""
