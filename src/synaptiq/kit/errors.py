"""What can be refused, as exceptions that every surface translates in its own way.

The API turns them into problem documents (RFC 9457), pages into a sentence beside the field or a
page of that status, the terminal into an exit code. `detail` is for people: it names the field
and the fix, and never holds a secret.
"""

from __future__ import annotations

from collections.abc import Mapping


class Refusal(Exception):
    """The base: `status` as in HTTP, `code` for machines, `title` the same for every such case."""

    status = 400
    code = "refused"
    title = "Refused"

    def __init__(self, detail: str, *, code: str | None = None, param: str | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = code or self.code
        self.param = param

    def by_field(self) -> dict[str, str]:
        """Sentences by the field that they are about; "" where it is none."""
        return {self.param or "": self.detail}


class Malformed(Refusal):
    """The request cannot even be read: not JSON, not this media type."""

    status, code, title = 400, "malformed", "The request could not be read"


class Invalid(Refusal):
    """The request was read and says something impossible. `fields` maps a name to its sentence."""

    status, code, title = 422, "invalid", "The request is not valid"

    def __init__(self, fields: Mapping[str, str] | str, *, code: str | None = None) -> None:
        if isinstance(fields, str):
            fields = {"": fields}
        self.fields = dict(fields)
        first = next(iter(self.fields), "")
        sentences = [f"{name}: {text}" if name else text for name, text in self.fields.items()]
        super().__init__(" ".join(sentences), code=code, param=first or None)

    def by_field(self) -> dict[str, str]:
        return self.fields


class Unauthenticated(Refusal):
    """Nobody is signed in, or the key is not known."""

    status, code, title = 401, "unauthenticated", "Sign in first"


class Denied(Refusal):
    """Known, and not allowed. The sentence says which role is missing and who can grant it."""

    status, code, title = 403, "denied", "Not allowed"


class NotFound(Refusal):
    """No such thing here; things of other accounts are not found either."""

    status, code, title = 404, "not_found", "Not found"


class Conflict(Refusal):
    """The thing is in a state that does not allow this."""

    status, code, title = 409, "conflict", "Not possible in this state"


class Gone(Refusal):
    """It was here and will not come back: an expired or withdrawn file."""

    status, code, title = 410, "gone", "No longer available"


class OutOfDate(Refusal):
    """A condition on the state that was read before (If-Match) does not hold any more."""

    status, code, title = 412, "out_of_date", "Changed since it was read"


class TooMany(Refusal):
    """More than may come within a time (`window`, in seconds). `limit` of them may; the next in
    `retry_after` seconds."""

    status, code, title = 429, "rate_limited", "Too many requests"

    def __init__(self, detail: str, *, limit: int, retry_after: int, window: int = 60) -> None:
        super().__init__(detail)
        self.limit, self.retry_after, self.window = limit, retry_after, window
