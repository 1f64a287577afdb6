"""The index of the status knows the score too.

Beside work in progress: neither reading nor writing waits for it; it waits for what was begun
before it, such as an export.
"""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models
from django.db.models.functions import Coalesce


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("leads", "0010_fresh_counts")]

    operations = [
        AddIndexConcurrently(
            "lead",
            models.Index(
                "account",
                "status",
                Coalesce(models.F("score"), models.Value(-1)),
                name="lead_status_score",
            ),
        ),
        RemoveIndexConcurrently("lead", "lead_status"),
    ]
