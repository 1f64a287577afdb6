"""A lead that was merged into another says into which."""

import django.db.models.deletion
from django.db import migrations, models

import synaptiq.accounts.tenancy


class Migration(migrations.Migration):
    dependencies = [("leads", "0003_list_indexes")]

    operations = [
        migrations.AddField(
            model_name="lead",
            name="merged_into",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="leads.lead",
            ),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                condition=models.Q(("merged_into__isnull", False)),
                fields=["account", "merged_into"],
                name="lead_merged",
            ),
        ),
        migrations.AddConstraint(
            model_name="lead",
            constraint=synaptiq.accounts.tenancy.AccountForeignKey(
                field="merged_into", name="lead_merged_into", on_delete="NO ACTION", to="leads.Lead"
            ),
        ),
    ]
