"""Reading the mails that a test has caused."""

from __future__ import annotations

import re
from email import message_from_bytes, policy

from synaptiq.accounts import smtp
from synaptiq.accounts.models import Mail


def newest(to: str = "") -> Mail:
    """The mail written last (to this address)."""
    mails = Mail.objects.filter(to=to) if to else Mail.objects.all()
    return mails.latest("pk")


def text_of(mail: Mail) -> str:
    """Its plain text."""
    body = message_from_bytes(smtp.unpack(mail), policy=policy.default).get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def link_in(mail: Mail) -> str:
    """The path of its first link, which must be one of the product's public address."""
    found = re.search(r"http://localhost:8000(/\S*)", text_of(mail))
    assert found, text_of(mail)
    return found[1]
