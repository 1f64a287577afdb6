"""The agent: what it asks, what it learns, how it scores, and what it says next."""
