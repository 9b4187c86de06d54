"""Notices, one after the other, across broken connections."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from typing import Any

from hushbus.calls import Calls
from hushbus.errors import Gone, HushbusError, Problem, Unreachable, problem
from hushbus.model import RESET, Notice
from hushbus.sse import events
from hushbus.wire import EVENT_STREAM, Request, Stream

Query = tuple[tuple[str, str], ...]

POLL = "25s"
PATIENCE = 2
"""After so many streams in a row that brought nothing at all, it goes on by long poll."""


class NoStream(HushbusError):
    """Something on the way does not let streams through."""


async def follow(
    calls: Calls,
    after: str | None,
    filters: Query,
    *,
    poll: bool = False,
    opened: Callable[[Stream], None] | None = None,
    stopped: Callable[[], bool] = lambda: False,
) -> AsyncGenerator[Notice, None]:
    """
    Every notice after a cursor (``earliest``, ``now`` or one of a notice), without a gap, each at least once, until the
    caller stops or the broker says something final, which is raised.
    """
    cursor = after or "now"
    if cursor == "now":
        # A cursor to come back to, should the first stream break before it brought one.
        page = await _page(calls, cursor, filters, wait=None)
        cursor = page["cursor"]
    fruitless = failures = 0
    while not stopped():
        source = _polled(calls, cursor, filters) if poll else _streamed(calls, cursor, filters, opened)
        heard = counts = False
        try:
            async for one in source:
                heard = True
                if one is not None:
                    cursor = one.cursor
                    yield one
            counts = True
        except NoStream:
            poll = True
            continue
        except Unreachable as away:
            # A broker that is not there says nothing about what lies on the way to it.
            counts = away.outcome_unknown
        except Problem as refusal:
            if not refusal.retryable:
                raise
        if poll and heard:
            failures = 0
            continue
        fruitless = 0 if heard else fruitless + counts
        failures = 0 if heard else failures + 1
        poll = poll or fruitless >= PATIENCE
        await calls.transport.pause(calls.retry.wait(failures + 1, None))


async def _streamed(
    calls: Calls, cursor: str, filters: Query, opened: Callable[[Stream], None] | None
) -> AsyncIterator[Notice | None]:
    """The notices of one connection; None for a sign of life."""
    headers = {"Accept": EVENT_STREAM}
    if cursor == "earliest":
        filters = (*filters, ("after", cursor))
    else:
        headers["Last-Event-ID"] = cursor
    request = Request("GET", "/events", filters, headers=headers)
    stream = await calls.transport.stream(request, calls.settings.token.read())
    if opened is not None:
        opened(stream)
    try:
        await _accepted(stream)
        async for event in events(stream.lines()):
            if not event.heard:
                yield None
            elif event.type == RESET:
                yield Notice.reset(event.id)
            else:
                yield Notice.of(json.loads(event.data), event.id)
    finally:
        await stream.close()


async def _accepted(stream: Stream) -> None:
    kind = stream.headers.get("content-type", "").partition(";")[0].strip()
    if stream.status == 200 and kind == EVENT_STREAM:
        return
    if stream.status in (200, 406, 415):
        raise NoStream("no stream")
    raise problem(stream.status, stream.headers, await stream.rest())


async def _polled(calls: Calls, cursor: str, filters: Query) -> AsyncIterator[Notice | None]:
    """The notices of one poll. All but the last have the cursor before them, from which they come again."""
    try:
        page = await _page(calls, cursor, filters, wait=POLL)
    except Gone:
        start = await _page(calls, "earliest", filters, wait=None)
        yield Notice.reset("earliest" if start["events"] else start["cursor"])
        return
    yield None
    found = page["events"]
    for at, one in enumerate(found):
        yield Notice.of(one, page["cursor"] if at == len(found) - 1 else cursor)


async def _page(calls: Calls, cursor: str, filters: Query, wait: str | None) -> dict[str, Any]:
    waiting = (("wait", wait),) if wait else ()
    return await calls.get("/events", (*filters, ("after", cursor), *waiting))
