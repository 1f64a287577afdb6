"""The key of conversations cannot be restricted either.

The rows of a table that a file holds could otherwise not be told apart.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_notice_mailed"),
        ("exports", "0002_rebuilds"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="restrictedfield",
            name="restricted_never_id",
        ),
        migrations.AddConstraint(
            model_name="restrictedfield",
            constraint=models.CheckConstraint(
                condition=models.Q(("column__in", ["id", "conversation_id"]), _negated=True),
                name="restricted_never_id",
            ),
        ),
    ]
