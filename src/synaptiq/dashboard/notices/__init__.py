"""Notifications: the page of them, and the bell that every page has."""
