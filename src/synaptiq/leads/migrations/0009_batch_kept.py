"""An undo counts the leads that it left; acts that have not ended have an index for the sweep."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("leads", "0008_deleted_index")]

    operations = [
        migrations.AddField("batch", "kept", models.JSONField(default=dict)),
        migrations.AddIndex(
            "batch",
            models.Index(
                fields=["requested_at"],
                condition=Q(state__in=["requested", "running"]),
                name="batch_unfinished",
            ),
        ),
    ]
