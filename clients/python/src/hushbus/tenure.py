"""A lease as it stands here. What a program sees of it is a face: ``Lease`` or ``AsyncLease``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hushbus.errors import LeaseEnded
from hushbus.model import moment
from hushbus.values import Values


@dataclass(frozen=True)
class Held:
    """The version that was taken last."""

    version: int
    values: Values = field(compare=False)


class Tenure:
    """
    The state of one lease. Changed by the coroutines of :class:`hushbus.core.Core` alone, and each change is one
    assignment, so that any thread may read it.
    """

    def __init__(
        self,
        answer: Mapping[str, Any],
        asked: Mapping[str, Any],
        token: str | None,
        now: float,
    ) -> None:
        self.asked = asked
        self.token = token
        self.face: object = None
        self.callbacks: list[Callable[[Any], Any]] = []
        self.ended: str | None = None
        self.due: float | None = None
        self.last_call = now
        self.again: float | None = None
        self.superseded_by: int | None = None
        self.take(answer, now)

    def take(self, answer: Mapping[str, Any], now: float) -> None:
        """A grant: the first, or one that follows when the longest time of the first is over."""
        self.id: str = answer["id"]
        self.secret: str = answer["secret"]
        self.secret_id: str = answer["secret_id"]
        self.type: str = answer["type"]
        self.newest(answer)
        self.applied: int = answer["version"]
        self.extend(answer, now)

    def newest(self, answer: Mapping[str, Any]) -> None:
        """The version that was taken last, with its values."""
        self.held = Held(answer["version"], Values.of_answer(answer))
        self.taken: int = answer["version"]

    def extend(self, answer: Mapping[str, Any], now: float) -> None:
        """What a grant or a renewal says about its time; ``now`` is before it was asked for.

        The clock of this machine is asked for lengths alone, so that it ends here no later than at the broker.
        """
        self.expires_at: datetime = moment(answer["expires_at"])
        self.max_expires_at: datetime = moment(answer["max_expires_at"])
        self.superseded_by = answer.get("superseded_by")
        self.end = now + answer["expires_in_ms"] / 1000
        extendable = answer["renewable"] and self.expires_at < self.max_expires_at
        renew_in = answer.get("renew_in_seconds")
        if extendable and renew_in is not None:
            self.due = now + renew_in
        else:
            # Shortly before its end it is asked for anew. That of a run ends: a run has one lease on a secret.
            self.due = None
            early = 0.0 if self.token is not None else max(1.0, (self.end - now) / 3)
            self.last_call = max(now, self.end - early)

    def wake(self) -> float:
        """When something is to be done about it."""
        at = self.last_call if self.due is None else self.due
        return at if self.again is None else min(at, self.again)

    def live(self, now: float) -> bool:
        return self.ended is None and now < self.end

    def check(self, now: float) -> None:
        """Raises if its values may not be used any more."""
        if self.ended is None and now >= self.end:
            self.ended = "it expired"
        if self.ended is not None:
            raise LeaseEnded(f"the lease on {self.secret} is over: {self.ended}")


@dataclass(frozen=True)
class Needed:
    """One secret of a request for leases, with the keys that are wanted of it; none is all."""

    secret: str
    keys: Sequence[str] = ()

    def body(self) -> dict[str, Any]:
        return {"secret": self.secret, "keys": list(self.keys)} if self.keys else {"secret": self.secret}


@dataclass
class Course:
    """A run as it stands here."""

    id: str
    token: str = field(repr=False)
    beat: float
    """Seconds between heartbeats."""
    due: float
    ended: str | None = None
