"""Whether a notice was mailed too. Earlier ones count as not mailed, since it is not known of
them: at most one mail comes too soon after another."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_notices")]

    operations = [
        migrations.AddField("notice", "mailed", models.BooleanField(default=False)),
    ]
