"""Conversations of visitors on sites: logs, turns, notes."""

import django.db.models.deletion
import django.db.models.manager
import synaptiq.conversations.models
import synaptiq.kit.clock
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0006_notice_mailed'),
        ('leads', '0011_status_and_score'),
    ]

    operations = [
        migrations.CreateModel(
            name='ConversationNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField()),
                ('at', models.DateTimeField(db_default=synaptiq.kit.clock.DatabaseNow())),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'across_accounts',
                'default_manager_name': 'objects',
            },
            managers=[
                ('objects', django.db.models.manager.Manager()),
                ('across_accounts', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='Event',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seq', models.PositiveIntegerField()),
                ('type', models.TextField(default='message')),
                ('at', models.DateTimeField(db_default=synaptiq.kit.clock.DatabaseNow())),
                ('sender', models.TextField(choices=[('ai', 'Agent'), ('visitor', 'Visitor'), ('agent', 'Person'), ('system', 'System')], null=True)),
                ('content', models.TextField(null=True)),
                ('data', models.JSONField(default=dict)),
                ('client_message_id', models.UUIDField(null=True)),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'across_accounts',
                'default_manager_name': 'objects',
            },
            managers=[
                ('objects', django.db.models.manager.Manager()),
                ('across_accounts', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='Turn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.TextField(default=synaptiq.conversations.models.new_turn_id, unique=True)),
                ('state', models.TextField(choices=[('pending', 'pending'), ('running', 'running'), ('done', 'done'), ('superseded', 'superseded'), ('failed', 'failed')], default='pending')),
                ('epoch', models.PositiveIntegerField(default=0)),
                ('attempt', models.PositiveSmallIntegerField(default=0)),
                ('received_at', models.DateTimeField(db_default=synaptiq.kit.clock.DatabaseNow())),
                ('claimed_at', models.DateTimeField(null=True)),
                ('first_output_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('agent_version', models.TextField(default='')),
                ('reason', models.TextField(default='')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'across_accounts',
                'default_manager_name': 'objects',
            },
            managers=[
                ('objects', django.db.models.manager.Manager()),
                ('across_accounts', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='Conversation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.TextField(db_collation='C', default=synaptiq.conversations.models.new_conversation_id)),
                ('state', models.TextField(choices=[('ai', 'With the agent'), ('pending_human', 'Waiting for a person'), ('human', 'With a person'), ('closed', 'Closed')], default='ai')),
                ('epoch', models.PositiveIntegerField(default=0)),
                ('waiting_since', models.DateTimeField(null=True)),
                ('agent_version', models.TextField(default='')),
                ('agent_name', models.TextField(default='Synaptiq')),
                ('last_seq', models.PositiveIntegerField(default=0)),
                ('last_sender', models.TextField(choices=[('ai', 'Agent'), ('visitor', 'Visitor'), ('agent', 'Person'), ('system', 'System')], default='visitor')),
                ('message_count', models.PositiveIntegerField(default=0)),
                ('visitor_message_count', models.PositiveIntegerField(default=0)),
                ('created_at', models.DateTimeField(db_default=synaptiq.kit.clock.DatabaseNow())),
                ('updated_at', models.DateTimeField(db_default=synaptiq.kit.clock.DatabaseNow())),
                ('started_at', models.DateTimeField(db_default=synaptiq.kit.clock.DatabaseNow())),
                ('last_message_at', models.DateTimeField(db_default=synaptiq.kit.clock.DatabaseNow())),
                ('last_event_at', models.DateTimeField(db_default=synaptiq.kit.clock.DatabaseNow())),
                ('ended_at', models.DateTimeField(null=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('closed_by', models.TextField(choices=[('idle', 'Idle'), ('person', 'A person'), ('visitor', 'The visitor')], null=True)),
                ('qualification', models.TextField(null=True)),
                ('score', models.SmallIntegerField(null=True)),
                ('meeting_booked', models.BooleanField(default=False)),
                ('with_person', models.BooleanField(default=False)),
                ('is_test', models.BooleanField(default=False)),
                ('is_spam', models.BooleanField(default=False)),
                ('asked', models.PositiveSmallIntegerField(default=0)),
                ('answered', models.PositiveSmallIntegerField(default=0)),
                ('volunteered', models.PositiveSmallIntegerField(default=0)),
                ('scheduler_opened', models.BooleanField(default=False)),
                ('slot_picked', models.BooleanField(default=False)),
                ('active_seconds', models.PositiveIntegerField(default=0)),
                ('device', models.TextField(null=True)),
                ('language', models.TextField(null=True)),
                ('page_url', models.TextField(null=True)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.account')),
                ('lead', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='leads.lead')),
                ('member', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.member')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'across_accounts',
                'default_manager_name': 'objects',
            },
            managers=[
                ('objects', django.db.models.manager.Manager()),
                ('across_accounts', django.db.models.manager.Manager()),
            ],
        ),
    ]
