"""Composition only: settings, addresses, and which event wakes which task."""
