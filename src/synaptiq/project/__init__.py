"""Composition: settings, addresses, what every request passes first, health, and the worker."""
