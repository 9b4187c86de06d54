"""What can go wrong, each with what to do next."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


class HushbusError(Exception):
    """The base of everything that this package raises on purpose. No message holds a value of a secret."""


class SettingsError(HushbusError):
    """Something is missing from the settings, or cannot be used; the message says what to set."""


class Unreachable(HushbusError):
    """
    No answer came. With ``outcome_unknown`` the broker may have done what was asked: look before doing it
    again. Without it, nothing was sent.
    """

    def __init__(self, address: str, reason: str, outcome_unknown: bool) -> None:
        self.address = address
        self.reason = reason
        self.outcome_unknown = outcome_unknown
        unknown = "; it may have been done all the same" if outcome_unknown else ""
        super().__init__(f"no answer from {address} ({reason}){unknown}: check that it runs, and HUSHBUS_ADDR")


class LeaseEnded(HushbusError):
    """A lease is over: expired, revoked, or closed here. Its value may not be used any more."""


class Clash(HushbusError):
    """Two tasks of one process want different things in one variable or file."""


class LeakWarning(UserWarning):
    """A task gives a value of a secret away as its result, where it would be stored and shown."""


class CannotMount(HushbusError):
    """A file cannot be put where a task expects it; the message says why and what helps."""


@dataclass(frozen=True)
class FieldError:
    """One fault of a request: where, as a JSON pointer or ``?name``, and what."""

    pointer: str
    code: str
    detail: str


@dataclass(frozen=True)
class Blocker:
    """One thing that stands in the way."""

    kind: str
    id: str


class Problem(HushbusError):
    """
    The broker's refusal: an RFC 9457 problem. ``code`` and ``reason`` are stable words, ``next_step`` a
    sentence for people, ``request_id`` what the broker's operators need to find it.
    """

    status: int
    code: str
    title: str
    detail: str
    request_id: str | None
    retryable: bool
    retry_after: float | None
    reason: str | None
    kind: str | None
    budget: str | None
    dependency: str | None
    max_seconds: int | None
    errors: Sequence[FieldError]
    blockers: Sequence[Blocker]

    def __init__(self, status: int, body: Mapping[str, Any], retry_after: float | None) -> None:
        self.status = status
        self.code = _text(body, "code") or "http_" + str(status)
        self.title = _text(body, "title") or "The broker refused"
        self.detail = _text(body, "detail") or ""
        self.request_id = _text(body, "request_id")
        self.retryable = body.get("retryable") is True
        self.retry_after = retry_after
        self.reason = _text(body, "reason")
        self.kind = _text(body, "kind")
        self.budget = _text(body, "budget")
        self.dependency = _text(body, "dependency")
        seconds = body.get("max_seconds")
        self.max_seconds = seconds if isinstance(seconds, int) else None
        self.errors = tuple(
            FieldError(str(one.get("pointer")), str(one.get("code")), str(one.get("detail", "")))
            for one in _objects(body, "errors")
        )
        self.blockers = tuple(Blocker(str(one.get("kind")), str(one.get("id"))) for one in _objects(body, "blockers"))
        super().__init__(self._sentence())

    @property
    def next_step(self) -> str:
        """What to do now."""
        return _NEXT.get(self.reason or "") or _NEXT.get(self.code) or "look it up by its code"

    def _sentence(self) -> str:
        text = self.detail or self.title
        for error in self.errors:
            text += f" {error.pointer}: {error.detail or error.code}"
        if self.blockers:
            text += " In the way: " + ", ".join(f"{one.kind} {one.id}" for one in self.blockers[:5]) + "."
        text += f" Next: {self.next_step}. [{self.reason or self.code}"
        return text + (f", request {self.request_id}]" if self.request_id else "]")


class Invalid(Problem):
    """The request is wrong as it stands (400, 405, 406, 413 to 415, 422, 431)."""


class Unauthenticated(Problem):
    """The token is none, or no longer one (401)."""


class Denied(Problem):
    """The token may see this but not do it (403)."""


class NotFound(Problem):
    """It is not there, or not for this token (404)."""


class Conflict(Problem):
    """The state of things forbids it (409)."""


class NameTaken(Conflict):
    """Something of that name is there already."""


class InUse(Conflict):
    """It is in use; ``blockers`` says by what."""


class Gone(Problem):
    """It has ended (410)."""


class PreconditionFailed(Problem):
    """It has changed since it was looked at (412), or it may only be changed by who looked at it (428)."""


class OverBudget(Problem):
    """A budget is used up (429)."""


class Unavailable(Problem):
    """The broker cannot do it now (503), or has a fault (500)."""


class Unresolved(HushbusError):
    """
    Not everything that a task needs can be had, with all reasons at once. ``needs`` has a line for each that
    cannot: the name of the secret, the broker's word for it, and a sentence.
    """

    def __init__(self, where: str, needs: Sequence[tuple[str, str, str]]) -> None:
        self.needs = tuple(needs)
        lines = "; ".join(f"{secret}: {outcome} ({why})" for secret, outcome, why in self.needs)
        super().__init__(f"not everything can be had in {where}: {lines}")


_NEXT = {
    "invalid": "correct what is named, and send it again",
    "unprocessable": "correct what is named, and send it again",
    "unauthenticated": "use a token that is valid (HUSHBUS_TOKEN or HUSHBUS_TOKEN_FILE)",
    "denied": "use a token that may do this (HUSHBUS_TOKEN)",
    "not_found": "check the name, the project and the domain, and that the token may see it",
    "conflict": "look at the state it is in",
    "name_taken": "take another name, or change what is there",
    "in_use": "end what uses it first",
    "state": "look at the state it is in",
    "concurrent_change": "do it again",
    "rotation_in_progress": "wait for the rotation that is under way, or abort it",
    "held_otherwise": "ask for what the run holds, or end that lease first",
    "validity_not_promised": "ask for a shorter time; max_seconds says which",
    "limit": "remove some first",
    "gone": "begin anew: what ended does not come back",
    "precondition_failed": "read it again, and decide again",
    "precondition_required": "say which version is meant",
    "over_budget": "try again later, or have the budget raised",
    "too_large": "send less",
    "unavailable": "try again later",
    "internal": "report it with the request's id",
    "integrity": "report it with the request's id",
}

_BY_STATUS: Mapping[int, type[Problem]] = {
    401: Unauthenticated,
    403: Denied,
    404: NotFound,
    409: Conflict,
    410: Gone,
    412: PreconditionFailed,
    428: PreconditionFailed,
    429: OverBudget,
}
_BY_REASON: Mapping[str, type[Problem]] = {"name_taken": NameTaken, "in_use": InUse}


def problem(status: int, headers: Mapping[str, str], body: bytes) -> Problem:
    """What an answer that is no success means; also of something that is no broker."""
    try:
        parsed = json.loads(body)
    except ValueError:
        parsed = {}
    fields = parsed if isinstance(parsed, dict) else {}
    kind = _BY_REASON.get(str(fields.get("reason"))) or _BY_STATUS.get(status)
    if kind is None:
        kind = Unavailable if status >= 500 else Invalid
    return kind(status, fields, _seconds(headers.get("retry-after")))


def _seconds(header: str | None) -> float | None:
    return float(header) if header is not None and header.isdigit() else None


def _objects(body: Mapping[str, Any], name: str) -> Sequence[Mapping[str, Any]]:
    value = body.get(name)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else ()


def _text(body: Mapping[str, Any], name: str) -> str | None:
    value = body.get(name)
    return value if isinstance(value, str) else None
