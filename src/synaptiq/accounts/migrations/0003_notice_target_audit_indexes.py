"""Notices name what they are about instead of its page; the audit log is filtered by index."""

from django.db import migrations, models
from django.db.models import F, Value
from django.db.models.functions import Coalesce, NullIf

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
                F("account"),
                Coalesce(
                    NullIf("on_behalf_of", Value(""), output_field=models.TextField()), "actor"
                ),
                F("at").desc(),
                F("public_id").desc(),
                name="audit_person",
            ),
        ),
    ]
