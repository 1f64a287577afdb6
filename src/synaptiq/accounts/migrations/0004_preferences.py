"""What a person prefers, which notices a member wants by email, and the kind of each notice."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_notice_target_audit_indexes")]

    operations = [
        migrations.AddField(
            "user", "language", models.CharField(blank=True, default="", max_length=16)
        ),
        migrations.AddField("user", "dense", models.BooleanField(default=False)),
        migrations.AddField("user", "single_keys", models.BooleanField(default=True)),
        migrations.AddField(
            "member",
            "mailed_kinds",
            django.contrib.postgres.fields.ArrayField(models.TextField(), blank=True, default=list),
        ),
        migrations.AddField("notice", "kind", models.TextField(blank=True, default="")),
    ]
