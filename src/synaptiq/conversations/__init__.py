"""Conversations: one ordered log each, and the hand-over between agent and people."""
