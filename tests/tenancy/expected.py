"""Who gets what from every address: typed by hand, and never made from the table of roles.

Each row: the address's name, a method, the address, and one answer for each of `PERSONAS`:

    in    sent to the sign-in page        to    sent elsewhere: done, or nothing to do here
    200   and other numbers: that status

Places such as {lead} stand for things of *our* account; `other` is the Owner of another account,
and asks with the very same ids, in path, query and body. A mutation that is answered by `to`,
200, 201 or 202 changes rows, unless it says `changes=False`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

PERSONAS = ("stranger", "owner", "admin", "export", "agent", "viewer", "auditor", "other")


@dataclass(frozen=True)
class Row:
    """One line of the table. `body` is a form for pages, JSON for the API."""

    name: str
    method: str
    path: str
    answers: str
    body: Any = None
    changes: bool = True

    def answer_to(self, persona: str) -> str:
        answers = self.answers.split()
        assert len(answers) == len(PERSONAS), self
        return answers[PERSONAS.index(persona)]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


FORM = {"email": "new@person.example", "roles": ["viewer"]}
KEY = {"name": "k", "member": "{victim}", "scopes": ["leads:read"], "expiry": "90"}
ALL_LEADS = {"dataset": "leads", "scope": "filter"}
THESE = {"dataset": "leads", "scope": "selection", "ids": ["{lead}"]}
OF_VICTIM = {"dataset": "leads", "scope": "filter", "filter": {"assigned_to": ["{victim}"]}}
RUN, FILE = "/admin/exports/{ready}", "/admin/exports/{ready}/file"
LEAD = "/admin/leads/{lead}"
IMPORT = "/admin/leads/import/{draft}"
NOTICES = "/admin/notifications"
AGENT = "/admin/agent"
ANALYTICS, NOTE_OF_DAY = "/admin/analytics", "/admin/analytics/annotations/{annotation}"
NOTED = {"day": "2026-03-01", "text": "New"}
MEETINGS = "/admin/meetings"
WORDS = {"name": "New", "greeting": "Hi", "qualified": "80", "nurture": "30", "was": "{version}"}
CRITERION = {"label": "New", "question": "New?", "weight": "5", "given": "100", "was": "{version}"}
QA = {"question": "New?", "answer": "New."}
CALENDAR = {
    "is_on": "on",
    "mon_on": "on",
    "mon_from": "09:00",
    "mon_to": "17:00",
    "minutes": "45",
    "buffer_before": "0",
    "buffer_after": "5",
    "notice_minutes": "60",
    "days_ahead": "14",
}
SETTINGS = "/admin/settings"
SITE = "/admin/settings/sites/{site_id}"
TEAM = "/admin/settings/team"
PROPS = "/admin/settings/leads/custom-properties"
LOG = "/admin/settings/security/audit-log"
VICTIM = "/admin/settings/team/members/{victim}"

# fmt: off
PAGES: tuple[Row, ...] = (
    #                                                                        str own adm exp age vie aud oth
    Row("root", "GET", "/",                                                  "to to to to to to to to"),
    Row("home", "GET", "/admin/",                                            "in to to to to to to to"),
    Row("demo_mail", "GET", "/demo/mail",                                    "404 404 404 404 404 404 404 404"),
    Row("visitor_meeting", "GET", "/m/{meeting_token}",                      "200 200 200 200 200 200 200 200"),
    Row("visitor_move", "GET", "/m/{meeting_token}/move",                    "200 200 200 200 200 200 200 200"),
    Row("visitor_move", "POST", "/m/{meeting_token}/move",                   "to to to to to to to to", {"starts_at": "{free_time}", "zone": "UTC"}),
    Row("visitor_cancel", "GET", "/m/{meeting_token}/cancel",                "200 200 200 200 200 200 200 200"),
    Row("visitor_cancel", "POST", "/m/{meeting_token}/cancel",               "to to to to to to to to", {}),
    Row("visitor_file", "GET", "/m/{meeting_token}/meeting.ics",             "200 200 200 200 200 200 200 200"),
    Row("meetings:list", "GET", MEETINGS,                                    "in 200 200 200 200 200 403 200"),
    Row("meetings:list", "GET", f"{MEETINGS}?show=past",                     "in 200 200 200 200 200 403 200"),
    Row("meetings:meeting", "GET", f"{MEETINGS}/{{meeting}}",                "in 200 200 200 200 200 403 404"),
    Row("meetings:mark", "POST", f"{MEETINGS}/{{meeting}}/mark",             "in to to 403 to 403 403 404", {"attendance": "held"}, changes=False),
    Row("meetings:move", "GET", f"{MEETINGS}/{{meeting}}/move",              "in 200 200 403 200 403 403 404"),
    Row("meetings:move", "POST", f"{MEETINGS}/{{meeting}}/move",             "in to to 403 to 403 403 404", {"starts_at": "{free_time}"}),
    Row("meetings:hand_over", "GET", f"{MEETINGS}/{{meeting}}/hand-over",    "in 200 200 403 200 403 403 404"),
    Row("meetings:hand_over", "POST", f"{MEETINGS}/{{meeting}}/hand-over",   "in to to 403 to 403 403 404", {"member": "{host}"}, changes=False),
    Row("meetings:cancel", "GET", f"{MEETINGS}/{{meeting}}/cancel",          "in 200 200 403 200 403 403 404"),
    Row("meetings:cancel", "POST", f"{MEETINGS}/{{meeting}}/cancel",         "in to to 403 to 403 403 404", {}),
    Row("invitation", "GET", "/invitation/{token}/",                         "200 200 200 200 200 200 200 200"),
    Row("invitation", "POST", "/invitation/{token}/",                        "in 403 403 403 403 403 403 403", {}),
    Row("account_create", "GET", "/account/new/",                            "in 200 200 200 200 200 200 200"),
    Row("account_create", "POST", "/account/new/",                           "in to to to to to to to", {"name": "New", "timezone": "UTC"}),
    Row("account_switch", "POST", "/account/switch/",                        "in to to to to to to 404", {"account": "{account}"}, changes=False),

    Row("palette", "GET", "/admin/palette?text=lead-ours",                   "in 200 200 200 200 200 200 200"),
    Row("palette_leads", "GET", "/admin/palette/leads?text=lead-ours",       "in 200 200 200 200 200 403 200"),

    Row("leads:list", "GET", "/admin/leads",                                 "in 200 200 200 200 200 403 200"),
    Row("leads:list", "GET", "/admin/leads?assigned_to={victim}",            "in 200 200 200 200 200 403 200"),
    Row("leads:list", "GET", "/admin/leads?cursor={cursor}",                 "in 200 200 200 200 200 403 200"),
    Row("leads:add", "GET", "/admin/leads/new",                              "in 200 200 403 200 403 403 200"),
    Row("leads:add", "POST", "/admin/leads/new",                             "in to to 403 to 403 403 to", {"name": "Zoë", "status": "new"}),
    Row("leads:deleted", "GET", "/admin/leads/deleted",                      "in 200 200 200 200 200 403 200"),
    Row("leads:selection", "POST", "/admin/leads/selection",                 "in to to to to to 403 to", {"lead": "{lead}", "shown": "{lead}"}),
    Row("leads:news", "GET", "/admin/leads/news",                            "in 204 204 204 204 204 403 204"),
    Row("leads:change", "GET", "/admin/leads/change?act=status",             "in 200 200 403 200 403 403 200"),
    Row("leads:change", "POST", "/admin/leads/change?act=status",            "in 422 422 403 422 403 403 422", {"value": "won"}),
    Row("leads:batch", "GET", "/admin/leads/acts/{batch}",                   "in 200 200 200 200 200 403 404"),
    Row("leads:undo", "POST", "/admin/leads/acts/{batch}/undo",              "in to to 403 to 403 403 404", {}),
    Row("leads:cancel", "POST", "/admin/leads/acts/{batch}/cancel",          "in 409 409 403 409 403 403 404", {}),
    Row("leads:save_filter", "GET", "/admin/leads/filters/save",             "in 200 200 200 200 200 403 200"),
    Row("leads:save_filter", "POST", "/admin/leads/filters/save",            "in to to to to to 403 to", {"name": "Mine"}),
    Row("leads:save_filter", "POST", "/admin/leads/filters/save",            "in to to 422 to 422 403 to", {"name": "Ours", "shared": "1"}),
    Row("leads:delete_filter", "POST", "/admin/leads/filters/{saved}/delete", "in to 404 404 404 404 403 404", {}),
    Row("leads:display", "GET", "/admin/leads/display",                      "in 200 200 200 200 200 403 200"),
    Row("leads:display", "POST", "/admin/leads/display",                     "in to to to to to 403 to", {"column": "phone"}),
    Row("leads:import", "GET", "/admin/leads/import",                        "in 200 200 403 200 403 403 200"),
    Row("leads:import", "POST", "/admin/leads/import",                       "in 422 422 403 422 403 403 422", {}),
    Row("leads:import_file", "GET", IMPORT,                                  "in 200 200 403 200 403 403 404"),
    Row("leads:import_file", "POST", IMPORT,                                 "in to to 403 to 403 403 404", {"do": "start"}),
    Row("leads:import_cancel", "POST", f"{IMPORT}/cancel",                   "in 409 409 403 409 403 403 404", {}),
    Row("leads:import_undo", "GET", f"{IMPORT}/undo",                        "in 409 409 403 409 403 403 404"),
    Row("leads:import_undo", "POST", f"{IMPORT}/undo",                       "in 409 409 403 409 403 403 404", {}),
    Row("leads:import_discard", "POST", f"{IMPORT}/discard",                 "in to to 403 to 403 403 404", {}),
    Row("leads:import_rejected", "GET", f"{IMPORT}/rejected",                "in 410 410 403 410 403 403 404"),
    Row("leads:export", "GET", "/admin/leads/export",                        "in 200 200 200 403 403 403 200"),
    Row("leads:export", "POST", "/admin/leads/export",                       "in to to to 403 403 403 to", {"sent": "1", "what": "filter", "which": "all", "format": "csv", "filter": "assigned_to={victim}"}),
    Row("leads:export_preview", "GET", "/admin/leads/export/preview",        "in 200 200 200 403 403 403 200"),
    Row("leads:lead", "GET", "/admin/leads/{lead}",                          "in 200 200 200 200 200 403 404"),
    Row("leads:lead", "GET", "/admin/leads/{deleted}",                       "in 410 410 410 410 410 403 404"),
    Row("leads:beside", "GET", "/admin/leads/{lead}/next",                   "in to to to to to 403 404"),
    Row("leads:delete", "GET", "/admin/leads/{lead}/delete",                 "in 200 200 403 200 403 403 404"),
    Row("leads:delete", "POST", "/admin/leads/{lead}/delete",                "in to to 403 to 403 403 404", {}),
    Row("leads:restore", "POST", "/admin/leads/{deleted}/restore",           "in to to 403 to 403 403 404", {}),
    Row("leads:lead", "GET", "/admin/leads/{merged}",                        "in to to to to to 403 404"),
    Row("leads:restore", "POST", "/admin/leads/{merged}/restore",            "in 409 409 403 409 403 403 404", {}),
    Row("leads:field", "GET", f"{LEAD}/fields/name",                         "in 200 200 403 200 403 403 404"),
    Row("leads:field", "GET", f"{LEAD}/fields/assigned_to",                  "in 200 200 403 200 403 403 404"),
    Row("leads:field", "POST", f"{LEAD}/fields/name",                        "in to to 403 to 403 403 404", {"value": "New", "was": "\"lead-ours-secret 0\""}),
    Row("leads:field", "POST", f"{LEAD}/fields/custom.budget",               "in to to 403 to 403 403 404", {"value": "New", "was": "null"}),
    Row("leads:tags", "POST", f"{LEAD}/tags",                                "in to to 403 to 403 403 404", {"add": "new"}),
    Row("leads:fresh", "GET", f"{LEAD}/fresh",                               "in 200 200 200 200 200 403 404"),
    Row("leads:activity", "GET", f"{LEAD}/activity",                         "in 200 200 200 200 200 403 404"),
    Row("leads:note_add", "POST", f"{LEAD}/notes",                           "in to to 403 to 403 403 404", {"text": "New"}),
    Row("leads:note_edit", "GET", f"{LEAD}/notes/{{note}}",                  "in 200 200 403 200 403 403 404"),
    Row("leads:note_edit", "POST", f"{LEAD}/notes/{{note}}",                 "in to 403 403 403 403 403 404", {"text": "New"}),
    Row("leads:note_delete", "GET", f"{LEAD}/notes/{{note}}/delete",         "in 200 200 403 200 403 403 404"),
    Row("leads:note_delete", "POST", f"{LEAD}/notes/{{note}}/delete",        "in to to 403 403 403 403 404", {}),
    Row("leads:merge_find", "GET", f"{LEAD}/merge",                          "in 200 200 403 200 403 403 404"),
    Row("leads:merge", "GET", f"{LEAD}/merge/{{twin}}",                      "in 200 200 403 200 403 403 404"),
    Row("leads:merge", "POST", f"{LEAD}/merge/{{twin}}",                     "in to to 403 to 403 403 404", {"seen.{lead}": "{lead_version}", "seen.{twin}": "{twin_version}"}),

    Row("agent:index", "GET", AGENT,                                         "in 200 200 200 200 200 403 200"),
    Row("agent:words", "GET", f"{AGENT}/words",                              "in 200 200 403 403 403 403 200"),
    Row("agent:words", "POST", f"{AGENT}/words",                             "in to to 403 403 403 403 422", WORDS),
    Row("agent:new_criterion", "GET", f"{AGENT}/criteria/new?type=enum",     "in 200 200 403 403 403 403 200"),
    Row("agent:new_criterion", "POST", f"{AGENT}/criteria/new?type=text",    "in to to 403 403 403 403 422", CRITERION),
    Row("agent:criterion", "GET", f"{AGENT}/criteria/budget",                "in 200 200 403 403 403 403 200"),
    Row("agent:criterion", "POST", f"{AGENT}/criteria/use_case",             "in to to 403 403 403 403 422", CRITERION),
    Row("agent:move_criterion", "POST", f"{AGENT}/criteria/budget/move",     "in to to 403 403 403 403 to", {"to": "up"}),
    Row("agent:remove_criterion", "GET", f"{AGENT}/criteria/budget/remove",  "in 200 200 403 403 403 403 200"),
    Row("agent:remove_criterion", "POST", f"{AGENT}/criteria/budget/remove", "in to to 403 403 403 403 409", {"was": "{version}"}),
    Row("agent:answers", "GET", f"{AGENT}/answers",                          "in 200 200 200 200 200 403 200"),
    Row("agent:answers", "GET", f"{AGENT}/answers?ask=something",            "in 200 200 200 200 200 403 200"),
    Row("agent:new_answer", "GET", f"{AGENT}/answers/new",                   "in 200 200 403 403 403 403 200"),
    Row("agent:new_answer", "POST", f"{AGENT}/answers/new",                  "in to to 403 403 403 403 to", QA),
    Row("agent:answer", "GET", f"{AGENT}/answers/{{answer}}",                "in 200 200 403 403 403 403 404"),
    Row("agent:answer", "POST", f"{AGENT}/answers/{{answer}}",               "in to to 403 403 403 403 404", QA),
    Row("agent:delete_answer", "GET", f"{AGENT}/answers/{{answer}}/delete",  "in 200 200 403 403 403 403 404"),
    Row("agent:delete_answer", "POST", f"{AGENT}/answers/{{answer}}/delete", "in to to 403 403 403 403 404", {}),
    Row("agent:preview", "GET", f"{AGENT}/preview",                          "in 200 200 403 200 403 403 200"),
    Row("agent:start_preview", "POST", f"{AGENT}/preview/start",             "in to to 403 to 403 403 to", {}, changes=False),
    Row("agent:preview_widget", "GET", f"{AGENT}/preview/widget",            "in 404 404 403 404 403 403 404"),
    Row("agent:preview_turns", "GET", f"{AGENT}/preview/turns",              "in 200 200 403 200 403 403 200"),
    Row("agent:versions", "GET", f"{AGENT}/versions",                        "in 200 200 200 200 200 403 200"),
    Row("agent:version", "GET", f"{AGENT}/versions/{{version}}",             "in 200 200 200 200 200 403 404"),
    Row("agent:use_version", "POST", f"{AGENT}/versions/{{version}}/use",    "in to to 403 403 403 403 404", {}, changes=False),

    Row("conversations:list", "GET", "/admin/conversations",                                    "in 200 200 200 200 200 403 200"),
    Row("conversations:list", "GET", "/admin/conversations?lead={lead}",                        "in 200 200 200 200 200 403 200"),
    Row("conversations:list", "GET", "/admin/conversations?text=lead-ours",                     "in 200 200 200 200 200 403 200"),
    Row("conversations:export", "GET", "/admin/conversations/export",                             "in 200 200 200 403 403 403 200"),
    Row("conversations:export", "POST", "/admin/conversations/export",                             "in to to to 403 403 403 to", {"sent": "1", "what": "filter", "which": "all", "format": "json", "filter": "lead={lead}"}),
    Row("conversations:export_preview", "GET", "/admin/conversations/export/preview",                     "in 200 200 200 403 403 403 200"),
    Row("conversations:conversation", "GET", "/admin/conversations/{conversation}",                     "in 200 200 200 200 200 403 404"),
    Row("conversations:rows", "GET", "/admin/conversations/rows?lead={lead}",                         "in 200 200 200 200 200 403 200"),
    Row("conversations:unread", "GET", "/admin/conversations/unread",                                 "in 200 200 200 200 200 403 200"),
    Row("conversations:news", "GET", "/admin/conversations/{conversation}/news?after=0&notes=0",      "in 200 200 200 200 200 403 404"),
    Row("conversations:earlier", "GET", "/admin/conversations/{conversation}/earlier?before=9",       "in 200 200 200 200 200 403 404"),
    Row("conversations:look", "POST", "/admin/conversations/{conversation}/looking",                  "in 204 204 204 204 204 403 404", {"seq": "2"}),
    Row("conversations:types", "POST", "/admin/conversations/{conversation}/typing",                  "in 204 204 403 204 403 403 404", {}, changes=False),
    Row("conversations:fact", "GET", "/admin/conversations/{conversation}/facts/use_case",            "in 200 200 403 200 403 403 404"),
    Row("conversations:fact", "POST", "/admin/conversations/{conversation}/facts/use_case",           "in to to 403 to 403 403 404", {"value": "New"}),
    Row("conversations:assign", "GET", "/admin/conversations/{conversation}/assign",                  "in 200 200 403 200 403 403 404"),
    Row("conversations:assign", "POST", "/admin/conversations/{conversation}/assign",                 "in to to 403 to 403 403 404", {"to": "", "was": "{victim}"}),
    Row("conversations:claim", "POST", "/admin/conversations/{conversation}/claim",                   "in to to 403 to 403 403 404", {}),
    Row("conversations:transcript", "GET", "/admin/conversations/{conversation}/transcript",          "in 200 200 200 403 403 403 404"),
    Row("conversations:transcript", "POST", "/admin/conversations/{conversation}/transcript",          "in to to to 403 403 403 404", {"format": "txt"}),
    Row("conversations:take_over", "POST", "/admin/conversations/{conversation}/take-over",           "in to to 403 to 403 403 404", {}),
    Row("conversations:give_back", "POST", "/admin/conversations/{conversation}/give-back",           "in to to 403 to 403 403 404", {}, changes=False),
    Row("conversations:reply", "POST", "/admin/conversations/{conversation}/reply",               "in to to 403 to 403 403 404", {"text": "New"}),
    Row("conversations:offer_times", "POST", "/admin/conversations/{conversation}/offer-times",       "in to to 403 to 403 403 404", {}),
    Row("conversations:note", "POST", "/admin/conversations/{conversation}/notes",               "in to to 403 to 403 403 404", {"text": "New"}),
    Row("conversations:mark", "POST", "/admin/conversations/{conversation}/mark",                "in to to 403 to 403 403 404", {"test": "yes"}),
    Row("conversations:close", "GET", "/admin/conversations/{conversation}/close",                "in 200 200 403 200 403 403 404"),
    Row("conversations:close", "POST", "/admin/conversations/{conversation}/close",               "in to to 403 to 403 403 404", {}),

    Row("analytics:page", "GET", ANALYTICS,                                   "in 200 200 200 200 200 403 200"),
    Row("analytics:days", "GET", f"{ANALYTICS}/days",                         "in 200 200 200 200 200 403 200"),
    Row("analytics:breakdown", "GET", f"{ANALYTICS}/breakdown?breakdown=device", "in 200 200 200 200 200 403 200"),
    Row("analytics:export", "GET", f"{ANALYTICS}/export",                     "in 200 200 200 403 403 403 200"),
    Row("analytics:export", "POST", f"{ANALYTICS}/export",                    "in to to to 403 403 403 to", {"format": "csv", "token": "t"}),
    Row("analytics:annotations", "POST", f"{ANALYTICS}/annotations",          "in to to 403 to 403 403 to", NOTED),
    Row("analytics:annotation", "GET", NOTE_OF_DAY,                           "in 200 200 403 200 403 403 404"),
    Row("analytics:annotation", "POST", NOTE_OF_DAY,                          "in to to 403 to 403 403 404", NOTED),
    Row("analytics:delete_annotation", "GET", f"{NOTE_OF_DAY}/delete",        "in 200 200 403 200 403 403 404"),
    Row("analytics:delete_annotation", "POST", f"{NOTE_OF_DAY}/delete",       "in to to 403 to 403 403 404", {}),

    Row("exports:list", "GET", "/admin/exports",                             "in 200 200 200 403 403 403 200"),
    Row("exports:run", "GET", RUN,                                           "in 200 200 200 403 403 403 404"),
    Row("exports:progress", "GET", "/admin/exports/{begun}/progress",        "in 200 200 200 403 403 403 404"),
    Row("exports:row", "GET", "/admin/exports/{ready}/row",                  "in 200 200 200 403 403 403 404"),
    Row("exports:cancel", "GET", "/admin/exports/{begun}/cancel",            "in 200 200 200 403 403 403 404"),
    Row("exports:cancel", "POST", "/admin/exports/{begun}/cancel",           "in to to to 403 403 403 404", {}),
    Row("exports:file", "GET", FILE,                                         "in 200 200 200 403 403 403 404"),

    Row("notices:list", "GET", NOTICES,                                      "in 200 200 200 200 200 200 200"),
    Row("notices:list", "GET", f"{NOTICES}?show=unread",                     "in 200 200 200 200 200 200 200"),
    Row("notices:bell", "GET", f"{NOTICES}/bell",                            "in 200 200 200 200 200 200 200"),
    Row("notices:read_all", "POST", f"{NOTICES}/read",                       "in to to to to to to to", {}, changes=False),
    Row("notices:open", "GET", f"{NOTICES}/{{notice}}",                      "in to 404 404 404 404 404 404"),
    Row("notices:mark", "POST", f"{NOTICES}/{{notice}}/mark",                "in to 404 404 404 404 404 404", {"read": "1"}),

    Row("settings:index", "GET", SETTINGS,                                   "in 200 200 200 200 200 200 200"),
    Row("settings:account", "GET", f"{SETTINGS}/account",                    "in 200 200 200 200 200 200 200"),
    Row("settings:account", "POST", f"{SETTINGS}/account",                   "in to to 403 403 403 403 to", {"name": "Renamed", "timezone": "UTC"}),
    Row("settings:close", "GET", f"{SETTINGS}/account/close",                "in 200 403 403 403 403 403 200"),
    Row("settings:close", "POST", f"{SETTINGS}/account/close",               "in to 403 403 403 403 403 422", {"name": "{account_name}"}),
    # The password is asked for first.
    Row("settings:transfer", "GET", f"{SETTINGS}/account/transfer",          "in to 403 403 403 403 403 to"),
    Row("settings:transfer", "POST", f"{SETTINGS}/account/transfer",         "in to 403 403 403 403 403 to", {"member": "{victim}", "role": "admin"}, changes=False),
    Row("settings:leave", "GET", f"{SETTINGS}/account/leave",                "in 200 200 200 200 200 200 200"),
    Row("settings:leave", "POST", f"{SETTINGS}/account/leave",               "in 422 to to to to to 422", {}),
    Row("settings:profile", "GET", f"{SETTINGS}/you/profile",                "in 200 200 200 200 200 200 200"),
    Row("settings:profile", "POST", f"{SETTINGS}/you/profile",               "in to to to to to to to", {"name": "Renamed", "density": "dense"}),
    Row("settings:sessions", "GET", f"{SETTINGS}/you/sessions",              "in 200 200 200 200 200 200 200"),
    Row("settings:end_sessions", "GET", f"{SETTINGS}/you/sessions/end-others", "in 200 200 200 200 200 200 200"),
    Row("settings:end_sessions", "POST", f"{SETTINGS}/you/sessions/end-others", "in to to to to to to to", {}, changes=False),
    # Of the Owner, whom the others are not.
    Row("settings:end_session", "POST", f"{SETTINGS}/you/sessions/{{session}}/end", "in to 404 404 404 404 404 404", {}, changes=False),
    Row("settings:members", "GET", f"{TEAM}/members",                        "in 200 200 200 200 200 200 200"),
    Row("settings:invite", "GET", f"{TEAM}/members/invite",                  "in 200 200 403 403 403 403 200"),
    Row("settings:invite", "POST", f"{TEAM}/members/invite",                 "in to to 403 403 403 403 to", FORM),
    Row("settings:remove", "GET", f"{VICTIM}/remove",                        "in 200 200 403 403 403 403 404"),
    Row("settings:remove", "POST", f"{VICTIM}/remove",                       "in to to 403 403 403 403 404", {}),
    Row("settings:revoke_invitation", "GET", f"{TEAM}/invitations/{{invitation}}/revoke",  "in 200 200 403 403 403 403 404"),
    Row("settings:revoke_invitation", "POST", f"{TEAM}/invitations/{{invitation}}/revoke", "in to to 403 403 403 403 404", {}),
    Row("settings:roles", "GET", f"{TEAM}/roles",                            "in 200 200 200 200 200 200 200"),
    Row("settings:set_roles", "GET", f"{TEAM}/roles/{{victim}}",             "in 200 200 403 403 403 403 404"),
    Row("settings:set_roles", "POST", f"{TEAM}/roles/{{victim}}",            "in to to 403 403 403 403 404", {"roles": ["admin"]}),
    Row("settings:set_roles", "POST", f"{TEAM}/roles/{{victim}}",            "in to 403 403 403 403 403 404", {"roles": ["owner"]}),
    Row("settings:api_keys", "GET", f"{SETTINGS}/api-keys",                  "in 200 200 403 403 403 403 200"),
    Row("settings:new_key", "GET", f"{SETTINGS}/api-keys/new",               "in 200 200 403 403 403 403 200"),
    Row("settings:new_key", "POST", f"{SETTINGS}/api-keys/new",              "in 200 200 403 403 403 403 404", KEY),
    Row("settings:calendar", "GET", f"{SETTINGS}/you/calendar",              "in 200 200 403 200 403 403 200"),
    Row("settings:calendar", "POST", f"{SETTINGS}/you/calendar",             "in to to 403 to 403 403 to", CALENDAR),
    Row("settings:analytics", "GET", f"{SETTINGS}/analytics",                 "in 200 200 403 403 403 403 200"),
    Row("settings:analytics", "POST", f"{SETTINGS}/analytics",                "in to to 403 403 403 403 to", {"goal": "won", "kept_months": "7"}),
    Row("settings:page_groups", "POST", f"{SETTINGS}/analytics/page-groups",  "in to to 403 403 403 403 to", {"name": ["Blog"], "pages": ["/blog*"]}),
    Row("settings:branding", "GET", f"{SETTINGS}/exports/branding",           "in 200 200 403 403 403 403 200"),
    Row("settings:branding", "POST", f"{SETTINGS}/exports/branding",          "in to to 403 403 403 403 to", {"accent": "#000", "second": "#ccc"}),
    Row("settings:branding_preview", "POST", f"{SETTINGS}/exports/branding/preview", "in 200 200 403 403 403 403 200", {"accent": "#000", "second": "#ccc"}, changes=False),
    Row("settings:sites", "GET", f"{SETTINGS}/sites",                        "in 200 200 403 403 403 403 200"),
    Row("settings:new_site", "GET", f"{SETTINGS}/sites/new",                 "in 200 200 403 403 403 403 200"),
    Row("settings:new_site", "POST", f"{SETTINGS}/sites/new",                "in to to 403 403 403 403 to", {"name": "Shop", "origins": "https://shop.example"}),
    Row("settings:site", "GET", SITE,                                        "in 200 200 403 403 403 403 404"),
    Row("settings:site_installed", "GET", f"{SITE}/installed",               "in 200 200 403 403 403 403 404"),
    Row("settings:change_site", "GET", f"{SITE}/change",                     "in 200 200 403 403 403 403 404"),
    Row("settings:change_site", "POST", f"{SITE}/change",                    "in to to 403 403 403 403 404", {"name": "Shop", "origins": ""}),
    Row("settings:add_origin", "POST", f"{SITE}/origins",                    "in to to 403 403 403 403 404", {"origin": "https://shop.example"}),
    Row("settings:site_privacy", "GET", f"{SITE}/privacy",                   "in 200 200 403 403 403 403 404"),
    Row("settings:site_privacy", "POST", f"{SITE}/privacy",                  "in to to 403 403 403 403 404", {"remember_days": "30"}),
    Row("settings:make_identity", "GET", f"{SITE}/identity",                 "in 200 200 403 403 403 403 404"),
    Row("settings:make_identity", "POST", f"{SITE}/identity",                "in 200 200 403 403 403 403 404", {}),
    Row("settings:remove_identity", "GET", f"{SITE}/identity/remove",        "in 200 200 403 403 403 403 404"),
    Row("settings:remove_identity", "POST", f"{SITE}/identity/remove",       "in to to 403 403 403 403 404", {}),
    Row("settings:new_greeting", "GET", f"{SITE}/greetings/new",             "in 200 200 403 403 403 403 404"),
    Row("settings:new_greeting", "POST", f"{SITE}/greetings/new",            "in to to 403 403 403 403 404", {"delay_seconds": "3", "frequency": "once"}),
    Row("settings:greeting", "GET", f"{SITE}/greetings/{{greeting}}",        "in 200 200 403 403 403 403 404"),
    Row("settings:greeting", "POST", f"{SITE}/greetings/{{greeting}}",       "in to to 403 403 403 403 404", {"delay_seconds": "9", "frequency": "once"}),
    Row("settings:switch_greeting", "POST", f"{SITE}/greetings/{{greeting}}/switch", "in to to 403 403 403 403 404", {"on": "0"}),
    Row("settings:move_greeting", "POST", f"{SITE}/greetings/{{greeting}}/move",     "in to to 403 403 403 403 404", {"to": "up"}, changes=False),
    Row("settings:delete_greeting", "GET", f"{SITE}/greetings/{{greeting}}/delete",  "in 200 200 403 403 403 403 404"),
    Row("settings:delete_greeting", "POST", f"{SITE}/greetings/{{greeting}}/delete", "in to to 403 403 403 403 404", {}),
    Row("settings:revoke_key", "GET", f"{SETTINGS}/api-keys/{{victim_key}}/revoke",  "in 200 200 403 403 403 403 404"),
    Row("settings:revoke_key", "POST", f"{SETTINGS}/api-keys/{{victim_key}}/revoke", "in to to 403 403 403 403 404", {}),
    Row("settings:properties", "GET", PROPS,                                 "in 200 200 403 403 403 403 200"),
    Row("settings:new_property", "GET", f"{PROPS}/new",                      "in 200 200 403 403 403 403 200"),
    Row("settings:new_property", "POST", f"{PROPS}/new",                     "in to to 403 403 403 403 to", {"label": "Size"}),
    Row("settings:rename_property", "GET", f"{PROPS}/{{property}}/rename",   "in 200 200 403 403 403 403 404"),
    Row("settings:rename_property", "POST", f"{PROPS}/{{property}}/rename",  "in to to 403 403 403 403 404", {"label": "Size"}),
    Row("settings:move_property", "POST", f"{PROPS}/{{property}}/move",      "in to to 403 403 403 403 404", {"to": "down"}),
    Row("settings:convert_property", "GET", f"{PROPS}/{{property}}/type",    "in 200 200 403 403 403 403 404"),
    Row("settings:convert_property", "POST", f"{PROPS}/{{property}}/type",   "in to to 403 403 403 403 404", {"type": "number"}),
    Row("settings:stop_property", "POST", f"{PROPS}/{{converting}}/stop",    "in to to 403 403 403 403 404", {}),
    Row("settings:archive_property", "GET", f"{PROPS}/{{property}}/archive", "in 200 200 403 403 403 403 404"),
    Row("settings:archive_property", "POST", f"{PROPS}/{{property}}/archive", "in to to 403 403 403 403 404", {}),
    Row("settings:restore_property", "POST", f"{PROPS}/{{archived}}/restore", "in to to 403 403 403 403 404", {}),
    Row("settings:notices", "GET", f"{SETTINGS}/you/notifications",          "in 200 200 200 200 200 200 200"),
    Row("settings:notices", "POST", f"{SETTINGS}/you/notifications",         "in to to to to to to to", {"kinds": ["mentioned"]}),
    Row("settings:security", "GET", f"{SETTINGS}/security",                  "in 200 200 200 200 200 200 200"),
    # The password is asked for first; that they are nobody else's is seen in tests/dashboard/people.
    Row("settings:add_passkey", "GET", f"{SETTINGS}/security/passkeys/new",  "in to to to to to to to"),
    Row("settings:add_passkey", "POST", f"{SETTINGS}/security/passkeys/new", "in to to to to to to to", {"name": "k", "credential": "{{}}"}, changes=False),
    Row("settings:rename_passkey", "GET", f"{SETTINGS}/security/passkeys/0a/rename", "in to to to to to to to"),
    Row("settings:rename_passkey", "POST", f"{SETTINGS}/security/passkeys/0a/rename", "in to to to to to to to", {"name": "k"}, changes=False),
    Row("settings:remove_passkey", "GET", f"{SETTINGS}/security/passkeys/0a/remove", "in to to to to to to to"),
    Row("settings:remove_passkey", "POST", f"{SETTINGS}/security/passkeys/0a/remove", "in to to to to to to to", {}, changes=False),
    Row("settings:audit_log", "GET", LOG,                                    "in 200 200 403 403 403 200 200"),
    Row("settings:audit_log", "GET", f"{LOG}?who={{victim}}",                "in 200 200 403 403 403 200 200"),
    Row("settings:audit_entry", "GET", f"{LOG}/{{entry}}",                   "in 200 200 403 403 403 200 404"),

    Row("docs:index", "GET", "/docs",                                        "to to to to to to to to"),
    Row("docs:page", "GET", "/docs/exporting-data",                          "200 200 200 200 200 200 200 200"),
    Row("docs:picture", "GET", "/docs/pictures/nothing-of-it.png",            "404 404 404 404 404 404 404 404"),
    Row("docs:helpful", "POST", "/docs/exporting-data/helpful",              "to to to to to to to to", {"helpful": "yes"}),
    Row("demo_site", "GET", "/demo-site",                                    "404 404 404 404 404 404 404 404"),
    Row("demo_site_pricing", "GET", "/demo-site/pricing",                    "404 404 404 404 404 404 404 404"),
    Row("healthz", "GET", "/healthz",                                        "200 200 200 200 200 200 200 200"),
    Row("readyz", "GET", "/readyz",                                          "200 200 200 200 200 200 200 200"),
)

V1 = "/api/v1"
# With the API key of each persona, which has every scope; a stranger has none.
API: tuple[Row, ...] = (
    #                                                                        str own adm exp age vie aud oth
    Row("api_document", "GET", f"{V1}/openapi.json",                         "200 200 200 200 200 200 200 200"),
    Row("api:me", "GET", f"{V1}/me",                                         "401 200 200 200 200 200 200 200"),
    Row("api:list_leads", "GET", f"{V1}/leads",                              "401 200 200 200 200 200 403 200"),
    Row("api:list_leads", "GET", f"{V1}/leads?assigned_to={{victim}}",       "401 200 200 200 200 200 403 200"),
    Row("api:list_leads", "GET", f"{V1}/leads?cursor={{cursor}}",            "401 200 200 200 200 200 403 200"),
    Row("api:get_lead", "GET", f"{V1}/leads/{{lead}}",                       "401 200 200 200 200 200 403 404"),
    Row("api:get_lead", "GET", f"{V1}/leads/{{deleted}}",                    "401 404 404 404 404 404 403 404"),
    Row("api:list_leads", "GET", f"{V1}/leads?sort=-score",                  "401 200 200 200 200 200 403 200"),
    Row("api:create_lead", "POST", f"{V1}/leads",                            "401 201 201 403 201 403 403 201", {"name": "New", "tags": ["a"]}),
    Row("api:create_lead", "POST", f"{V1}/leads",                            "401 201 201 403 201 403 403 422", {"name": "New", "assigned_to": "{victim}"}),
    Row("api:edit_lead", "PATCH", f"{V1}/leads/{{lead}}",                    "401 200 200 403 200 403 403 404", {"company": "New"}),
    Row("api:edit_lead", "PATCH", f"{V1}/leads/{{deleted}}",                 "401 404 404 403 404 403 403 404", {"company": "New"}),
    Row("api:upsert_lead", "PATCH", f"{V1}/leads/external/crm-1",            "401 201 201 403 201 403 403 201", {"name": "New"}),
    Row("api:delete_lead", "DELETE", f"{V1}/leads/{{lead}}",                 "401 204 204 403 204 403 403 404"),
    Row("api:restore_lead", "POST", f"{V1}/leads/{{deleted}}/restore",       "401 200 200 403 200 403 403 404"),
    Row("api:tag_lead", "POST", f"{V1}/leads/{{lead}}/tags",                 "401 200 200 403 200 403 403 404", {"add": ["new"], "remove": ["a"]}),
    Row("api:list_notes", "GET", f"{V1}/leads/{{lead}}/notes",               "401 200 200 200 200 200 403 404"),
    Row("api:add_note", "POST", f"{V1}/leads/{{lead}}/notes",                "401 201 201 403 201 403 403 404", {"text": "New"}),
    Row("api:edit_note", "PATCH", f"{V1}/notes/{{note}}",                    "401 200 403 403 403 403 403 404", {"text": "New"}),
    Row("api:delete_note", "DELETE", f"{V1}/notes/{{note}}",                 "401 204 204 403 403 403 403 404"),
    Row("api:list_conversations", "GET", f"{V1}/conversations",              "401 200 200 200 200 200 403 200"),
    Row("api:get_conversation", "GET", f"{V1}/conversations/{{conversation}}",       "401 200 200 200 200 200 403 404"),
    Row("api:list_messages", "GET", f"{V1}/conversations/{{conversation}}/messages", "401 200 200 200 200 200 403 404"),
    Row("api:request_export", "POST", f"{V1}/exports",                       "401 202 202 202 403 403 403 202", ALL_LEADS),
    Row("api:request_export", "POST", f"{V1}/exports",                       "401 202 202 202 403 403 403 202", THESE),
    Row("api:request_export", "POST", f"{V1}/exports",                       "401 202 202 202 403 403 403 202", OF_VICTIM),
    Row("api:get_analytics", "GET", f"{V1}/analytics",                        "401 200 200 200 200 200 403 200"),
    Row("api:get_definitions", "GET", f"{V1}/analytics/definitions",          "401 200 200 200 200 200 403 200"),
    Row("api:list_exports", "GET", f"{V1}/exports",                          "401 200 200 200 403 403 403 200"),
    Row("api:get_export", "GET", f"{V1}/exports/{{ready}}",                  "401 200 200 200 403 403 403 404"),
    Row("api:download_file", "GET", f"{V1}/exports/{{ready}}/file",          "401 200 200 200 403 403 403 404"),
    Row("api:cancel_export", "DELETE", f"{V1}/exports/{{begun}}",            "401 200 200 200 403 403 403 404"),
    # Visitors': an API key opens nothing here, and without an Origin nothing is written.
    Row("chat:send_message", "POST", f"{V1}/chat/{{site}}/messages",         "403 401 401 401 401 401 401 401", {"client_message_id": "5b0bd3a4-0d8b-4a2e-9c9e-2f1f0a4f7a10", "text": "Hello"}),
    Row("chat:ask_for_person", "POST", f"{V1}/chat/{{site}}/person",         "403 401 401 401 401 401 401 401", {"conversation_id": "{conversation}"}),
    Row("chat:close_conversation", "POST", f"{V1}/chat/{{site}}/close",      "403 401 401 401 401 401 401 401", {"conversation_id": "{conversation}"}),
    Row("chat:tell_typing", "POST", f"{V1}/chat/{{site}}/typing",            "403 401 401 401 401 401 401 401", {}),
    Row("chat:tell_activity", "POST", f"{V1}/chat/{{site}}/activity",        "403 401 401 401 401 401 401 401", {"active_seconds": 5}),
    Row("chat:list_slots", "GET", f"{V1}/chat/{{site}}/slots?zone=UTC",       "401 401 401 401 401 401 401 401"),
    Row("chat:hold_slot", "POST", f"{V1}/chat/{{site}}/slots/hold",          "403 401 401 401 401 401 401 401", {"starts_at": "2026-03-16T08:00:00Z", "zone": "UTC"}),
    Row("chat:get_greeting", "GET", f"{V1}/chat/{{site}}/greeting",          "200 200 200 200 200 200 200 200"),
    Row("chat:get_widget", "GET", f"{V1}/chat/{{site}}/widget",              "200 200 200 200 200 200 200 200"),
    Row("chat:tell_greetings", "POST", f"{V1}/chat/{{site}}/greetings/seen", "403 202 202 202 202 202 202 202", {"page": "/", "outcomes": [{"greeting": "{greeting}", "outcome": "shown"}]}),
    Row("chat:identify", "POST", f"{V1}/chat/{{site}}/identify",             "403 401 401 401 401 401 401 401", {"token": "a.b.c"}),
    Row("chat:send_transcript", "POST", f"{V1}/chat/{{site}}/transcript",    "403 401 401 401 401 401 401 401", {"email": "new@person.example"}),
    Row("chat:erase", "POST", f"{V1}/chat/{{site}}/erase",                   "403 401 401 401 401 401 401 401", {}),
    Row("chat:nothing_here", "GET", f"{V1}/chat/{{site}}/nothing",           "404 404 404 404 404 404 404 404"),
    Row("chat:nothing_here", "POST", f"{V1}/chat/{{site}}/nothing",          "403 404 404 404 404 404 404 404", {}),
    Row("chat:nothing_here", "PUT", f"{V1}/chat/{{site}}/nothing",           "404 404 404 404 404 404 404 404", {}),
    Row("chat:nothing_here", "PATCH", f"{V1}/chat/{{site}}/nothing",         "404 404 404 404 404 404 404 404", {}),
    Row("chat:nothing_here", "DELETE", f"{V1}/chat/{{site}}/nothing",        "404 404 404 404 404 404 404 404"),
    Row("chat:api-root", "GET", f"{V1}/chat/",                               "404 404 404 404 404 404 404 404"),
    Row("api:api-root", "GET", f"{V1}/",                                     "404 404 404 404 404 404 404 404"),
    Row("api_nothing", "GET", "/api/v1/nothing",                             "404 404 404 404 404 404 404 404"),
)
# fmt: on
