"""Meetings: who has time when, what is reserved and booked, and the letters about it."""
