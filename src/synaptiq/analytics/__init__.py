"""Figures: what is counted of visits, conversations and leads, and how it is defined."""
