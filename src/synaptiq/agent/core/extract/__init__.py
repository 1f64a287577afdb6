"""Rules that find facts in short messages: a small token grammar of our own.

A number counts only where it was asked for or stands beside a noun of its criterion; a quote is
a part of the message. What is unsure is left: a question more costs less than a false fact.
"""

from synaptiq.agent.core.extract.finding import Finding
from synaptiq.agent.core.extract.reading import Findings, find

__all__ = ["Finding", "Findings", "find"]
