"""Leads: the list, one lead, and the way to their export."""
