"""Conversations of visitors on sites: logs, turns, notes."""

import django.db.models.deletion
from django.db import migrations, models

import synaptiq.accounts.tenancy


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0006_notice_mailed"),
        ("conversations", "0001_initial"),
        ("sites", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="conversation",
            name="site",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="sites.site",
            ),
        ),
        migrations.AddField(
            model_name="conversation",
            name="visitor",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="sites.visitor",
            ),
        ),
        migrations.AddField(
            model_name="conversationnote",
            name="account",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.account"
            ),
        ),
        migrations.AddField(
            model_name="conversationnote",
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
            model_name="conversationnote",
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
            model_name="event",
            name="account",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.account"
            ),
        ),
        migrations.AddField(
            model_name="event",
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
            model_name="event",
            name="member",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="accounts.member",
            ),
        ),
        migrations.AddField(
            model_name="event",
            name="visitor",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="sites.visitor",
            ),
        ),
        migrations.AddField(
            model_name="turn",
            name="account",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.account"
            ),
        ),
        migrations.AddField(
            model_name="turn",
            name="conversation",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="conversations.conversation",
            ),
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(
                fields=["account", "started_at", "public_id"], name="conversation_started"
            ),
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(
                fields=["account", "created_at", "public_id"], name="conversation_created"
            ),
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(
                condition=models.Q(("lead__isnull", False)),
                fields=["account", "lead", "started_at"],
                name="conversation_of_lead",
            ),
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(fields=["visitor", "id"], name="conversation_of_visitor"),
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(
                condition=models.Q(("closed_at", None)),
                fields=["last_message_at"],
                name="conversation_idle",
            ),
        ),
        migrations.AddConstraint(
            model_name="conversation",
            constraint=models.UniqueConstraint(
                fields=("public_id",), name="conversation_public_id_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="conversation",
            constraint=models.UniqueConstraint(
                fields=("account", "id"), name="conversation_of_account"
            ),
        ),
        migrations.AddConstraint(
            model_name="conversation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("closed_at", None)),
                fields=("visitor",),
                name="conversation_open_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="conversation",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["ai", "pending_human", "human", "closed"])),
                name="conversation_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="conversation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("closed_at__isnull", False),
                        ("ended_at__isnull", False),
                        ("state", "closed"),
                    ),
                    models.Q(
                        models.Q(("state", "closed"), _negated=True),
                        ("closed_at", None),
                        ("ended_at", None),
                    ),
                    _connector="OR",
                ),
                name="conversation_closed_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="conversation",
            constraint=synaptiq.accounts.tenancy.AccountForeignKey(
                field="site", name="conversation_site", on_delete="NO ACTION", to="sites.Site"
            ),
        ),
        migrations.AddConstraint(
            model_name="conversation",
            constraint=synaptiq.accounts.tenancy.AccountForeignKey(
                field="visitor",
                name="conversation_visitor",
                on_delete="NO ACTION",
                to="sites.Visitor",
            ),
        ),
        migrations.AddConstraint(
            model_name="conversation",
            constraint=synaptiq.accounts.tenancy.AccountForeignKey(
                field="lead", name="conversation_lead", on_delete="NO ACTION", to="leads.Lead"
            ),
        ),
        migrations.AddConstraint(
            model_name="conversation",
            constraint=synaptiq.accounts.tenancy.AccountForeignKey(
                field="member",
                name="conversation_member",
                on_delete="NO ACTION",
                to="accounts.Member",
            ),
        ),
        migrations.AddIndex(
            model_name="conversationnote",
            index=models.Index(fields=["conversation", "id"], name="conversation_note"),
        ),
        migrations.AddConstraint(
            model_name="conversationnote",
            constraint=synaptiq.accounts.tenancy.AccountForeignKey(
                field="conversation",
                name="conversation_note_of",
                on_delete="NO ACTION",
                to="conversations.Conversation",
            ),
        ),
        migrations.AddConstraint(
            model_name="conversationnote",
            constraint=synaptiq.accounts.tenancy.AccountForeignKey(
                field="member",
                name="conversation_note_member",
                on_delete="NO ACTION",
                to="accounts.Member",
            ),
        ),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.UniqueConstraint(
                fields=("conversation", "seq"), name="conversation_event_seq"
            ),
        ),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.UniqueConstraint(
                condition=models.Q(("client_message_id__isnull", False)),
                fields=("visitor", "client_message_id"),
                name="conversation_event_sent_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("content__isnull", False),
                        ("sender__in", ["ai", "visitor", "agent", "system"]),
                        ("type", "message"),
                    ),
                    models.Q(
                        models.Q(("type", "message"), _negated=True),
                        ("content", None),
                        ("sender", None),
                    ),
                    _connector="OR",
                ),
                name="conversation_event_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="event",
            constraint=synaptiq.accounts.tenancy.AccountForeignKey(
                field="conversation",
                name="conversation_event_of",
                on_delete="NO ACTION",
                to="conversations.Conversation",
            ),
        ),
        migrations.AddConstraint(
            model_name="event",
            constraint=synaptiq.accounts.tenancy.AccountForeignKey(
                field="member",
                name="conversation_event_member",
                on_delete="NO ACTION",
                to="accounts.Member",
            ),
        ),
        migrations.AddConstraint(
            model_name="event",
            constraint=synaptiq.accounts.tenancy.AccountForeignKey(
                field="visitor",
                name="conversation_event_visitor",
                on_delete="NO ACTION",
                to="sites.Visitor",
            ),
        ),
        migrations.AddIndex(
            model_name="turn",
            index=models.Index(fields=["account", "received_at"], name="turn_received"),
        ),
        migrations.AddIndex(
            model_name="turn",
            index=models.Index(fields=["conversation", "id"], name="turn_of_conversation"),
        ),
        migrations.AddConstraint(
            model_name="turn",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["pending", "running"])),
                fields=("conversation",),
                name="turn_open_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="turn",
            constraint=synaptiq.accounts.tenancy.AccountForeignKey(
                field="conversation",
                name="turn_conversation",
                on_delete="NO ACTION",
                to="conversations.Conversation",
            ),
        ),
    ]
