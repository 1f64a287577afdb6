"""The API under /api/v1: JSON in, an action or a query, JSON out."""
