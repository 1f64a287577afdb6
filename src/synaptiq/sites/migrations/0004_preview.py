"""Visitors who are members trying the agent out."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sites", "0003_identity")]

    operations = [
        migrations.AddField(
            model_name="visitor",
            name="is_test",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
