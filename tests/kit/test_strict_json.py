"""JSON from untrusted bytes: what is refused, and as what."""

from __future__ import annotations

import pytest

from synaptiq.kit.errors import Invalid, Malformed
from synaptiq.kit.strict_json import MAX_DEPTH, parse


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b'{"a": [1, 2.5, true, null, "\\u00e9"]}', {"a": [1, 2.5, True, None, "é"]}),
        (b'"\\ud83d\\ude00"', "😀"),
        (b" [] ", []),
        (b'{"a":{"a":2},"b":[{"a":1},{"a":1.5}]}', {"a": {"a": 2}, "b": [{"a": 1}, {"a": 1.5}]}),
        (b"9007199254740993", 9007199254740993),
    ],
)
def test_json_is_read(body: bytes, value: object) -> None:
    assert parse(body) == value


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"NaN",
        b"[Infinity]",
        b"-Infinity",
        b"'a'",
        b'{"a":1,}',
        b'"\\ud800"',
        b'"\xff"',
        b"\xef\xbb\xbf[]",
        '{"a": 1}'.encode("utf-16"),
        b'"\t"',
        b"[" * 100_000,
        b"1" * 100_000,
    ],
)
def test_what_is_no_json_is_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        parse(body)


@pytest.mark.parametrize(
    "body",
    [b'"\\u0000"', b'{"\\u0000": 1}', b'[[{"a": "x\\u0000"}]]', b"1e400", b'{"a": [-1e999]}'],
)
def test_json_that_nothing_can_hold_is_invalid(body: bytes) -> None:
    with pytest.raises(Invalid):
        parse(body)


@pytest.mark.parametrize(
    "body",
    [
        b'{"a":1,"a":2}', b'{"a":1,"b":2,"a":1}', b'[{"c":[{"a":null,"\\u0061":null}]}]',
        b'{"x":{"a":[],"a":{}}}', b'{"a":"1","a":"1"}',
    ],
)  # fmt: skip
def test_a_name_that_stands_twice_is_refused_and_named(body: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        parse(body)
    assert refused.value.fields == {"a": "stands twice in one object; send it once."}


def test_depth_has_a_limit() -> None:
    assert parse(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH)
    with pytest.raises(Malformed, match="nested"):
        parse(b"[" * (MAX_DEPTH + 2) + b"]" * (MAX_DEPTH + 2))
    with pytest.raises(Malformed, match="nested"):
        parse(b'{"a":' * (MAX_DEPTH + 2) + b"1" + b"}" * (MAX_DEPTH + 2))
