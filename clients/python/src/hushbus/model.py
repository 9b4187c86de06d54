"""What the broker tells, as values. None but :class:`Reading` holds a value of a secret, and that hides it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from hushbus.values import Value, Values


def moment(text: str) -> datetime:
    """A time of an answer, in UTC."""
    return datetime.strptime(text.replace("Z", "+0000"), _form(text)).astimezone(timezone.utc)


def _form(text: str) -> str:
    return "%Y-%m-%dT%H:%M:%S.%f%z" if "." in text else "%Y-%m-%dT%H:%M:%S%z"


@dataclass(frozen=True)
class SecretInfo:
    """Everything about a secret but its value."""

    id: str
    name: str
    project: str | None
    domain: str | None
    type: str
    keys: Sequence[str]
    version: int
    description: str
    labels: Mapping[str, str]
    created_at: datetime
    created_by: str
    updated_at: datetime
    rotation: str | None = None
    """The id of the rotation that its newest version began."""

    @classmethod
    def of(cls, answer: Mapping[str, Any]) -> SecretInfo:
        return cls(
            answer["id"],
            answer["name"],
            answer.get("project"),
            answer.get("domain"),
            answer["type"],
            tuple(answer["keys"]),
            answer["current_version"],
            answer.get("description", ""),
            dict(answer["labels"]),
            moment(answer["created_at"]),
            answer["created_by"],
            moment(answer["updated_at"]),
            answer.get("rotation"),
        )


@dataclass(frozen=True)
class Reading:
    """A secret as it was when it was read. Printing it shows no value."""

    name: str
    version: int
    type: str
    data: Values = field(compare=False)

    @property
    def keys(self) -> Sequence[str]:
        """The names of its keys."""
        return tuple(self.data)

    @property
    def value(self) -> Value:
        """The one value of a secret that has one."""
        return self.data.only()


@dataclass(frozen=True)
class Notice:
    """
    Something that happened: a CloudEvent. It never holds a value of a secret. Pass ``cursor`` as ``after`` to go on
    behind it. A notice of the type ``stream.reset`` says that there were some which are no longer kept: look at
    the state of things anew.
    """

    id: str
    type: str
    subject: str
    time: datetime | None
    sequence: int
    data: Mapping[str, Any]
    cursor: str

    @classmethod
    def of(cls, answer: Mapping[str, Any], cursor: str) -> Notice:
        return cls(
            answer["id"],
            answer["type"],
            answer["subject"],
            moment(answer["time"]),
            int(answer["sequence"]),
            answer["data"],
            cursor,
        )

    @classmethod
    def reset(cls, cursor: str) -> Notice:
        return cls("", RESET, "", None, 0, {}, cursor)


RESET = "stream.reset"
ANNOUNCED = "io.hushbus.secret.version.announced.v1"
STAGED = "io.hushbus.secret.version.staged.v1"
REVOKED = "io.hushbus.lease.revoked.v1"


@dataclass(frozen=True)
class Placed:
    """What goes where: the name of a variable or the path of a file, and the entry of a secret."""

    name: str
    secret: str
    key: str
