"""When a member last had a page open, and which notices come by email before they choose: those two
kinds are new, so nobody has turned them down yet."""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

import synaptiq.accounts.models

WANT = """
UPDATE accounts_member SET mailed_kinds = mailed_kinds || ARRAY(
    SELECT kind FROM unnest(ARRAY['visitor_waiting', 'lead_qualified']) AS a(kind)
    WHERE NOT kind = ANY(mailed_kinds))
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_notice_mailed")]

    operations = [
        migrations.AddField("member", "seen_at", models.DateTimeField(null=True)),
        migrations.AlterField(
            "member",
            "mailed_kinds",
            ArrayField(
                models.TextField(), blank=True, default=synaptiq.accounts.models.mailed_at_first
            ),
        ),
        migrations.RunSQL(WANT, migrations.RunSQL.noop),
    ]
