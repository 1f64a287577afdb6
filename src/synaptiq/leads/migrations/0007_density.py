"""How dense tables are is one setting of the person now, no longer one of each list."""

from django.db import migrations

TO_PERSON = """
    UPDATE accounts_user SET dense = TRUE WHERE id IN (
        SELECT member.user_id FROM leads_listsettings settings
        JOIN accounts_member member ON member.id = settings.member_id
        WHERE settings.dense
    )
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_preferences"), ("leads", "0006_imports")]

    operations = [
        migrations.RunSQL(TO_PERSON, migrations.RunSQL.noop),
        migrations.RemoveField("listsettings", "dense"),
    ]
