"""Deleted leads have a page, by when they were deleted."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("leads", "0007_density")]

    operations = [
        migrations.AddIndex(
            "lead",
            models.Index(
                fields=["account", "deleted_at", "public_id"],
                condition=Q(deleted_at__isnull=False, merged_into=None),
                name="lead_deleted",
            ),
        ),
    ]
