"""The agent: its versions, its answers, and what it learned."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.manager
import synaptiq.accounts.tenancy
import synaptiq.agent.models
import synaptiq.kit.clock
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0006_notice_mailed'),
        ('conversations', '0002_initial'),
        ('leads', '0011_status_and_score'),
        ('sites', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='AgentVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.TextField(default=synaptiq.agent.models.new_version_id, unique=True)),
                ('number', models.PositiveIntegerField()),
                ('name', models.TextField()),
                ('greeting', models.TextField()),
                ('profile', models.JSONField()),
                ('said', models.TextField(default='')),
                ('created_at', models.DateTimeField(db_default=synaptiq.kit.clock.DatabaseNow())),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.account')),
                ('member', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.member')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'across_accounts',
                'default_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('account', 'number'), name='agent_version_number'), synaptiq.accounts.tenancy.AccountForeignKey(field='member', name='agent_version_member', on_delete='NO ACTION', to='accounts.Member')],
            },
            managers=[
                ('objects', django.db.models.manager.Manager()),
                ('across_accounts', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.TextField(default=synaptiq.agent.models.new_answer_id, unique=True)),
                ('question', models.TextField()),
                ('answer', models.TextField()),
                ('question_search', models.GeneratedField(db_persist=True, expression=django.contrib.postgres.search.SearchVector(models.F('question'), config='english'), output_field=django.contrib.postgres.search.SearchVectorField())),
                ('search', models.GeneratedField(db_persist=True, expression=django.contrib.postgres.search.SearchVector(models.F('question'), models.F('answer'), config='english'), output_field=django.contrib.postgres.search.SearchVectorField())),
                ('created_at', models.DateTimeField(db_default=synaptiq.kit.clock.DatabaseNow())),
                ('updated_at', models.DateTimeField(db_default=synaptiq.kit.clock.DatabaseNow())),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.account')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'across_accounts',
                'default_manager_name': 'objects',
                'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['search'], name='answer_search')],
            },
            managers=[
                ('objects', django.db.models.manager.Manager()),
                ('across_accounts', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='Fact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('criterion', models.TextField()),
                ('value', models.JSONField(null=True)),
                ('quote', models.TextField(default='')),
                ('message_seq', models.PositiveIntegerField()),
                ('source', models.TextField(choices=[('stated', 'Said'), ('button', 'Chosen'), ('form', 'Typed into the form'), ('human', 'Set by a person'), ('inferred', 'Inferred')])),
                ('status', models.TextField(choices=[('known', 'Known'), ('refused', 'Refused')], default='known')),
                ('at', models.DateTimeField(db_default=synaptiq.kit.clock.DatabaseNow())),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.account')),
                ('conversation', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='conversations.conversation')),
                ('lead', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='leads.lead')),
                ('supersedes', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='agent.fact')),
                ('visitor', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='sites.visitor')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'across_accounts',
                'default_manager_name': 'objects',
                'indexes': [models.Index(fields=['visitor', 'id'], name='fact_of_visitor'), models.Index(condition=models.Q(('lead__isnull', False)), fields=['account', 'lead', 'id'], name='fact_of_lead'), models.Index(fields=['conversation', 'id'], name='fact_of_conversation')],
                'constraints': [models.UniqueConstraint(fields=('account', 'id'), name='fact_of_account'), models.CheckConstraint(condition=models.Q(('source__in', ['stated', 'button', 'form', 'human', 'inferred']), ('status__in', ['known', 'refused'])), name='fact_kind_known'), synaptiq.accounts.tenancy.AccountForeignKey(field='lead', name='fact_lead', on_delete='NO ACTION', to='leads.Lead'), synaptiq.accounts.tenancy.AccountForeignKey(field='visitor', name='fact_visitor', on_delete='NO ACTION', to='sites.Visitor'), synaptiq.accounts.tenancy.AccountForeignKey(field='conversation', name='fact_conversation', on_delete='NO ACTION', to='conversations.Conversation'), synaptiq.accounts.tenancy.AccountForeignKey(field='supersedes', name='fact_supersedes', on_delete='NO ACTION', to='agent.Fact')],
            },
            managers=[
                ('objects', django.db.models.manager.Manager()),
                ('across_accounts', django.db.models.manager.Manager()),
            ],
        ),
    ]
