"""The examples of the documentation page "Exporting Data", and their files, typed by hand.

Nothing here is computed: these bytes are what the page promises.
"""

LEAD_CSV = (
    b"\xef\xbb\xbf"
    b"id,email,name,phone,company,status,score,source_url,created_at,last_activity_at,tags,"
    b"assigned_to,custom_company_size,custom_budget\r\n"
    b'"lead_8f3a2b","jane@acme.com","Jane Smith","+1-555-0123","Acme Corp","qualified",82,'
    b'"https://yoursite.com/pricing","2026-03-15T09:22:41Z","2026-03-18T14:05:12Z",'
    b'"webinar,enterprise","alex@yourteam.com","50-200","$10k-$50k"\r\n'
)

LEAD_JSON = (
    b'[{"id":"lead_8f3a2b","email":"jane@acme.com","name":"Jane Smith","phone":"+1-555-0123",'
    b'"company":"Acme Corp","status":"qualified","score":82,'
    b'"source_url":"https://yoursite.com/pricing","created_at":"2026-03-15T09:22:41Z",'
    b'"last_activity_at":"2026-03-18T14:05:12Z","tags":["webinar","enterprise"],'
    b'"assigned_to":"alex@yourteam.com",'
    b'"custom_properties":{"company_size":"50-200","budget":"$10k-$50k"},"conversations":[{"id":"conv_4c9e1a",'
    b'"started_at":"2026-03-15T09:22:41Z","message_count":14}]}]'
)

LEAD_JSONL = LEAD_JSON[1:-1] + b"\n"

# The page shows the first two of the conversation's fourteen messages; the others were made up.
CONVERSATION_JSON = (
    b'[{"conversation_id":"conv_4c9e1a","lead_id":"lead_8f3a2b","lead_email":"jane@acme.com",'
    b'"started_at":"2026-03-15T09:22:41Z","ended_at":"2026-03-15T09:31:18Z",'
    b'"duration_seconds":517,"message_count":14,"qualification_triggered":true,'
    b'"meeting_booked":false,"messages":['
    b'{"sender":"ai","content":"Hi! I noticed you\'re checking out our pricing page...",'
    b'"timestamp":"2026-03-15T09:22:41Z"},'
    b'{"sender":"visitor",'
    b'"content":"Yeah, I\'m trying to figure out which plan fits a team of 50.",'
    b'"timestamp":"2026-03-15T09:23:05Z"},'
    b'{"sender":"ai","content":"Happy to help. What do you use today?",'
    b'"timestamp":"2026-03-15T09:23:07Z"},'
    b'{"sender":"visitor","content":"A spreadsheet \xf0\x9f\x98\x85",'
    b'"timestamp":"2026-03-15T09:23:40Z"},'
    b'{"sender":"ai","content":"And when would you like to start?",'
    b'"timestamp":"2026-03-15T09:23:42Z"},'
    b'{"sender":"visitor","content":"This quarter.\\nNo later than \\"June\\".",'
    b'"timestamp":"2026-03-15T09:24:30Z"},'
    b'{"sender":"ai","content":"What budget have you set aside?",'
    b'"timestamp":"2026-03-15T09:24:32Z"},'
    b'{"sender":"visitor","content":"$10k-$50k","timestamp":"2026-03-15T09:25:58Z"},'
    b'{"sender":"ai","content":"How can we reach you?","timestamp":"2026-03-15T09:26:00Z"},'
    b'{"sender":"visitor","content":"jane@acme.com","timestamp":"2026-03-15T09:27:31Z"},'
    b'{"sender":"system","content":"Jane Smith left an email address.",'
    b'"timestamp":"2026-03-15T09:27:32Z"},'
    b'{"sender":"agent","content":"Hello Jane, Alex here.","timestamp":"2026-03-15T09:29:10Z"},'
    b'{"sender":"visitor","content":"Hi Alex!","timestamp":"2026-03-15T09:30:02Z"},'
    b'{"sender":"ai","content":"Talk to you soon.","timestamp":"2026-03-15T09:31:18Z"}],'
    b'"events":[{"type":"qualification_check","timestamp":"2026-03-15T09:27:33Z",'
    b'"result":"qualified","score":82}]}]'
)

CONVERSATION_JSONL = CONVERSATION_JSON[1:-1] + b"\n"

# The page's own two lines.
TWO_LINES_TXT = (
    b"[09:22 AM] Synaptiq: Hi! I noticed you're checking out our pricing page...\n"
    b"[09:23 AM] Jane: Yeah, I'm trying to figure out which plan fits a team of 50.\n"
)

CONVERSATION_TXT = TWO_LINES_TXT + (
    b"[09:23 AM] Synaptiq: Happy to help. What do you use today?\n"
    b"[09:23 AM] Jane: A spreadsheet \xf0\x9f\x98\x85\n"
    b"[09:23 AM] Synaptiq: And when would you like to start?\n"
    b"[09:24 AM] Jane: This quarter.\n"
    b'    No later than "June".\n'
    b"[09:24 AM] Synaptiq: What budget have you set aside?\n"
    b"[09:25 AM] Jane: $10k-$50k\n"
    b"[09:26 AM] Synaptiq: How can we reach you?\n"
    b"[09:27 AM] Jane: jane@acme.com\n"
    b"* Jane Smith left an email address.\n"
    b"[09:29 AM] Alex: Hello Jane, Alex here.\n"
    b"[09:30 AM] Jane: Hi Alex!\n"
    b"[09:31 AM] Synaptiq: Talk to you soon.\n"
)

CONVERSATION_CSV = (
    b"\xef\xbb\xbf"
    b"conversation_id,lead_id,lead_email,started_at,ended_at,duration_seconds,message_count,"
    b"qualification_triggered,meeting_booked\r\n"
    b'"conv_4c9e1a","lead_8f3a2b","jane@acme.com","2026-03-15T09:22:41Z",'
    b'"2026-03-15T09:31:18Z",517,14,true,false\r\n'
)
