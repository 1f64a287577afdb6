"""Who is at a conversation, and how far each member has read. What accepts a message notifies of
the account too: its function, with other words in its notification.
"""

from importlib import import_module

import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models

import synaptiq.accounts.tenancy
import synaptiq.kit.clock

# As it is since 0006.
_before = import_module("synaptiq.conversations.migrations.0006_greeting_replies")
OLD = _before._replacing(_before._ACCEPT.replace(_before._WITHOUT, _before._WITH))
NOTIFIES = "pg_notify(p_channel, c.id::text)"
assert NOTIFIES in OLD
NOTIFIES_ACCOUNT = "pg_notify(p_channel, c.id || ' a' || s.account_id)"
NEW = OLD.replace(NOTIFIES, NOTIFIES_ACCOUNT)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_notice_mailed"),
        ("conversations", "0006_greeting_replies"),
        ("leads", "0011_status_and_score"),
        ("sites", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Looking",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("seen_at", models.DateTimeField(db_default=synaptiq.kit.clock.DatabaseNow())),
            ],
            options={
                "abstract": False,
                "base_manager_name": "across_accounts",
                "default_manager_name": "objects",
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("across_accounts", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Online",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("process", models.UUIDField()),
                ("seen_at", models.DateTimeField(db_default=synaptiq.kit.clock.DatabaseNow())),
            ],
            options={
                "abstract": False,
                "base_manager_name": "across_accounts",
                "default_manager_name": "objects",
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("across_accounts", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="ReadUpTo",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("seq", models.PositiveIntegerField()),
            ],
            options={
                "abstract": False,
                "base_manager_name": "across_accounts",
                "default_manager_name": "objects",
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("across_accounts", django.db.models.manager.Manager()),
            ],
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(
                condition=models.Q(("closed_at", None)),
                fields=["account", "last_message_at"],
                name="conversation_open",
            ),
        ),
        migrations.AddField(
            model_name="looking",
            name="account",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.account"
            ),
        ),
        migrations.AddField(
            model_name="looking",
            name="conversation",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="conversations.conversation",
            ),
        ),
        migrations.AddField(
            model_name="looking",
            name="member",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="accounts.member",
            ),
        ),
        migrations.AddField(
            model_name="online",
            name="account",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.account"
            ),
        ),
        migrations.AddField(
            model_name="online",
            name="conversation",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="conversations.conversation",
            ),
        ),
        migrations.AddField(
            model_name="readupto",
            name="account",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.account"
            ),
        ),
        migrations.AddField(
            model_name="readupto",
            name="conversation",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="conversations.conversation",
            ),
        ),
        migrations.AddField(
            model_name="readupto",
            name="member",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="accounts.member",
            ),
        ),
        migrations.AddIndex(
            model_name="looking",
            index=models.Index(fields=["seen_at"], name="looking_seen"),
        ),
        migrations.AddConstraint(
            model_name="looking",
            constraint=models.UniqueConstraint(
                fields=("conversation", "member"), name="looking_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="looking",
            constraint=synaptiq.accounts.tenancy.AccountForeignKey(
                field="conversation",
                name="looking_conversation",
                on_delete="CASCADE",
                to="conversations.Conversation",
            ),
        ),
        migrations.AddConstraint(
            model_name="looking",
            constraint=synaptiq.accounts.tenancy.AccountForeignKey(
                field="member", name="looking_member", on_delete="NO ACTION", to="accounts.Member"
            ),
        ),
        migrations.AddIndex(
            model_name="online",
            index=models.Index(fields=["process"], name="online_process"),
        ),
        migrations.AddIndex(
            model_name="online",
            index=models.Index(fields=["seen_at"], name="online_seen"),
        ),
        migrations.AddConstraint(
            model_name="online",
            constraint=models.UniqueConstraint(
                fields=("conversation", "process"), name="online_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="online",
            constraint=synaptiq.accounts.tenancy.AccountForeignKey(
                field="conversation",
                name="online_conversation",
                on_delete="CASCADE",
                to="conversations.Conversation",
            ),
        ),
        migrations.AddConstraint(
            model_name="readupto",
            constraint=models.UniqueConstraint(fields=("member", "conversation"), name="read_once"),
        ),
        migrations.AddConstraint(
            model_name="readupto",
            constraint=synaptiq.accounts.tenancy.AccountForeignKey(
                field="conversation",
                name="read_conversation",
                on_delete="CASCADE",
                to="conversations.Conversation",
            ),
        ),
        migrations.AddConstraint(
            model_name="readupto",
            constraint=synaptiq.accounts.tenancy.AccountForeignKey(
                field="member", name="read_member", on_delete="NO ACTION", to="accounts.Member"
            ),
        ),
        migrations.RunSQL(
            "ALTER TABLE conversations_online SET UNLOGGED;"
            "ALTER TABLE conversations_looking SET UNLOGGED",
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(NEW, OLD),
    ]
