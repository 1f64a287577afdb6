"""What a fact corrects may be forgotten, where its visitor had that erased. All else stays so."""

from django.db import migrations

_COLUMNS = (
    "id, account_id, visitor_id, conversation_id, criterion, value, quote, message_seq, source, "
    "status, at"
)
GUARD = f"""
DROP TRIGGER fact_never_rewritten ON agent_fact;
CREATE TRIGGER fact_never_rewritten BEFORE UPDATE OF {_COLUMNS} ON agent_fact
  FOR EACH ROW EXECUTE FUNCTION synaptiq_never_rewritten();
CREATE TRIGGER fact_corrects_the_same BEFORE UPDATE OF supersedes_id ON agent_fact
  FOR EACH ROW WHEN (NEW.supersedes_id IS NOT NULL) EXECUTE FUNCTION synaptiq_never_rewritten();
"""
BACK = f"""
DROP TRIGGER fact_corrects_the_same ON agent_fact;
DROP TRIGGER fact_never_rewritten ON agent_fact;
CREATE TRIGGER fact_never_rewritten BEFORE UPDATE OF {_COLUMNS}, supersedes_id ON agent_fact
  FOR EACH ROW EXECUTE FUNCTION synaptiq_never_rewritten();
"""


class Migration(migrations.Migration):
    dependencies = [("agent", "0002_never_rewritten")]

    operations = [migrations.RunSQL(GUARD, BACK)]
