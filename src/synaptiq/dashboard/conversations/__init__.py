"""Conversations: their list, one of them, and taking them out."""
