"""Agent: what it asks and what answers are worth, what it answers, and its versions."""
