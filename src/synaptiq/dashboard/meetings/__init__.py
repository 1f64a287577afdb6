"""Meetings: the page of the team, and the one that a visitor has of theirs."""
