"""Synaptiq: an AI sales agent for web sites. `docs/architecture.md` is the map of this package."""
