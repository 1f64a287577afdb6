"""What an `Idempotency-Key` made, and the type that a custom property is being converted to."""

import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models

import synaptiq.accounts.tenancy
import synaptiq.kit.clock


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_notice_target_audit_indexes"),
        ("leads", "0004_merged"),
    ]

    operations = [
        migrations.CreateModel(
            name="MadeOnce",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.TextField()),
                ("request_sha256", models.TextField()),
                ("target", models.TextField(blank=True)),
                ("made_at", models.DateTimeField(default=synaptiq.kit.clock.now)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.account",
                    ),
                ),
                (
                    "api_key",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="accounts.apikey",
                    ),
                ),
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
        migrations.AddField(
            model_name="customproperty",
            name="converting",
            field=models.JSONField(null=True),
        ),
        migrations.AddIndex(
            model_name="madeonce",
            index=models.Index(fields=["made_at"], name="made_once_at"),
        ),
        migrations.AddConstraint(
            model_name="madeonce",
            constraint=models.UniqueConstraint(
                fields=("account", "api_key", "key"), name="made_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="madeonce",
            constraint=synaptiq.accounts.tenancy.AccountForeignKey(
                field="api_key",
                name="made_by_api_key",
                on_delete="NO ACTION",
                to="accounts.APIKey",
            ),
        ),
    ]
