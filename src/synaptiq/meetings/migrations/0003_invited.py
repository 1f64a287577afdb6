"""At which address a visitor was invited; of those that were told of before, the lead's."""

from django.db import migrations, models

FILL = """
UPDATE meetings_meeting m SET invited = l.email FROM leads_lead l
WHERE l.id = m.lead_id AND m.told >= 0 AND l.email IS NOT NULL AND l.deleted_at IS NULL
"""


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0011_status_and_score"),
        ("meetings", "0002_host_and_note"),
    ]

    operations = [
        migrations.AddField(
            model_name="meeting",
            name="invited",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
