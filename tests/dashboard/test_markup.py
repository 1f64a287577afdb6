"""The finder of what a strict CSP refuses: it must see each kind, and not cry wolf."""

from __future__ import annotations

import pytest

from tests.dashboard.markup import assert_strict_csp, csp_faults


@pytest.mark.parametrize(
    "html",
    [
        '<p style="color: red">x</p>',
        "<p STYLE=color:red>x</p>",
        '<svg><rect style="fill:red"/></svg>',
        '<button onclick="go()">x</button>',
        "<img src=x onerror=go()>",
        '<a href="javascript:go()">x</a>',
        '<a href=" java\tscript:go()">x</a>',
        '<a href="&#106;avascript:go()">x</a>',
        '<form action="javascript:go()"></form>',
        "<button formaction='JAVASCRIPT:go()'></button>",
        "<script>go()</script>",
        '<script type="module">go()</script>',
        "<style>p { color: red }</style>",
        '<div hx-on:click="go()"></div>',
        "<div hx-vals='js:{a: go()}'></div>",
    ],
)
def test_each_kind_of_inline_code_is_found(html: str) -> None:
    assert len(csp_faults(f"<main>{html}</main>")) == 1


@pytest.mark.parametrize(
    "html",
    [
        '<script src="/static/app.js" defer></script>',
        '<script type="application/json">{"a": 1}</script>',
        '<p title="style=x onclick=y">javascript: is a word</p>',
        '<a href="/docs?next=javascript:x">x</a>',
        '<body hx-headers=\'{"X-CSRFToken": "abc"}\'></body>',
        '<svg><rect width="4" height="4"/></svg>',
    ],
)
def test_what_the_policy_allows_is_not_found(html: str) -> None:
    assert_strict_csp(html)
