import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.manager
from django.db import migrations, models

import synaptiq.accounts.tenancy
import synaptiq.kit.clock
import synaptiq.leads.models.imports


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_notice_target_audit_indexes"),
        ("leads", "0005_once_and_conversions"),
    ]

    operations = [
        migrations.CreateModel(
            name="Import",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "public_id",
                    models.TextField(
                        default=synaptiq.leads.models.imports.new_import_id, unique=True
                    ),
                ),
                ("via", models.TextField()),
                ("file_name", models.TextField()),
                ("file_key", models.TextField(default="")),
                ("size", models.BigIntegerField(default=0)),
                ("sha256", models.TextField(default="")),
                ("lines", models.PositiveIntegerField(default=0)),
                ("dialect", models.JSONField(default=dict)),
                ("mapping", models.JSONField(default=list)),
                ("options", models.JSONField(default=dict)),
                ("row", models.PositiveIntegerField(default=0)),
                ("created", models.PositiveIntegerField(default=0)),
                ("changed", models.PositiveIntegerField(default=0)),
                ("unchanged", models.PositiveIntegerField(default=0)),
                ("rejected", models.PositiveIntegerField(default=0)),
                ("rejected_bytes", models.BigIntegerField(default=0)),
                ("uploaded_at", models.DateTimeField(default=synaptiq.kit.clock.now)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.account",
                    ),
                ),
                (
                    "batch",
                    models.OneToOneField(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="leads.batch",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="accounts.member",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "across_accounts",
                "default_manager_name": "objects",
                "indexes": [
                    models.Index(
                        fields=["account", "uploaded_at", "public_id"], name="import_uploaded"
                    )
                ],
                "constraints": [
                    synaptiq.accounts.tenancy.AccountForeignKey(
                        field="member", name="import_member", to="accounts.Member"
                    ),
                    synaptiq.accounts.tenancy.AccountForeignKey(
                        field="batch", name="import_batch_of", to="leads.Batch"
                    ),
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("across_accounts", django.db.models.manager.Manager()),
            ],
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                "account",
                django.db.models.functions.text.Lower("email"),
                condition=models.Q(("deleted_at", None), ("email__isnull", False)),
                name="lead_email",
            ),
        ),
    ]
