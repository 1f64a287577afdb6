"""A conversation of a visitor who is a test is one from its first message on; and what a turn of
such a one was made of is kept."""

from importlib import import_module

from django.db import migrations, models

_ACCEPT = import_module("synaptiq.conversations.migrations.0009_inbox").ACCEPT
_FOUND = "FROM sites_visitor WHERE token_sha256 = p_token AND site_id = s.id FOR SHARE;\n"
_CHANGES = (
    ("v_started timestamptz;\n", "v_started timestamptz; v_is_test boolean := false;\n"),
    (
        f"SELECT id INTO v_visitor {_FOUND}  IF v_visitor IS NULL AND NOT p_is_first",
        f"SELECT id, is_test INTO v_visitor, v_is_test {_FOUND}"
        "  IF v_visitor IS NULL AND NOT p_is_first",
    ),
    (
        "false, false, false, false, 0, 0, 0,",
        "false, false, coalesce(v_is_test, false), false, 0, 0, 0,",
    ),
)


def _accept() -> str:
    source = _ACCEPT
    for was, becomes in _CHANGES:
        if source.count(was) != 1:
            raise ValueError(f"the function has changed: {was}")
        source = source.replace(was, becomes)
    return source


ACCEPT = _accept()


class Migration(migrations.Migration):
    dependencies = [
        ("conversations", "0009_inbox"),
        ("sites", "0004_preview"),
    ]

    operations = [
        migrations.AddField(
            model_name="turn",
            name="trace",
            field=models.JSONField(db_default=[], default=list),
        ),
        migrations.RunSQL(ACCEPT, _ACCEPT),
    ]
