"""A version is never changed, and of a fact only whose lead it is.

Conversations are pinned to versions, and scores are explained by facts: both would be worth nothing
if a fault of ours could rewrite them. Deleting stays possible, for an erasure.
"""

from django.db import migrations

GUARD = """
CREATE FUNCTION synaptiq_never_rewritten() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is never rewritten', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER agent_version_never_rewritten BEFORE UPDATE ON agent_agentversion
  FOR EACH ROW EXECUTE FUNCTION synaptiq_never_rewritten();
CREATE TRIGGER fact_never_rewritten
  BEFORE UPDATE OF id, account_id, visitor_id, conversation_id, criterion, value, quote,
    message_seq, source, status, supersedes_id, at ON agent_fact
  FOR EACH ROW EXECUTE FUNCTION synaptiq_never_rewritten();
"""
BACK = """
DROP TRIGGER fact_never_rewritten ON agent_fact;
DROP TRIGGER agent_version_never_rewritten ON agent_agentversion;
DROP FUNCTION synaptiq_never_rewritten();
"""


class Migration(migrations.Migration):
    dependencies = [("agent", "0001_initial")]

    operations = [migrations.RunSQL(GUARD, BACK)]
