"""The widget on all kinds of pages: where it stands, how pages change, what they do to it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from synaptiq.sites.models import Site
from tests.conversations.making import make_site
from tests.widget.pages import Stranger, Visitor

# What pages and their tools do to a browser; each stands in a script before everything else.
HOSTILE = {
    "fetch that fails": (
        "window.fetch = () => Promise.reject(new Error('no')); window.XMLHttpRequest = null;"
    ),
    "fetch that adds a header": (
        "const own = fetch; window.fetch = (url, options = {}) => "
        "own(url, {...options, headers: {...options.headers, 'X-Trace': '1'}});"
    ),
    "frozen prototypes": (
        "for (const one of [Object, Array, Promise, Function, String, EventTarget, Node, Element, "
        "HTMLElement]) { Object.freeze(one); Object.freeze(one.prototype); }"
    ),
    "what old libraries add": (
        "Array.prototype.toJSON = () => 'gone'; Array.prototype.remove = () => {}; "
        "String.prototype.toJSON = function () { return this + ''; }; "
        "Object.prototype.each = () => {}; window.$ = window.Symbol = Symbol;"
    ),
    "console taken away": "window.console = {log() {}, warn() {}, error() {}};",
    "no storage": (
        "for (const name of ['localStorage', 'sessionStorage']) "
        "Object.defineProperty(window, name, {get() { "
        "throw new DOMException('no', 'SecurityError'); }});"
    ),
}  # fmt: skip
RESETS = (
    # By CSSOM, as the policy has it: the worst that a page's sheet can say.
    "<script>const s = new CSSStyleSheet(); s.replaceSync(`"
    "* { all: unset !important; display: inline !important; font-size: 3px !important; color: red "
    "!important; pointer-events: none !important; visibility: hidden !important } "
    "synaptiq-widget, synaptiq-widget::part(panel), synaptiq-widget::part(greeting) { "
    "display: none !important; opacity: 0.01 "
    "!important; z-index: -5 !important; transform: scale(0) !important } "
    "#over { all: initial !important; display: block !important; visibility: visible !important; "
    "position: fixed !important; inset: 0 !important; z-index: 2147483647 !important; "
    "background: #fff !important; pointer-events: auto !important }`); "
    "document.adoptedStyleSheets = [s]</script>"
)


def talks(visitor: Visitor) -> None:
    """The whole way to a message that the server has."""
    visitor.open_chat()
    if visitor.button("Only this once").is_visible():
        visitor.button("Only this once").click()
    visitor.say("Hi there")
    expect(visitor.said.filter(has_text="Hi there")).to_be_visible()
    expect(visitor.widget.locator(".me.waits, .me.failed")).to_have_count(0)
    expect(visitor.said).to_have_count(3)


@pytest.mark.usefixtures("agent")
@pytest.mark.parametrize("what", HOSTILE)
def test_a_page_that_changes_the_browser_does_not_break_it(
    stranger: Stranger, chromium: Browser, what: str
) -> None:
    stranger.paths["/"] = stranger.page(head=f"<script>{HOSTILE[what]}</script>")
    visitor = stranger.open(chromium)
    visitor.launcher.click()
    visitor.button("Only this once").click()
    visitor.button("Close the chat").click()
    talks(visitor)
    assert visitor.errors == []


@pytest.mark.usefixtures("agent")
@pytest.mark.parametrize(
    "policy",
    [
        "default-src 'none'; script-src {url}; connect-src {url}; "
        "require-trusted-types-for 'script'; "
        "trusted-types 'none'; frame-src 'none'; base-uri 'none'",
        "default-src 'none'; script-src 'nonce-own' 'strict-dynamic'; connect-src {url}",
    ],
    ids=["trusted types", "strict dynamic"],
)
def test_it_runs_under_the_strictest_policies(
    stranger: Stranger, chromium: Browser, policy: str
) -> None:
    stranger.policy = policy
    if "nonce" in policy:
        stranger.paths["/"] = stranger.page().replace("<script async", "<script nonce=own async")
    visitor = stranger.open(chromium)
    talks(visitor)
    visitor.button("More").click()
    visitor.button("End this chat").click()
    assert visitor.errors == []


@pytest.mark.usefixtures("agent")
def test_a_page_that_styles_everything_and_lies_on_top_hides_nothing(
    stranger: Stranger, chromium: Browser
) -> None:
    stranger.paths["/"] = stranger.page(body=f"{RESETS}<div id=over></div>")
    visitor = stranger.open(chromium)
    expect(visitor.launcher).to_be_visible()
    box = visitor.launcher.bounding_box()
    assert box
    assert (box["width"], box["height"]) == (56, 56)
    # A real click, at the place where a visitor sees the button.
    visitor.page.mouse.click(box["x"] + 28, box["y"] + 28)
    visitor.button("Only this once").click()
    notice = visitor.widget.locator("#about")
    assert notice.evaluate(
        "(it) => { const {fontSize, visibility, opacity, color} = getComputedStyle(it), "
        "at = it.getBoundingClientRect(), root = it.getRootNode(); "
        "return [parseFloat(fontSize) >= 11, visibility, opacity, color !== 'rgb(255, 0, 0)', "
        "root.elementFromPoint(at.x + at.width / 2, at.y + at.height / 2) === it] }"
    ) == [True, "visible", "1", True, True]
    visitor.say("Hi there")
    expect(visitor.said).to_have_count(3)
    assert visitor.errors == []


def test_it_stands_once_and_moves_nothing(stranger: Stranger, chromium: Browser) -> None:
    snippet = (
        f'<script async src="{stranger.web}/widget.js" data-site="{stranger.site.key}"></script>'
    )
    stranger.paths["/"] = stranger.page(head=snippet, body=snippet)
    context = chromium.new_context()
    context.add_init_script(
        "window.shifts = 0; new PerformanceObserver((list) => { for (const one of "
        "list.getEntries()) shifts += one.value }).observe({type: 'layout-shift', buffered: true})"
    )
    visitor = stranger.open(chromium, context=context)
    visitor.open_chat(remember=True)
    visitor.button("Close the chat").click()
    expect(visitor.widget).to_have_count(1)
    expect(visitor.launcher).to_have_count(1)
    assert visitor.page.evaluate("shifts") == 0
    assert visitor.errors == []


def test_another_sites_widget_is_not_put_beside_it(stranger: Stranger, chromium: Browser) -> None:
    other: Site = make_site("other.example", origins=[stranger.url])
    stranger.paths["/"] = stranger.page(
        body=f'<script async src="{stranger.web}/widget.js" data-site="{other.key}"></script>'
    )
    visitor = stranger.open(chromium)
    expect(visitor.launcher).to_be_visible()
    expect(visitor.widget).to_have_count(1)


def test_a_page_that_exchanges_its_body_keeps_the_chat(
    stranger: Stranger, chromium: Browser
) -> None:
    visitor = stranger.open(chromium)
    visitor.open_chat(remember=False)
    visitor.page.evaluate(
        "history.pushState(null, '', '/features'); document.body.replaceWith("
        "Object.assign(document.createElement('body'), {textContent: 'Another page'}))"
    )
    expect(visitor.panel).to_be_visible()
    # A page that throws all away gets it back.
    visitor.page.evaluate("document.querySelector('synaptiq-widget').remove()")
    expect(visitor.widget).to_have_count(1)


def test_the_page_asks_of_it_what_it_may(stranger: Stranger, chromium: Browser) -> None:
    stranger.paths["/"] = stranger.page(
        head="<script>window.heard = []; const hear = (name, what) => ['on', name, (one) => "
        "heard.push(what ?? one.text)]; window.Synaptiq = [hear('open', 'open'), "
        "hear('close', 'close'), hear('message'), hear('greeting'), hear('ready', 'ready'), "
        "['greet', 'Welcome back!']]</script>"
    )
    visitor = stranger.open(chromium)
    expect(visitor.widget.locator(".hello")).to_contain_text("Welcome back!")
    visitor.page.evaluate("Synaptiq.open()")
    expect(visitor.panel).to_be_visible()
    visitor.button("Remember it").click()
    visitor.say("Hi there")
    visitor.expect_said("Hi there")
    expect(visitor.widget.locator(".me.waits")).to_have_count(0)
    visitor.page.wait_for_function("localStorage.length === 1")
    visitor.page.evaluate("Synaptiq.close()")
    expect(visitor.panel).to_be_hidden()
    visitor.page.evaluate("Synaptiq.reset()")
    visitor.page.evaluate("Synaptiq.push(['open'])")
    visitor.expect_said("Hi there", times=0)
    heard = visitor.page.evaluate("heard")
    assert [one for one in heard if one != "ready"][:4] == [
        "Welcome back!", "open", "Hi there", "close",
    ]  # fmt: skip
    assert "ready" in heard


def test_a_page_that_may_not_talk_shows_nothing_and_says_why(
    stranger: Stranger, chromium: Browser
) -> None:
    stranger.site.origins = ["https://acme.example"]
    stranger.site.save()
    context = chromium.new_context()
    warnings: list[str] = []
    page = context.new_page()
    page.on("console", lambda said: warnings.append(said.text))
    with page.expect_console_message(lambda said: "Synaptiq:" in said.text):
        page.goto(stranger.url)
    expect(page.locator("synaptiq-widget .launch")).to_be_hidden()
    assert any(f"Is {stranger.url} among the origins" in one for one in warnings)


@pytest.mark.usefixtures("agent")
def test_where_the_question_cannot_be_loaded_one_can_talk_and_nothing_is_kept(
    stranger: Stranger, chromium: Browser
) -> None:
    asked: list[str] = []
    context = chromium.new_context(reduced_motion="reduce")
    context.route("**/menu.js*", lambda route: (asked.append(route.request.url), route.abort()))
    visitor = stranger.open(chromium, context=context)
    visitor.open_chat()
    visitor.say("Hi there")
    expect(visitor.said).to_have_count(3)
    assert visitor.stored() == {}
    # Asked for as the chat began and as it opened, and not over and over.
    assert 1 <= len(asked) <= 2
    context.unroute("**/menu.js*")
    # A browser does not ask again for what failed once, unless by another name.
    visitor.button("More").click()
    expect(visitor.button("Remember this chat")).to_be_visible()


def test_after_a_reset_nothing_of_the_former_person_stands_there(
    stranger: Stranger, chromium: Browser
) -> None:
    visitor = stranger.open(chromium)
    visitor.open_chat(remember=True)
    # Their first message is on its way while they sign out.
    visitor.page.route(
        "**/messages", lambda route: (visitor.page.wait_for_timeout(300), route.fallback())
    )
    visitor.say("My secret plan")
    visitor.widget.locator("textarea").fill("a draft of mine")
    with visitor.page.expect_response("**/messages"):
        visitor.page.evaluate("Synaptiq.reset()")
    expect(visitor.widget.locator("textarea")).to_have_value("")
    visitor.expect_said("My secret plan", times=0)
    assert '"token":null' in visitor.stored()[f"synaptiq:{stranger.site.key}"]


def test_an_open_chat_that_the_page_throws_out_comes_back_open(
    stranger: Stranger, chromium: Browser
) -> None:
    visitor = stranger.open(chromium)
    visitor.open_chat(remember=False)
    for _ in range(3):
        visitor.page.evaluate("document.querySelector('synaptiq-widget').remove()")
        expect(visitor.panel).to_be_visible()
    visitor.button("Close the chat").click()
    expect(visitor.launcher).to_be_visible()


def test_a_first_request_that_fails_is_made_again(stranger: Stranger, chromium: Browser) -> None:
    context = chromium.new_context()
    context.clock.install()
    context.route("**/widget?page*", lambda route: route.fulfill(status=503, json={}))
    visitor = stranger.open(chromium, context=context)
    expect(visitor.widget).to_have_count(1)
    expect(visitor.launcher).to_be_hidden()
    context.unroute("**/widget?page*")
    visitor.page.clock.run_for(25_000)
    expect(visitor.launcher).to_be_visible()


def test_no_part_reaches_beyond_its_place(stranger: Stranger, chromium: Browser) -> None:
    style = (
        "<script>const s = new CSSStyleSheet(); s.replaceSync(`"
        "synaptiq-widget { --synaptiq-y: 2000px; --synaptiq-radius: 900px } "
        "synaptiq-widget::part(composer), synaptiq-widget::part(message) { position: fixed; "
        "inset: 0; z-index: 9; background: red }`); document.adoptedStyleSheets = [s]</script>"
    )
    stranger.paths["/"] = stranger.page(head=style)
    visitor = stranger.open(chromium)
    visitor.launcher.click()
    visitor.button("Only this once").click()
    assert visitor.widget.locator("#about").evaluate(
        "(it) => { const at = it.getBoundingClientRect(); return at.y >= 0 && "
        "it.getRootNode().elementFromPoint(at.x + at.width / 2, at.y + at.height / 2) === it }"
    )
