"""Transcripts by email, and conversations that their visitor had erased.

Who accepts a message holds its visitor, so that none is written for one who is erased meanwhile:
whoever erases holds the visitor too, and afterwards nobody has that token.
"""

from importlib import import_module

import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models

import synaptiq.accounts.tenancy
import synaptiq.kit.clock

_ACCEPT = import_module("synaptiq.conversations.migrations.0006_greeting_replies").ACCEPT
_FOUND = "FROM sites_visitor WHERE token_sha256 = p_token AND site_id = s.id;"
_HELD = _FOUND.replace(";", " FOR SHARE;")


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_notice_mailed"),
        ("conversations", "0007_presence"),
    ]

    operations = [
        migrations.AddField(
            model_name="conversation",
            name="erased_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.CreateModel(
            name="TranscriptMail",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("email", models.TextField()),
                ("address", models.BinaryField(max_length=32)),
                ("asked_at", models.DateTimeField(default=synaptiq.kit.clock.now)),
                ("sent_at", models.DateTimeField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.account",
                    ),
                ),
                (
                    "conversation",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="conversations.conversation",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "across_accounts",
                "default_manager_name": "objects",
                "indexes": [
                    models.Index(
                        fields=["conversation", "asked_at"], name="transcript_of_conversation"
                    ),
                    models.Index(
                        fields=["account", "address", "asked_at"], name="transcript_to_address"
                    ),
                    models.Index(fields=["asked_at"], name="transcript_asked"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("sent_at", None), ("email", ""), _connector="OR"),
                        name="transcript_address_forgotten",
                    ),
                    synaptiq.accounts.tenancy.AccountForeignKey(
                        field="conversation",
                        name="transcript_of",
                        on_delete="CASCADE",
                        to="conversations.Conversation",
                    ),
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("across_accounts", django.db.models.manager.Manager()),
            ],
        ),
        migrations.RunSQL(_ACCEPT.replace(_FOUND, _HELD), _ACCEPT),
    ]
