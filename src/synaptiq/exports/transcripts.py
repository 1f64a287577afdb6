"""A visitor's own transcript by email: the very text that an export of that conversation has.

Whoever asks has the visitor's token, and nothing proves that the address is theirs. So little goes
to one address, and nothing that the visitor wrote stands in the mail but in the file.
"""

from __future__ import annotations

from datetime import timedelta
from email import encoders
from email.mime.base import MIMEBase

from django.core.mail import EmailMessage
from django.db import connection, transaction
from django.utils.crypto import salted_hmac

from synaptiq.accounts import actors, audit, mail, values
from synaptiq.accounts.models import Account
from synaptiq.accounts.tenancy import acting_for
from synaptiq.conversations import handover, visiting
from synaptiq.conversations.models import Conversation, TranscriptMail
from synaptiq.exports import tasks
from synaptiq.exports.datasets.conversations import transcript
from synaptiq.exports.formats.frame import Frame
from synaptiq.exports.formats.txt import TXT
from synaptiq.exports.spec import Options
from synaptiq.kit import clock
from synaptiq.kit.database import ask as ask_database
from synaptiq.kit.errors import Invalid, TooMany

WITHIN = timedelta(hours=24)
MOST_OF_CONVERSATION = 3
MOST_TO_ADDRESS = 10


def ask(
    site_key: str, email: str, *, token: str | None, conversation: str | None,
    origin: str | None, address: str | None,
) -> None:  # fmt: skip
    """Have the visitor's conversation (None: their newest) sent to that address. Raises what
    `visiting.visit` raises, Invalid for the address, and TooMany."""
    visit = visiting.visit(
        site_key, token=token, conversation=conversation, origin=origin, address=address
    )
    try:
        to = values.email(email)
    except ValueError:
        # A sentence that the visitor reads.
        raise Invalid({"email": "Give an address such as name@company.com."}) from None
    with acting_for(visit.account_id), transaction.atomic():
        # Of several at once one after the other is counted.
        held = handover.hold_by_key(visit.conversation_pk)
        hashed = salted_hmac("synaptiq.transcript", to, algorithm="sha256").digest()
        ask_database("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(hashed[:7], "big")])
        _check(MOST_OF_CONVERSATION, "of this conversation", conversation=held)
        _check(MOST_TO_ADDRESS, "to this address", address=hashed)
        made = TranscriptMail.objects.create(conversation=held, email=to, address=hashed)
        tasks.mail_transcript.defer(account_id=visit.account_id, transcript_id=made.pk)


def send(transcript_id: int) -> None:
    """Send what was asked for, once; nothing where it is gone meanwhile."""
    asked = TranscriptMail.objects.filter(pk=transcript_id, sent_at=None).first()
    if asked is None:
        return
    account = Account.objects.get(pk=asked.account_id)
    held = Conversation.objects.select_related("site").get(pk=asked.conversation_id)
    message = _message(account, held, asked.email)
    with transaction.atomic():
        waiting = TranscriptMail.objects.filter(pk=asked.pk, sent_at=None)
        if waiting.update(sent_at=clock.now(), email=""):
            message.send()
            audit.record(actors.of_system(account), "transcript.mailed", target=held.public_id)


def text_of(conversation: Conversation, account: Account) -> bytes:
    """The conversation as its export as TXT has it, with no field restricted: it is the visitor's
    own."""
    format, columns = TXT(), transcript()
    rows = Conversation.objects.filter(pk=conversation.pk)
    statement, params = format.copy(rows, columns, Options())
    frame = Frame(Options(), account.timezone, clock.now(), 1)
    with connection.cursor() as cursor, cursor.copy(statement, params) as copy:
        return b"".join(chunk for chunk, _ in format.chunks(copy, columns, frame))


def forget() -> int:
    """Forget what was sent more than a day ago, of all accounts; returns how many."""
    over = TranscriptMail.across_accounts.filter(asked_at__lt=clock.now() - WITHIN)
    deleted, _ = over.delete()
    return deleted


def _check(most: int, what: str, **of: object) -> None:
    since = clock.now() - WITHIN
    before = TranscriptMail.objects.filter(asked_at__gt=since, **of).order_by("asked_at")
    times = list(before.values_list("asked_at", flat=True))
    if len(times) >= most:
        wait = int((times[-most] - since).total_seconds()) + 1
        raise TooMany(
            f"{most} transcripts {what} were sent within 24 hours. Try again later.",
            limit=most, retry_after=wait, window=int(WITHIN.total_seconds()),
        )  # fmt: skip


def _message(account: Account, conversation: Conversation, to: str) -> EmailMessage:
    site = conversation.site
    message = EmailMessage(
        f"Your conversation with {account.name}",
        f"You asked for it in the chat on {site.name}, or somebody who gave this address did.\n\n"
        f"The whole conversation is attached as a text file. Its times are those of "
        f"{account.timezone}.\n\n"
        "If it was not you, delete this mail: your address is not kept.\n",
        None,
        [to],
    )
    # In Base64, so that not even a line end changes on the way.
    file = MIMEBase("text", "plain", charset="utf-8")
    file.set_payload(text_of(conversation, account))
    encoders.encode_base64(file)
    name = f"{conversation.public_id}.txt"
    file.add_header("Content-Disposition", "attachment", filename=name)
    message.attach(file)
    mail.tells_of(message, conversation.public_id)
    return message
