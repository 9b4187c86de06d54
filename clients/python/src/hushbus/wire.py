"""
What goes over the wire, and what a transport has to do.

Everything that this package knows is written once, as coroutines over a :class:`Transport`. There are two: that of
:mod:`hushbus.blocking` never suspends a coroutine, so that :func:`drive` runs it to its end in one go, and that
of :mod:`hushbus.asynchronous` waits in the event loop.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

T = TypeVar("T")

JSON = "application/json"
MERGE_PATCH = "application/merge-patch+json"
EVENT_STREAM = "text/event-stream"


@dataclass(frozen=True)
class Request:
    """
    One request, below ``/api/v1``. ``repeatable`` says that sending it twice does no more than sending it once, so
    that it may be sent again when nobody knows whether it arrived.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    body: bytes | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    repeatable: bool = True
    token: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Answer:
    """What came back; the names of headers in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    def json(self) -> dict[str, Any]:
        """The object in the body; an empty one if there is none."""
        parsed = json.loads(self.body) if self.body else {}
        if not isinstance(parsed, dict):
            raise ValueError("the broker answered with something that is no JSON object")
        return parsed


class Stream(Protocol):
    """An answer that comes line by line."""

    status: int
    headers: Mapping[str, str]

    async def rest(self) -> bytes:
        """All of it, of an answer that is no stream."""

    def lines(self) -> AsyncIterator[str]:
        """The lines, without their ends, until the other side closes."""

    async def close(self) -> None:
        """Gives the connection back or up."""

    def abort(self) -> None:
        """Ends a reading that is under way, from any thread; it then ends as if the other side had closed."""


class Bell(Protocol):
    """What a background job waits for."""

    async def wait(self, seconds: float | None) -> None:
        """Until it rings, or for so long."""

    def ring(self) -> None:
        """Wakes who waits, or spares the next wait."""


class Job(Protocol):
    """Something that goes on in the background."""

    def alive(self) -> bool:
        """Whether it still goes on."""

    async def end(self) -> None:
        """Waits for its end, a few seconds at most; it has been told to end before."""


class Transport(Protocol):
    """Sends requests and waits. Raises :class:`hushbus.errors.Unreachable` where no answer came."""

    async def send(self, request: Request, token: str) -> Answer: ...

    async def stream(self, request: Request, token: str) -> Stream: ...

    async def pause(self, seconds: float) -> None: ...

    def bell(self) -> Bell: ...

    def start(self, work: Callable[[], Coroutine[Any, Any, None]], name: str) -> Job: ...

    async def close(self) -> None: ...


def drive(work: Coroutine[Any, Any, T]) -> T:
    """Runs a coroutine over a transport that never suspends."""
    try:
        work.send(None)
    except StopIteration as done:
        result: T = done.value
        return result
    work.close()
    raise RuntimeError("something was awaited that waits for an event loop: use AsyncClient there")


def compact(**fields: Any) -> dict[str, Any]:
    """The fields that are not None."""
    return {name: value for name, value in fields.items() if value is not None}


def query(**fields: Any) -> tuple[tuple[str, str], ...]:
    """Query parameters of what is not None; a list is repeated."""
    pairs: list[tuple[str, str]] = []
    for name, value in fields.items():
        if value is None:
            continue
        several = value if isinstance(value, (list, tuple)) else [value]
        pairs += [(name, _plain(one)) for one in several]
    return tuple(pairs)


def _plain(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def encode(body: Mapping[str, Any]) -> bytes:
    """JSON as the broker reads it."""
    return json.dumps(body, ensure_ascii=False, allow_nan=False).encode()
