"""Calendars of members and the meetings in them."""

import django.contrib.postgres.constraints
import django.db.models.deletion
import django.db.models.manager
import synaptiq.accounts.tenancy
import synaptiq.kit.clock
import synaptiq.meetings.models
from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0006_notice_mailed'),
        ('conversations', '0007_presence'),
        ('leads', '0011_status_and_score'),
    ]

    operations = [
        # For the constraint that keeps a member's meetings apart.
        BtreeGistExtension(),
        migrations.CreateModel(
            name='Calendar',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.TextField(default='built_in')),
                ('is_on', models.BooleanField(default=False)),
                ('hours', models.JSONField(default=synaptiq.meetings.models.usual_hours)),
                ('timezone', models.TextField(blank=True, default='')),
                ('minutes', models.PositiveSmallIntegerField(default=30)),
                ('buffer_before', models.PositiveSmallIntegerField(default=0)),
                ('buffer_after', models.PositiveSmallIntegerField(default=0)),
                ('notice_minutes', models.PositiveIntegerField(default=240)),
                ('days_ahead', models.PositiveSmallIntegerField(default=21)),
                ('place', models.TextField(blank=True, default='')),
                ('created_at', models.DateTimeField(db_default=synaptiq.kit.clock.DatabaseNow())),
                ('updated_at', models.DateTimeField(db_default=synaptiq.kit.clock.DatabaseNow())),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.account')),
                ('member', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.member')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'across_accounts',
                'default_manager_name': 'objects',
                'constraints': [synaptiq.accounts.tenancy.AccountForeignKey(field='member', name='calendar_member', on_delete='NO ACTION', to='accounts.Member')],
            },
            managers=[
                ('objects', django.db.models.manager.Manager()),
                ('across_accounts', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='Meeting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.TextField(default=synaptiq.meetings.models.new_meeting_id, unique=True)),
                ('state', models.TextField(choices=[('reserved', 'Reserved'), ('booked', 'Booked'), ('cancelled', 'Cancelled')], default='reserved')),
                ('attendance', models.TextField(choices=[('held', 'Held'), ('no_show', 'No-show')], null=True)),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('blocked_from', models.DateTimeField()),
                ('blocked_until', models.DateTimeField()),
                ('zone', models.TextField(default='UTC')),
                ('place', models.TextField(blank=True, default='')),
                ('sequence', models.PositiveIntegerField(default=0)),
                ('told', models.IntegerField(default=-1)),
                ('is_test', models.BooleanField(default=False)),
                ('expires_at', models.DateTimeField(null=True)),
                ('booked_at', models.DateTimeField(null=True)),
                ('cancelled_at', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField(db_default=synaptiq.kit.clock.DatabaseNow())),
                ('updated_at', models.DateTimeField(db_default=synaptiq.kit.clock.DatabaseNow())),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.account')),
                ('conversation', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='conversations.conversation')),
                ('lead', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='leads.lead')),
                ('member', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.member')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'across_accounts',
                'default_manager_name': 'objects',
                'indexes': [models.Index(fields=['account', 'starts_at', 'public_id'], name='meeting_starts'), models.Index(condition=models.Q(('lead__isnull', False)), fields=['account', 'lead'], name='meeting_of_lead'), models.Index(fields=['conversation'], name='meeting_of_conversation'), models.Index(condition=models.Q(('state', 'reserved')), fields=['expires_at'], name='meeting_expires')],
                'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('is_test', False), ('state__in', ['reserved', 'booked'])), expressions=[(models.F('member'), '='), (synaptiq.meetings.models.Span('blocked_from', 'blocked_until'), '&&')], name='meeting_once_at_a_time'), models.UniqueConstraint(condition=models.Q(('state', 'reserved')), fields=('conversation',), name='meeting_reserved_once'), models.CheckConstraint(condition=models.Q(('state__in', ['reserved', 'booked', 'cancelled'])), name='meeting_state_known'), models.CheckConstraint(condition=models.Q(('blocked_from__lte', models.F('starts_at')), ('blocked_until__gte', models.F('ends_at')), ('starts_at__lt', models.F('ends_at'))), name='meeting_in_order'), models.CheckConstraint(condition=models.Q(models.Q(('expires_at__isnull', False), ('state', 'reserved')), models.Q(models.Q(('state', 'reserved'), _negated=True), ('booked_at__isnull', False), ('expires_at', None)), _connector='OR'), name='meeting_whole'), models.CheckConstraint(condition=models.Q(('attendance', None), ('state', 'booked'), _connector='OR'), name='meeting_attended'), synaptiq.accounts.tenancy.AccountForeignKey(field='member', name='meeting_member', on_delete='NO ACTION', to='accounts.Member'), synaptiq.accounts.tenancy.AccountForeignKey(field='conversation', name='meeting_conversation', on_delete='NO ACTION', to='conversations.Conversation'), synaptiq.accounts.tenancy.AccountForeignKey(field='lead', name='meeting_lead', on_delete='NO ACTION', to='leads.Lead')],
            },
            managers=[
                ('objects', django.db.models.manager.Manager()),
                ('across_accounts', django.db.models.manager.Manager()),
            ],
        ),
    ]
