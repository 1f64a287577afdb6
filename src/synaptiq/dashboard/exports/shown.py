"""A run as pages show it: in words, and with what this member may do with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from synaptiq.accounts.actors import Actor
from synaptiq.accounts.roles import Permission
from synaptiq.dashboard.exports import choosing
from synaptiq.exports.columns import Column
from synaptiq.exports.datasets import ALL
from synaptiq.exports.formats import FORMATS
from synaptiq.exports.models import Export
from synaptiq.exports.pipeline import MOST_ATTEMPTS
from synaptiq.exports.queries import columns_of
from synaptiq.exports.spec import ExportSpec
from synaptiq.exports.states import UNFINISHED, State

# What a state means, for whoever did not ask for the run.
_EXPLAINED: dict[str, str] = {
    State.REQUESTED: "Waiting for a worker to begin.",
    State.RUNNING: "The file is being written.",
    State.READY: "The file can be downloaded.",
    State.FAILED: "No file was made.",
    State.CANCELLED: "Ended before it was ready.",
    State.EXPIRED: "The file was kept for 30 days and is deleted.",
    State.WITHDRAWN: "The file was taken back and is deleted.",
}


@dataclass(frozen=True)
class Run:
    """Read by templates; `spec` needs a run whose column `spec` is loaded."""

    export: Export
    actor: Actor

    @property
    def id(self) -> str:
        return self.export.public_id

    @property
    def sentence(self) -> str:
        """What is exported, beginning with a capital."""
        said = self.export.sentence
        return said[:1].upper() + said[1:]

    @property
    def dataset(self) -> str:
        return ALL[self.export.dataset].label

    @property
    def format(self) -> str:
        return FORMATS[self.export.dataset, self.export.format].label

    @property
    def is_unfinished(self) -> bool:
        return self.export.state in UNFINISHED

    @property
    def is_ready(self) -> bool:
        return self.export.state_now == State.READY

    @property
    def explained(self) -> str:
        """The state in a sentence, with the run's own reason where there is one."""
        plain = _EXPLAINED[self.export.state_now]
        if self.export.state in {State.FAILED, State.WITHDRAWN} and self.export.reason:
            return f"{plain} {self.export.reason}"
        return plain

    @property
    def rows(self) -> int | None:
        """Rows in the file; None of a run that never made one."""
        return self.export.rows_written if self.export.bytes is not None else None

    @property
    def who(self) -> str:
        """The person, with their key where it was one; the operator is "Terminal"."""
        member, key = self.export.member, self.export.api_key
        person = (member.user.called) if member else ""
        if key:
            return f"{person} by API key {key.name}"
        return person or self.export.actor_kind.capitalize()

    @property
    def attempt(self) -> str:
        """How often it was begun, without the times that moved rules began it anew."""
        return f"{self.export.attempt - self.export.rebuilds} of {MOST_ATTEMPTS}"

    @property
    def may_cancel(self) -> bool:
        return self.is_unfinished and self.actor.can(Permission.EXPORT)

    @property
    def may_download(self) -> bool:
        return self.is_ready and self.actor.can(Permission.DOWNLOAD)

    @property
    def again(self) -> str:
        """The dialog with the same choices."""
        return choosing.again(self.export)

    @property
    def spec(self) -> ExportSpec:
        return ExportSpec.model_validate(self.export.spec)

    @property
    def columns(self) -> list[Column]:
        return columns_of(self.spec)

    @property
    def options(self) -> list[tuple[str, Any]]:
        """How the file is written; nothing where there is no choice."""
        options = self.spec.options
        if self.export.format == "txt":
            return [("Headings and days", "yes" if options.headings else "no")]
        if self.export.format != "csv":
            return []
        return [
            ("Byte order mark", "yes" if options.bom else "no"),
            ("Delimiter", options.delimiter),
            ("Spreadsheet guard", "on" if options.dialect == "default" else "off (raw)"),
        ]
