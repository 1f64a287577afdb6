"""Whence a reservation came, so that from one address not every time is kept."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("meetings", "0003_invited"),
    ]

    operations = [
        migrations.AddField(
            model_name="meeting",
            name="network",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
    ]
