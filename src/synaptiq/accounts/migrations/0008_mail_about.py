"""Whose visitor a mail tells of, so that erasing them finds it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_member_seen"),
    ]

    operations = [
        migrations.AddField(
            model_name="mail",
            name="about",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
    ]
