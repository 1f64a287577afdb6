"""The audit log takes new lines and gives none back, whoever asks.

The runtime role lacks the privileges as well (`accounts.grants`); the trigger is there for every
other role, the owner's included. Only `ALTER TABLE … DISABLE TRIGGER`, by the owner, opens it.
"""

from django.db import migrations

GUARD = """
CREATE OR REPLACE FUNCTION synaptiq_audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit log is append-only: % refused', TG_OP
    USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE OR REPLACE TRIGGER audit_append_only
  BEFORE UPDATE OR DELETE OR TRUNCATE ON accounts_auditentry
  FOR EACH STATEMENT EXECUTE FUNCTION synaptiq_audit_append_only();
-- Which entries a late commit can still join: those at or above pg_snapshot_xmin. Sealing asks.
ALTER TABLE accounts_auditentry
  ADD COLUMN IF NOT EXISTS transaction xid8 NOT NULL DEFAULT pg_current_xact_id();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    # Going back leaves the guard where it is, so that no way leads to a log that can be rewritten;
    # going forward again finds it there.
    operations = [migrations.RunSQL(GUARD, migrations.RunSQL.noop)]
