"""The order of the inbox, and notes that are sent twice and kept once. What accepts a message has
both what 0007 and what 0008 made of it; whoever changes it next begins with `ACCEPT`.
"""

from importlib import import_module

from django.db import migrations, models

_before = import_module("synaptiq.conversations.migrations.0008_transcripts_and_erasing")
_notifying = import_module("synaptiq.conversations.migrations.0007_presence")
OLD = _before._ACCEPT.replace(_before._FOUND, _before._HELD)
assert _notifying.NOTIFIES in OLD
ACCEPT = OLD.replace(_notifying.NOTIFIES, _notifying.NOTIFIES_ACCOUNT)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_notice_mailed"),
        ("conversations", "0008_transcripts_and_erasing"),
        ("leads", "0011_status_and_score"),
        ("sites", "0002_widget"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="conversation",
            name="conversation_open",
        ),
        migrations.AddField(
            model_name="conversationnote",
            name="client_note_id",
            field=models.UUIDField(null=True),
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(
                fields=["account", "last_message_at", "public_id"], name="conversation_active"
            ),
        ),
        migrations.RunSQL(ACCEPT, OLD),
    ]
