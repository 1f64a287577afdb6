"""Whoever writes on in a conversation whose lead was deleted begins another: nobody of the team
would see that one.

The function that accepts a visitor's message stands here whole, as it is: whoever changes it next
writes it whole again. `conversations/accepting.py` calls it, and says what comes back.
"""

from importlib import import_module

from django.db import migrations

_BEFORE = import_module("synaptiq.conversations.migrations.0010_preview").ACCEPT

# Outcomes: ok, again (this client message was accepted before), site, origin, limit, token,
# conversation (it is not this visitor's), idle, full and gone (the open one must be closed first).
# The 2,000 are those of `closing.MOST_MESSAGES`.
ACCEPT = """
CREATE OR REPLACE FUNCTION synaptiq_chat_accept(
  p_site_key text, p_origin text, p_address text, p_limit integer,
  p_token bytea, p_is_first boolean, p_new_visitor text,
  p_client_message uuid, p_conversation text, p_content text, p_data jsonb,
  p_new_conversation text, p_new_turn text, p_about jsonb, p_greeting jsonb,
  p_idle interval, p_channel text, p_turns_channel text, p_clock timestamptz,
  OUT outcome text, OUT account_id bigint, OUT conversation_pk bigint, OUT conversation text,
  OUT turn text, OUT seq integer, OUT used integer, OUT reset integer
) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  s record; c record; v_visitor bigint; v_now timestamptz; v_minute timestamptz;
  v_greeted integer := (p_greeting IS NOT NULL)::integer;
  v_started timestamptz; v_is_test boolean := false;
BEGIN
  SELECT id, account_id, origins INTO s FROM sites_site WHERE key = p_site_key;
  IF NOT FOUND THEN outcome := 'site'; RETURN; END IF;
  account_id := s.account_id;
  IF p_origin IS NULL OR NOT p_origin = ANY (s.origins) THEN outcome := 'origin'; RETURN; END IF;

  v_now := coalesce(p_clock, clock_timestamp());
  v_minute := date_trunc('minute', v_now);
  reset := 60 - floor(extract(second FROM v_now));
  SELECT count INTO used FROM conversations_chatcounter
    WHERE site_id = s.id AND address = p_address AND minute = v_minute;
  used := coalesce(used, 0);
  IF used >= p_limit THEN outcome := 'limit'; RETURN; END IF;

  -- Held, so that nothing is written for one who is erased at this moment.
  SELECT id, is_test INTO v_visitor, v_is_test FROM sites_visitor
    WHERE token_sha256 = p_token AND site_id = s.id FOR SHARE;
  IF v_visitor IS NULL AND NOT p_is_first THEN outcome := 'token'; RETURN; END IF;
  IF p_conversation IS NOT NULL THEN
    -- Who is new has none to name.
    PERFORM FROM conversations_conversation
      WHERE public_id = p_conversation AND visitor_id = v_visitor;
    IF NOT FOUND THEN outcome := 'conversation'; RETURN; END IF;
  END IF;

  LOOP
    SELECT id, public_id, state, epoch, last_seq, last_message_at, last_event_at, message_count,
        lead_id
      INTO c
      FROM conversations_conversation WHERE visitor_id = v_visitor AND closed_at IS NULL FOR UPDATE;
    IF v_visitor IS NULL THEN
      -- Of two that send the same first message, the second waits here for the first to commit.
      INSERT INTO sites_visitor (account_id, site_id, public_id, token_sha256, first_seen_at)
        VALUES (s.account_id, s.id, p_new_visitor, p_token, coalesce(p_clock, clock_timestamp()))
        ON CONFLICT (token_sha256) DO NOTHING;
      SELECT id INTO v_visitor FROM sites_visitor
        WHERE token_sha256 = p_token AND site_id = s.id FOR SHARE;
      CONTINUE;
    END IF;
    -- With the row locked, so that the one that was quicker is seen.
    SELECT e.seq, e.data ->> 'turn', v.id, v.public_id INTO seq, turn, conversation_pk, conversation
      FROM conversations_event e JOIN conversations_conversation v ON v.id = e.conversation_id
      WHERE e.visitor_id = v_visitor AND e.client_message_id = p_client_message;
    IF FOUND THEN outcome := 'again'; RETURN; END IF;
    v_now := coalesce(p_clock, clock_timestamp());
    IF c.id IS NOT NULL THEN
      conversation_pk := c.id; conversation := c.public_id;
      IF c.lead_id IS NOT NULL THEN
        PERFORM FROM leads_lead WHERE id = c.lead_id AND deleted_at IS NOT NULL;
        IF FOUND THEN outcome := 'gone'; RETURN; END IF;
      END IF;
      IF v_now - c.last_message_at >= p_idle THEN outcome := 'idle'; RETURN; END IF;
      IF c.message_count >= 2000 THEN outcome := 'full'; RETURN; END IF;
      v_now := greatest(v_now, c.last_event_at);
      seq := c.last_seq + 1;
      UPDATE conversations_conversation SET last_seq = last_seq + 1, last_sender = 'visitor',
        last_event_at = v_now, last_message_at = v_now, updated_at = greatest(updated_at, v_now),
        message_count = message_count + 1, visitor_message_count = visitor_message_count + 1
        WHERE id = c.id;
      EXIT;
    END IF;
    -- The greeting has the time of whoever showed it, whose clock may be ahead.
    v_started := least(coalesce((p_greeting ->> 'shown_at')::timestamptz, v_now), v_now);
    INSERT INTO conversations_conversation (
      account_id, public_id, site_id, visitor_id, state, epoch, agent_version, agent_name,
      last_seq, last_sender, message_count, visitor_message_count,
      created_at, updated_at, started_at, last_message_at, last_event_at,
      meeting_booked, with_person, is_test, is_spam,
      asked, answered, volunteered, scheduler_opened, slot_picked, active_seconds,
      device, language, page_url
    ) VALUES (
      s.account_id, p_new_conversation, s.id, v_visitor, 'ai', 0,
      coalesce(p_greeting ->> 'agent_version', ''),
      coalesce(p_greeting ->> 'agent_name', 'Synaptiq'),
      1 + v_greeted, 'visitor', 1 + v_greeted, 1,
      v_now, v_now, v_started, v_now, v_now,
      false, false, coalesce(v_is_test, false), false, 0, 0, 0, false, false, 0,
      p_about ->> 'device', p_about ->> 'language', p_about ->> 'page_url'
    ) ON CONFLICT (visitor_id) WHERE closed_at IS NULL DO NOTHING
    RETURNING id, public_id, state, epoch INTO c;
    IF FOUND THEN
      conversation_pk := c.id; conversation := c.public_id; seq := 1 + v_greeted;
      IF v_greeted = 1 THEN
        INSERT INTO conversations_event
          (account_id, conversation_id, seq, type, at, sender, content, data)
          VALUES (s.account_id, c.id, 1, 'message', v_started, 'ai', p_greeting ->> 'text',
            CASE WHEN jsonb_array_length(coalesce(p_greeting -> 'quick_replies', '[]')) > 0
              THEN jsonb_build_object('greeting', true,
                'quick_replies', p_greeting -> 'quick_replies')
              ELSE '{"greeting": true}'::jsonb END);
      END IF;
      EXIT;
    END IF;
  END LOOP;

  IF c.state IN ('ai', 'pending_human') THEN
    SELECT public_id INTO turn FROM conversations_turn
      WHERE conversation_id = c.id AND state IN ('pending', 'running');
    IF NOT FOUND THEN
      turn := p_new_turn;
      INSERT INTO conversations_turn
        (account_id, conversation_id, public_id, state, epoch, attempt, received_at, due_at,
         agent_version, reason)
        VALUES (s.account_id, c.id, turn, 'pending', c.epoch, 0, v_now,
          coalesce(p_clock, clock_timestamp()), '', '');
      PERFORM pg_notify(p_turns_channel, '');
    END IF;
  END IF;
  INSERT INTO conversations_event
    (account_id, conversation_id, seq, type, at, sender, content, data, visitor_id,
     client_message_id)
    VALUES (s.account_id, c.id, seq, 'message', v_now, 'visitor', p_content,
      CASE WHEN turn IS NULL THEN p_data ELSE p_data || jsonb_build_object('turn', turn) END,
      v_visitor, p_client_message);
  -- Last, since the counter's row is locked from here on: whoever waits for their conversation
  -- holds up nobody else who comes from the same address.
  v_minute := date_trunc('minute', coalesce(p_clock, clock_timestamp()));
  INSERT INTO conversations_chatcounter AS k (account_id, site_id, address, minute, count)
    VALUES (s.account_id, s.id, p_address, v_minute, 1)
    ON CONFLICT (site_id, address) DO UPDATE SET minute = excluded.minute,
      count = CASE WHEN k.minute = excluded.minute THEN k.count + 1 ELSE 1 END
    RETURNING k.count INTO used;
  -- Another was quicker: nothing of this one is kept.
  IF used > p_limit THEN
    RAISE EXCEPTION 'chat limit' USING ERRCODE = 'SQ429', DETAIL = reset::text;
  END IF;
  PERFORM pg_notify(p_channel, c.id || ' a' || s.account_id);
  outcome := 'ok';
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("conversations", "0010_preview"),
        ("leads", "0001_initial"),
    ]

    operations = [migrations.RunSQL(ACCEPT, _BEFORE)]
