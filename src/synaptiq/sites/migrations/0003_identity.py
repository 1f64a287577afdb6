"""Visitors for whom the customer's server vouches, and the secret with which it does."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_notice_mailed"),
        ("sites", "0002_widget"),
    ]

    operations = [
        migrations.AddField(
            model_name="site",
            name="identity_generation",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="site",
            name="identity_made_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="site",
            name="identity_secret",
            field=models.BinaryField(null=True),
        ),
        migrations.AddField(
            model_name="visitor",
            name="email",
            field=models.TextField(null=True),
        ),
        migrations.AddField(
            model_name="visitor",
            name="external_id",
            field=models.TextField(null=True),
        ),
        migrations.AddField(
            model_name="visitor",
            name="name",
            field=models.TextField(null=True),
        ),
        migrations.AddField(
            model_name="visitor",
            name="phone",
            field=models.TextField(null=True),
        ),
        migrations.AddConstraint(
            model_name="visitor",
            constraint=models.UniqueConstraint(
                condition=models.Q(("external_id__isnull", False)),
                fields=("site", "external_id"),
                name="visitor_vouched_once",
            ),
        ),
    ]
