"""Conversations of visitors on sites: logs, turns, notes."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.manager
import synaptiq.accounts.tenancy
import synaptiq.kit.clock
import synaptiq.sites.models
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0006_notice_mailed'),
    ]

    operations = [
        migrations.CreateModel(
            name='Site',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.TextField(default=synaptiq.sites.models.new_site_id, unique=True)),
                ('key', models.TextField(default=synaptiq.sites.models.new_site_key, unique=True)),
                ('name', models.CharField(max_length=120)),
                ('origins', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None)),
                ('created_at', models.DateTimeField(default=synaptiq.kit.clock.now)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.account')),
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
            name='Visitor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.TextField(default=synaptiq.sites.models.new_visitor_id, unique=True)),
                ('token_sha256', models.BinaryField(max_length=32, unique=True)),
                ('first_seen_at', models.DateTimeField(db_default=synaptiq.kit.clock.DatabaseNow())),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.account')),
                ('site', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='sites.site')),
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
        migrations.AddConstraint(
            model_name='site',
            constraint=models.UniqueConstraint(fields=('account', 'id'), name='site_of_account'),
        ),
        migrations.AddConstraint(
            model_name='visitor',
            constraint=models.UniqueConstraint(fields=('account', 'id'), name='visitor_of_account'),
        ),
        migrations.AddConstraint(
            model_name='visitor',
            constraint=synaptiq.accounts.tenancy.AccountForeignKey(field='site', name='visitor_site', on_delete='NO ACTION', to='sites.Site'),
        ),
    ]
