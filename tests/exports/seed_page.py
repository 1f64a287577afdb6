"""The example lead of the documentation page "Exporting Data", and its files, typed by hand.

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
    b'"custom_properties":{"company_size":"50-200","budget":"$10k-$50k"},"conversations":[]}]'
)

LEAD_JSONL = LEAD_JSON[1:-1] + b"\n"
