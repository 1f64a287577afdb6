"""What the widget must know of its site, where it was seen, and greetings with their counts."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models

import synaptiq.accounts.tenancy
import synaptiq.kit.clock
import synaptiq.sites.models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_notice_mailed"),
        ("sites", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Greeting",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "public_id",
                    models.TextField(default=synaptiq.sites.models.new_greeting_id, unique=True),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("is_on", models.BooleanField(default=True)),
                ("text", models.TextField(default="")),
                (
                    "quick_replies",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), default=list, size=None
                    ),
                ),
                (
                    "pages",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), default=list, size=None
                    ),
                ),
                ("delay_seconds", models.PositiveSmallIntegerField(default=3)),
                (
                    "frequency",
                    models.TextField(
                        choices=[
                            ("once", "Once for each visitor"),
                            ("session", "Once a visit"),
                            ("always", "On every page view"),
                        ],
                        default="session",
                    ),
                ),
                ("created_at", models.DateTimeField(default=synaptiq.kit.clock.now)),
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
        migrations.CreateModel(
            name="GreetingCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                (
                    "outcome",
                    models.TextField(
                        choices=[
                            ("shown", "Shown"),
                            ("opened", "Opened"),
                            ("answered", "Answered"),
                            ("dismissed", "Dismissed"),
                            ("other_page", "It is for other pages"),
                            ("dismissed_before", "The visitor dismissed it before"),
                            ("shown_before", "The visitor saw it before"),
                            ("chat_open", "The chat was open"),
                            ("chat_before", "The visitor had written before"),
                            ("tab_hidden", "The tab was not in view"),
                            ("left_before_delay", "The visitor left before its time"),
                            ("screen_too_small", "The screen had no room"),
                        ]
                    ),
                ),
                ("count", models.PositiveIntegerField(default=0)),
                ("last_page", models.TextField(default="")),
                ("last_at", models.DateTimeField(default=synaptiq.kit.clock.now)),
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
            model_name="site",
            name="consent",
            field=models.BooleanField(db_default=True, default=True),
        ),
        migrations.AddField(
            model_name="site",
            name="first_seen_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="site",
            name="last_refused_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="site",
            name="last_refused_origin",
            field=models.TextField(db_default="", default=""),
        ),
        migrations.AddField(
            model_name="site",
            name="last_seen_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="site",
            name="last_seen_page",
            field=models.TextField(db_default="", default=""),
        ),
        migrations.AddField(
            model_name="site",
            name="privacy_url",
            field=models.TextField(db_default="", default=""),
        ),
        migrations.AddField(
            model_name="site",
            name="remember_days",
            field=models.PositiveSmallIntegerField(db_default=90, default=90),
        ),
        migrations.AddConstraint(
            model_name="site",
            constraint=models.CheckConstraint(
                condition=models.Q(("remember_days__range", (1, 365))), name="site_remember_days"
            ),
        ),
        migrations.AddField(
            model_name="greeting",
            name="account",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.account"
            ),
        ),
        migrations.AddField(
            model_name="greeting",
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
            model_name="greetingcount",
            name="account",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.account"
            ),
        ),
        migrations.AddField(
            model_name="greetingcount",
            name="greeting",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="sites.greeting",
            ),
        ),
        migrations.AddIndex(
            model_name="greeting",
            index=models.Index(fields=["site", "position"], name="greeting_of_site"),
        ),
        migrations.AddConstraint(
            model_name="greeting",
            constraint=models.UniqueConstraint(
                fields=("account", "id"), name="greeting_of_account"
            ),
        ),
        migrations.AddConstraint(
            model_name="greeting",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("frequency__in", ["once", "session", "always"]), ("delay_seconds__lte", 600)
                ),
                name="greeting_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="greeting",
            constraint=synaptiq.accounts.tenancy.AccountForeignKey(
                field="site", name="greeting_site", on_delete="NO ACTION", to="sites.Site"
            ),
        ),
        migrations.AddConstraint(
            model_name="greetingcount",
            constraint=models.UniqueConstraint(
                fields=("greeting", "day", "outcome"), name="greeting_count_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="greetingcount",
            constraint=synaptiq.accounts.tenancy.AccountForeignKey(
                field="greeting", name="greeting_count_of", on_delete="CASCADE", to="sites.Greeting"
            ),
        ),
    ]
