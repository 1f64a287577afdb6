"""Notices have an id of their own and a page of lists; earlier ones lose the names of leads."""

from django.db import migrations, models
from django.db.models import Q

import synaptiq.accounts.models

# Hexadecimal digits are some of those that ids are made of. Of kinds nothing was written before,
# and who reads an earlier notice finds the name at the lead itself. One statement: a second one
# over the same rows would leave checks of foreign keys pending, beside which no index is made.
CARRY = """
UPDATE accounts_notice SET
    public_id =
        'notice_' || substr(md5(random()::text || clock_timestamp()::text || id), 1, 20),
    kind = CASE
        WHEN target LIKE 'lead\\_%' AND text LIKE 'You were mentioned%' THEN 'mentioned'
        WHEN target LIKE 'lead\\_%' THEN 'lead_assigned'
        WHEN target LIKE 'exp\\_%' AND text LIKE '% failed: %' THEN 'export_failed'
        WHEN target LIKE 'exp\\_%' THEN 'export_ready'
        WHEN target LIKE 'imp\\_%' AND text LIKE '% failed: %' THEN 'import_failed'
        WHEN target LIKE 'imp\\_%' THEN 'import_done'
        WHEN target LIKE 'batch\\_%' AND text LIKE '% yours now' THEN 'lead_assigned'
        WHEN target LIKE 'batch\\_%' THEN 'batch_ended'
        WHEN target LIKE 'prop\\_%' THEN 'property_converted'
        ELSE ''
    END,
    text = CASE
        WHEN target LIKE 'lead\\_%' AND text LIKE 'You were mentioned%'
            THEN 'has a note that mentions you'
        WHEN target LIKE 'lead\\_%' THEN 'was assigned to you'
        ELSE text
    END
WHERE public_id = '';
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_preferences")]

    operations = [
        migrations.AddField("notice", "public_id", models.TextField(default="")),
        # Backwards too: without a kind, a text about a lead reads well enough.
        migrations.RunSQL(CARRY, migrations.RunSQL.noop),
        migrations.AlterField(
            "notice",
            "public_id",
            models.TextField(default=synaptiq.accounts.models.new_notice_id, unique=True),
        ),
        migrations.RemoveIndex("notice", "notice_newest"),
        migrations.AddIndex(
            "notice",
            models.Index(
                fields=["account", "member", "-created_at", "-public_id"], name="notice_newest"
            ),
        ),
        migrations.AddIndex(
            "notice",
            models.Index(
                fields=["account", "member", "-created_at", "-public_id"],
                condition=Q(read_at=None),
                name="notice_unread",
            ),
        ),
    ]
