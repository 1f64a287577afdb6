"""The components: what each renders, named for all, and escaping what people typed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.template import Context, Template
from django.test import RequestFactory

from synaptiq.dashboard.components import tones
from synaptiq.dashboard.components.icons import ICONS
from synaptiq.exports.states import State
from synaptiq.kit import clock
from synaptiq.leads.models import STATUSES
from tests.dashboard.markup import assert_strict_csp

NAUGHTY = "<script>x</script>\"'&"
NOW = datetime(2026, 3, 18, 14, 5, 12, tzinfo=UTC)


def render(source: str, **context: Any) -> str:
    html = Template(source).render(Context(context))
    assert_strict_csp(html)
    return html


class Form(forms.Form):
    email = forms.EmailField(help_text="We never show it.")
    zone = forms.ChoiceField(choices=[("a", "A"), ("b", "B")])
    note = forms.CharField(widget=forms.Textarea, required=False)
    bom = forms.BooleanField(label="Begin with a mark", required=False)
    goal = forms.ChoiceField(widget=forms.RadioSelect, choices=[("q", "Qualified"), ("w", "Won")])


def test_an_icon_is_decoration_unless_it_has_a_label() -> None:
    assert 'aria-hidden="true"' in render('{% icon "download" %}')
    html = render('{% icon "shield" label=label %}', label=NAUGHTY)
    assert 'role="img" aria-label="&lt;script&gt;' in html
    assert "aria-hidden" not in html


@pytest.mark.parametrize("name", ICONS)
def test_every_icon_is_drawn_within_its_grid(name: str) -> None:
    html = render("{% icon name %}", name=name)
    assert html.count("<svg") == html.count("</svg>") == 1
    assert 'viewBox="0 0 16 16"' in html


def test_every_status_and_state_has_words_and_a_tone() -> None:
    assert set(tones.STATUS_TONES) == set(STATUSES)
    assert set(tones.RUN_STATES) == set(State)
    assert render('{% status_badge "meeting_booked" %}') == (
        '<span class="badge info">Meeting booked</span>'
    )
    assert render("{% state_badge state %}", state=State.FAILED) == (
        '<span class="badge bad">Failed</span>'
    )


def test_an_unknown_status_shows_as_it_is_and_escaped() -> None:
    assert "&lt;script&gt;" in render("{% status_badge status %}", status=NAUGHTY)


def test_tags_beyond_the_limit_are_counted_and_named() -> None:
    html = render("{% tags words 2 %}", words=["webinar", "enterprise", NAUGHTY, "q1"])
    assert ">webinar<" in html
    assert ">+2<" in html
    assert "&lt;script&gt;" in html
    assert "+" not in render("{% tags words 2 %}", words=["webinar"])


@pytest.mark.parametrize(("value", "width"), [(0, "0"), (50, "24"), (82, "39.36"), (100, "48")])
def test_a_score_is_a_figure_and_a_bar_of_its_length(value: int, width: str) -> None:
    html = render("{% score value %}", value=value)
    assert f'class="part" width="{width}"' in html
    assert f"<span>{value}</span>" in html


def test_no_score_is_said_in_words() -> None:
    assert "No score" in render("{% score None %}")


def test_times_are_shown_in_the_accounts_timezone() -> None:
    account = SimpleNamespace(timezone="Europe/Berlin")
    at = datetime(2026, 3, 15, 9, 22, 41, tzinfo=UTC)
    with clock.freeze(NOW):
        html = render('{% when at "exact" %}', at=at, account=account)
        near = render("{% when at %}", at=NOW - timedelta(minutes=4), account=account)
    assert html == (
        '<time datetime="2026-03-15T09:22:41+00:00" title="15 March 2026, 10:22:41 CET">'
        "15 Mar, 10:22</time>"
    )
    assert ">4 min ago<" in near
    assert "Never" in render("{% when None %}")


def test_figures_as_filters() -> None:
    assert render("{{ 1284|thin }} {{ 1234567|bytes }}") == "1,284 1.2 MB"
    assert render('{{ 1|counted:"lead,leads" }}, {{ 1284|counted:"lead,leads" }}') == (
        "1 lead, 1,284 leads"
    )


def test_a_chip_is_removed_by_a_link_that_says_which() -> None:
    html = render("{% chip text url %}", text=NAUGHTY, url="/admin/leads?a=1&b=2")
    assert 'href="/admin/leads?a=1&amp;b=2"' in html
    assert 'aria-label="Remove filter: &lt;script&gt;' in html
    assert "href" not in render('{% chip "Locked" %}')


def test_a_field_ties_help_and_error_to_its_control() -> None:
    form = Form({"email": "nope"})
    html = render("{% field form.email %}", form=form)
    assert '<label for="id_email">Email</label>' in html
    assert 'aria-describedby="id_email-help id_email-error"' in html
    assert html.count('aria-invalid="true"') == 1
    assert 'id="id_email-help">We never show it.<' in html
    assert 'id="id_email-error"' in html
    assert "Enter a valid email address." in html


def test_a_field_without_error_is_not_called_invalid() -> None:
    html = render("{% field form.email autocomplete='username' autofocus=True %}", form=Form())
    assert "aria-invalid" not in html
    assert 'aria-describedby="id_email-help"' in html
    assert 'autocomplete="username"' in html
    assert " autofocus" in html


@pytest.mark.parametrize(
    ("name", "has"),
    [
        ("zone", '<select name="zone"'),
        ("zone", 'class="select"'),
        ("note", 'class="textarea"'),
        ("bom", '<label class="tick"><input type="checkbox"'),
        ("goal", "<fieldset"),
        ("goal", "<legend>Goal</legend>"),
    ],
)
def test_each_kind_of_control_has_its_look(name: str, has: str) -> None:
    assert has in render("{% field bound %}", bound=Form()[name])


def test_radios_show_their_error_and_choice() -> None:
    html = render("{% field form.goal %}", form=Form({"goal": "w"}))
    assert html.count('type="radio"') == 2
    assert html.count("checked") == 1
    html = render("{% field form.goal %}", form=Form({}))
    assert 'id="id_goal-error"' in html
    assert 'aria-describedby="id_goal-error"' in html


def test_a_text_field_without_a_form_escapes_and_describes() -> None:
    html = render(
        '{% text_field "q" "Query" value error="No." type="number" min="0" '
        'data_kind="x" required=True %}',
        value=NAUGHTY,
    )
    assert 'id="id_q"' in html
    assert 'value="&lt;script&gt;' in html
    assert 'min="0" data-kind="x" required' in html
    assert 'aria-describedby="id_q-error" aria-invalid="true"' in html
    assert "value" not in render('{% text_field "q" "Query" %}')


def test_a_control_block_labels_what_it_holds() -> None:
    html = render(
        '{% control "Zone" id="zone" help="Days are of this zone." %}'
        '<select id="zone" {% described "zone" "x" %}></select>{% endcontrol %}'
    )
    assert '<label for="zone">Zone</label>' in html
    assert 'aria-describedby="zone-help"' in html
    assert 'id="zone-help"' in html
    group = render('{% control "Zone" id="z" group=True %}x{% endcontrol %}')
    assert 'role="group" aria-labelledby="z-label"' in group
    assert 'id="z-label"' in group


def test_segments_are_radios_with_one_chosen() -> None:
    html = render(
        '{% segmented "format" choices "json" label="Format" %}',
        choices=[("csv", "CSV"), ("json", NAUGHTY)],
    )
    assert 'role="radiogroup" aria-label="Format"' in html
    assert html.count('type="radio"') == 2
    assert 'value="json" checked>' in html
    assert html.count("checked") == 1
    assert "<script" not in html


def test_a_menu_opens_by_its_button_without_script() -> None:
    html = render('{% menu id="m" label="Actions" %}<button class="item">A</button>{% endmenu %}')
    assert 'popovertarget="m" aria-label="Actions"' in html
    assert 'id="m" popover' in html
    words = render('{% menu id="m" label="Actions" words=True %}{% endmenu %}')
    assert "Actions<svg" in words


def test_a_dialog_is_named_and_can_be_closed() -> None:
    html = render('{% dialog id="d" title=t size="small" %}<p>Body</p>{% enddialog %}', t=NAUGHTY)
    assert '<dialog class="dialog dialog-small" id="d" aria-labelledby="d-title"' in html
    assert 'id="d-title">&lt;script&gt;' in html
    assert 'command="close" commandfor="d"' in html
    assert "<p>Body</p>" in html
    assert "data-open" not in html
    assert " data-open" in render('{% dialog id="d" title="T" open=True %}{% enddialog %}')


def test_a_block_keeps_the_csrf_token_and_the_account_of_its_page() -> None:
    html = render(
        '{% dialog id="d" title="T" %}<form>{% csrf_token %}{% when at %}</form>{% enddialog %}',
        csrf_token="abc",
        at=NOW,
        account=SimpleNamespace(timezone="Asia/Tokyo"),
    )
    assert 'value="abc"' in html
    assert "JST" in html


def test_an_empty_state_says_what_why_and_what_to_do() -> None:
    html = render(
        '{% empty title text %}<a href="/x">Clear</a>{% endempty %}', title="No", text=NAUGHTY
    )
    assert "<h2>No</h2>" in html
    assert "<p>&lt;script&gt;" in html
    assert '<div class="actions"><a href="/x">Clear</a></div>' in html
    assert "actions" not in render('{% empty "No" %}{% endempty %}')


def test_bad_news_is_an_alert_and_other_notes_are_not() -> None:
    assert 'role="alert"' in render('{% note "bad" %}No.{% endnote %}')
    assert "role=" not in render('{% note "warn" %}Mind.{% endnote %}')


def test_progress_is_figures_and_a_native_line() -> None:
    html = render("{% progress 412000 1000000 label='Rows written' %}")
    assert "412,000 of 1,000,000 rows" in html
    assert "41 %" in html
    assert 'aria-label="Rows written" max="1000000" value="412000"' in html


def test_progress_without_a_total_shows_the_figure_alone_and_no_rows_divide_by_nothing() -> None:
    html = render("{% progress 412 None %}")
    assert "412 rows" in html
    assert "max=" not in html
    assert 'max="1" value="0"' in render("{% progress 0 0 %}")


def test_pages_keep_the_rest_of_the_address() -> None:
    request = RequestFactory().get("/admin/leads", {"status": ["won", "lost"], "cursor": "nold"})
    page = SimpleNamespace(previous=None, next="nnew")
    html = render("{% pagination page shows='212 leads' %}", request=request, page=page)
    assert 'href="?status=won&amp;status=lost&amp;cursor=nnew" rel="next"' in html
    assert '<span class="btn quiet small" aria-disabled="true">' in html
    assert "hx-get" not in html
    swapped = render("{% pagination page target='#rows' %}", request=request, page=page)
    assert 'hx-target="#rows" hx-select="#rows"' in swapped


def test_crumbs_end_with_this_page() -> None:
    html = render('{% crumbs "Settings" "/admin/settings" "API keys" %}')
    assert '<a href="/admin/settings">Settings</a>' in html
    assert '<span aria-current="page">API keys</span>' in html


def test_tabs_and_subnav_mark_the_current_page() -> None:
    items = [
        {"label": "All", "url": "/a", "count": 1284, "current": True},
        {"label": "B", "url": "/b"},
    ]
    html = render('{% tabs items "Views" %}', items=items)
    assert html.count('aria-current="page"') == 1
    assert "<span>1,284</span>" in html
    html = render('{% subnav items "Settings" %}', items=[{"label": "You"}, *items])
    assert '<li class="group">You</li>' in html
    assert html.count('aria-current="page"') == 1


def test_a_secret_is_shown_with_a_button_to_copy_it() -> None:
    html = render('{% secret value "New API key" %}', value=NAUGHTY)
    assert html.count("&lt;script&gt;") == 2
    assert 'data-copy="&lt;script&gt;' in html
    assert "<script" not in html


def test_a_toast_has_the_colour_of_its_level() -> None:
    assert 'class="toast bad" data-level="error"' in render(
        "{% toast text 'error' %}", text=NAUGHTY
    )
    assert 'class="toast " data-level="debug"' in render("{% toast 'x' 'debug' %}")


def test_a_name_does_not_turn_a_toast_around() -> None:
    said = render("{% toast text %}", text="\u202eVera\u2067 is no longer a member.")
    assert "<div>Vera is no longer a member.</div>" in said


@pytest.mark.parametrize(
    ("cookie", "theme"), [("dark", "dark"), ("light", "light"), ('"><b>', "auto"), (None, "auto")]
)
def test_the_theme_is_the_cookies_if_it_is_one(cookie: str | None, theme: str) -> None:
    request = RequestFactory().get("/")
    if cookie:
        request.COOKIES["theme"] = cookie
    assert render("{% theme %}", request=request) == theme
    assert render("{% theme %}", theme=cookie) == theme
