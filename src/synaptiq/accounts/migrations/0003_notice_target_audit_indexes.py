"""Notices name what they are about instead of its page; the audit log is filtered by index."""

from django.db import migrations, models
from django.db.models import Q

TO_TARGET = """
UPDATE accounts_notice SET target = coalesce(substring(target FROM '(exp_[0-9a-z]{4,40})$'), '')
WHERE target <> '';
"""
TO_PATH = """
UPDATE accounts_notice SET target = '/admin/exports/' || target WHERE target LIKE 'exp\\_%';
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_audit_append_only")]

    operations = [
        migrations.RenameField("notice", "path", "target"),
        migrations.RunSQL(TO_TARGET, TO_PATH),
        migrations.AddIndex(
            "auditentry",
            models.Index(fields=["account", "action", "-at", "-public_id"], name="audit_action"),
        ),
        migrations.AddIndex(
            "auditentry",
            models.Index(fields=["account", "actor", "-at", "-public_id"], name="audit_actor"),
        ),
        migrations.AddIndex(
            "auditentry",
            models.Index(
                fields=["account", "on_behalf_of", "-at", "-public_id"],
                condition=~Q(on_behalf_of=""),
                name="audit_on_behalf_of",
            ),
        ),
    ]
