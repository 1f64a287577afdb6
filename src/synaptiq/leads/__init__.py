"""Leads: people who left a way to be reached, their custom properties and tags."""
