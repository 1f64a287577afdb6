"""How the agent thinks: profile, facts, score and turn as plain functions.

No database, no network, no clock: a state comes in, facts and messages go out. So a turn can be
computed again after a crash, replayed from a log, and tested without anything around it.
"""
