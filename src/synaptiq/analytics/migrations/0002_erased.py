"""What figures keep of those who were erased is written by the database: whoever erases, whichever
floor they are on, need not know of figures, and past figures do not change.

`synaptiq_path` is the path of a page's address: no host, no query, no fragment.
"""

from django.db import migrations

PATH = r"""
CREATE FUNCTION synaptiq_path(url text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN url IS NULL OR url = '' THEN NULL ELSE coalesce(nullif(regexp_replace(
    regexp_replace(url, '^[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*', ''), '[?#].*$', ''), ''), '/') END
$$;
"""
ERASED = """
CREATE FUNCTION synaptiq_keep_erased_lead() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- Of one that was merged the survivor is counted.
  IF OLD.merged_into_id IS NULL AND NOT OLD.is_test AND NOT OLD.is_spam THEN
    INSERT INTO analytics_erasedlead (account_id, number, created_at, first_qualified_at,
        meeting_booked_at, meeting_held_at, won_at, score, origin)
      VALUES (OLD.account_id, OLD.id, OLD.created_at, OLD.first_qualified_at,
        OLD.meeting_booked_at, OLD.meeting_held_at, OLD.won_at, OLD.score, OLD.origin)
      ON CONFLICT DO NOTHING;
  END IF;
  RETURN OLD;
END $$;
CREATE TRIGGER analytics_keep_erased_lead BEFORE DELETE ON leads_lead
  FOR EACH ROW EXECUTE FUNCTION synaptiq_keep_erased_lead();

CREATE FUNCTION synaptiq_move_erased_lead() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE analytics_erasedconversation SET lead_number = NEW.merged_into_id
    WHERE account_id = NEW.account_id AND lead_number = NEW.id;
  RETURN NULL;
END $$;
CREATE TRIGGER analytics_move_erased_lead AFTER UPDATE OF merged_into_id ON leads_lead
  FOR EACH ROW WHEN (NEW.merged_into_id IS NOT NULL)
  EXECUTE FUNCTION synaptiq_move_erased_lead();

CREATE FUNCTION synaptiq_keep_erased_conversation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO analytics_erasedconversation
      (account_id, number, lead_number, device, language)
    VALUES (OLD.account_id, OLD.id, OLD.lead_id, OLD.device, OLD.language)
    ON CONFLICT DO NOTHING;
  -- A path may name somebody.
  UPDATE analytics_visit v SET page = '' FROM analytics_visitorday d
    WHERE d.visitor_id = OLD.visitor_id AND v.account_id = d.account_id AND v.key = d.key
      AND v.at >= d.first_at AND v.at < d.first_at + interval '26 hours';
  UPDATE analytics_visitorday SET page = '' WHERE visitor_id = OLD.visitor_id;
  RETURN NEW;
END $$;
CREATE TRIGGER analytics_keep_erased_conversation
  BEFORE UPDATE OF erased_at ON conversations_conversation
  FOR EACH ROW WHEN (OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL)
  EXECUTE FUNCTION synaptiq_keep_erased_conversation();
"""
BACK = """
DROP TRIGGER analytics_keep_erased_conversation ON conversations_conversation;
DROP TRIGGER analytics_move_erased_lead ON leads_lead;
DROP TRIGGER analytics_keep_erased_lead ON leads_lead;
DROP FUNCTION synaptiq_keep_erased_conversation();
DROP FUNCTION synaptiq_move_erased_lead();
DROP FUNCTION synaptiq_keep_erased_lead();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0001_initial"),
        ("conversations", "0010_preview"),
        ("leads", "0011_status_and_score"),
    ]

    operations = [
        migrations.RunSQL(PATH, "DROP FUNCTION synaptiq_path(text);"),
        migrations.RunSQL(ERASED, BACK),
    ]
