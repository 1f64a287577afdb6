"""An index of letter triples over what was said, for the search through conversations."""

import django.contrib.postgres.indexes
import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_notice_mailed"),
        ("conversations", "0003_accepting"),
        ("sites", "0001_initial"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="event",
            index=django.contrib.postgres.indexes.GinIndex(
                models.F("account"),
                django.contrib.postgres.indexes.OpClass(
                    django.db.models.functions.text.Lower(models.F("content")), name="gin_trgm_ops"
                ),
                condition=models.Q(("type", "message")),
                name="conversation_event_said",
            ),
        ),
    ]
