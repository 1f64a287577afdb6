"""The counter of the chat's limit. What counts, and accepts, is the function of 0005."""

import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models

import synaptiq.accounts.tenancy


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_notice_mailed"),
        ("conversations", "0002_initial"),
        ("procrastinate", "0041_post_retry_failed_job"),
        ("sites", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="ChatCounter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("address", models.TextField()),
                ("minute", models.DateTimeField()),
                ("count", models.PositiveIntegerField()),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.account",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="sites.site",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "across_accounts",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("site", "address"), name="chat_counter_once"),
                    synaptiq.accounts.tenancy.AccountForeignKey(
                        field="site", name="chat_counter_site", to="sites.Site"
                    ),
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("across_accounts", django.db.models.manager.Manager()),
            ],
        ),
        migrations.RunSQL(
            "ALTER TABLE conversations_chatcounter SET UNLOGGED", migrations.RunSQL.noop
        ),
    ]
