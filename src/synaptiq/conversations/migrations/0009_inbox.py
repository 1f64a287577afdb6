"""The order of the inbox, and notes that are sent twice and kept once."""

from django.db import migrations, models


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
    ]
