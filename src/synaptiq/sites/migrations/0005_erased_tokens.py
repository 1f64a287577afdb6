"""Tokens of visitors who had all erased are given to nobody again."""

import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models

REFUSE = """
CREATE FUNCTION synaptiq_refuse_erased_token() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM sites_erasedtoken WHERE token_sha256 = NEW.token_sha256) THEN
    RAISE EXCEPTION 'erased visitor' USING ERRCODE = 'SQ410';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER visitor_not_erased BEFORE INSERT ON sites_visitor
  FOR EACH ROW EXECUTE FUNCTION synaptiq_refuse_erased_token();
"""
BACK = """
DROP TRIGGER visitor_not_erased ON sites_visitor;
DROP FUNCTION synaptiq_refuse_erased_token();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_notice_mailed"),
        ("sites", "0004_preview"),
    ]

    operations = [
        migrations.CreateModel(
            name="ErasedToken",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("token_sha256", models.BinaryField(max_length=32, unique=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.account",
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
        migrations.RunSQL(REFUSE, BACK),
    ]
