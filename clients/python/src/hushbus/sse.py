"""Server-sent events, as far as the broker uses them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Event:
    """One event of a stream. ``heard`` is false for comments and the like, which only say that it lives."""

    id: str
    type: str
    data: str
    heard: bool = True


ALIVE = Event("", "", "", heard=False)


async def events(lines: AsyncIterator[str]) -> AsyncIterator[Event]:
    """
    Gathers lines into events. An event without an empty line behind it was cut off, and is none.
    """
    id = type = ""
    data: list[str] = []
    async for line in lines:
        if line == "":
            if data:
                yield Event(id, type, "\n".join(data))
            type, data = "", []
            continue
        name, _, value = line.partition(":")
        value = value[1:] if value.startswith(" ") else value
        if name == "id":
            id = value
        elif name == "event":
            type = value
        elif name == "data":
            data.append(value)
        else:
            yield ALIVE
