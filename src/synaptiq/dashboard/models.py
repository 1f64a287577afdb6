"""What the dashboard itself keeps: how helpful its documentation was."""

from __future__ import annotations

from django.db import models


class PageFeedback(models.Model):
    """How many readers of a documentation page found it helpful on a day (UTC), and how many not.

    Counts and nothing about anybody: readers need no account, and a row for each vote would let
    a stranger fill the disk.
    """

    page = models.TextField()
    day = models.DateField()
    helpful = models.PositiveIntegerField(default=0)
    unhelpful = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["page", "day"], name="page_feedback_once_a_day")
        ]
