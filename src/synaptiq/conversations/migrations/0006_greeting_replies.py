"""A greeting that was answered stands in the log with the answers that it offered."""

from importlib import import_module

from django.db import migrations

_ACCEPT = import_module("synaptiq.conversations.migrations.0005_due").ACCEPT
_WITHOUT = """'{"greeting": true}');"""
_WITH = """CASE WHEN jsonb_array_length(coalesce(p_greeting -> 'quick_replies', '[]')) > 0
              THEN jsonb_build_object('greeting', true,
                'quick_replies', p_greeting -> 'quick_replies')
              ELSE '{"greeting": true}'::jsonb END);"""


def _replacing(source: str) -> str:
    return source.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1)


ACCEPT = _replacing(_ACCEPT.replace(_WITHOUT, _WITH))


class Migration(migrations.Migration):
    dependencies = [("conversations", "0005_due")]

    operations = [migrations.RunSQL(ACCEPT, _replacing(_ACCEPT))]
