"""Notices: in order, without gaps, over whatever lies on the way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping

import pytest

from conftest import Broker
from hushbus import Client, Notice, Retry, Settings, Unauthenticated
from hushbus.calls import Calls
from hushbus.events import follow
from hushbus.settings import Token
from hushbus.sse import Event, events
from hushbus.wire import Answer, Request, drive
from proxy import between

QUICK = Retry(draw=lambda: 0.01)


def story(client: Client, name: str) -> str:
    """A secret and three more versions; its id."""
    id = client.secrets.create(name, "1").id
    for version in ("2", "3", "4"):
        client.secrets.update(name, version)
    return id


def told(client: Client, id: str, poll: bool = False) -> list[int]:
    """The versions that were announced, from the beginning up to the fourth."""
    versions: list[int] = []
    announced = "io.hushbus.secret.version.announced.v1"
    with client.events("earliest", types=[announced], secret=id, poll=poll) as notices:
        for notice in notices:
            versions.append(notice.data["version"])
            if versions[-1] == 4:
                return versions
    raise AssertionError("an iterator of notices does not end")


@pytest.mark.parametrize("poll", [False, True])
def test_they_come_in_order(client: Client, name: str, poll: bool) -> None:
    assert told(client, story(client, name), poll) == [2, 3, 4]


@pytest.mark.parametrize("poll", [False, True])
def test_a_cursor_goes_on_behind_its_notice(client: Client, name: str, poll: bool) -> None:
    id = story(client, name)
    with client.events("earliest", secret=id) as notices:
        first = next(notices)
    assert first.type == "io.hushbus.secret.created.v1"
    with client.events(first.cursor, secret=id, poll=poll) as notices:
        second = next(notices)
    assert second.sequence > first.sequence
    assert second.data["version"] == 2


def test_a_broken_stream_is_taken_up_where_it_broke(broker: Broker, client: Client, name: str) -> None:
    id = story(client, name)
    with between(broker.address) as proxy:
        proxy.cut_after = [1, 1]
        with Client(proxy.address, broker.app, retry=QUICK) as far:
            assert told(far, id) == [2, 3, 4]
        assert proxy.streams == 3


def test_where_no_stream_comes_through_it_is_polled(broker: Broker, client: Client, name: str) -> None:
    id = story(client, name)
    with between(broker.address) as proxy:
        proxy.no_streams = True
        with Client(proxy.address, broker.app, retry=QUICK) as far:
            assert told(far, id) == [2, 3, 4]
        assert proxy.streams == 0


def test_with_asyncio_they_are_iterated_too(broker: Broker, client: Client, name: str) -> None:
    id = story(client, name)

    async def listen() -> list[str]:
        found = []
        async with broker.asynchronous() as waiting:
            notices = waiting.events("earliest", secret=id)
            async for notice in notices:
                found.append(notice.type)
                if len(found) == 3:
                    break
            await notices.aclose()
        return found

    assert len(asyncio.run(listen())) == 3


def test_what_is_final_ends_the_iterator(broker: Broker) -> None:
    with broker.client("hsb_wrong") as nobody, pytest.raises(Unauthenticated):
        next(nobody.events("earliest"))


class Lines:
    """A stream of these lines."""

    status = 200
    headers: Mapping[str, str] = {"content-type": "text/event-stream; charset=utf-8"}

    def __init__(self, *lines: str) -> None:
        self._lines = lines

    async def lines(self) -> AsyncIterator[str]:
        for line in self._lines:
            yield line

    async def rest(self) -> bytes:
        return b""

    async def close(self) -> None:
        pass

    def abort(self) -> None:
        pass


def gathered(*lines: str) -> list[Event]:
    async def gather() -> list[Event]:
        return [event async for event in events(Lines(*lines).lines())]

    return drive(gather())


def test_lines_are_gathered_into_events() -> None:
    alive = Event("", "", "", heard=False)
    assert gathered("retry: 3000", "", ": comment", "id: 7", "event: a", "data: 1", "data:2", "") == [
        alive,
        alive,
        Event("7", "a", "1\n2"),
    ]


def test_an_event_that_was_cut_off_is_none() -> None:
    assert gathered("id: 7", "event: a", "data: 1") == []


class Gone:
    """A broker that keeps nothing from before the cursor ``start``."""

    def __init__(self, stream: bool) -> None:
        self.stream_works = stream
        self.asked: list[str] = []

    async def send(self, request: Request, token: str) -> Answer:
        after = dict(request.query)["after"]
        self.asked.append(after)
        if after == "old":
            return Answer(410, {}, b'{"code": "gone", "retryable": false}')
        return Answer(200, {}, b'{"events": [], "cursor": "start"}')

    async def stream(self, request: Request, token: str) -> Lines:
        self.asked.append(request.headers["Last-Event-ID"])
        return Lines("id: start", "event: stream.reset", 'data: {"cursor":"start"}', "")

    async def pause(self, seconds: float) -> None:
        pass


@pytest.mark.parametrize("poll", [False, True])
def test_that_some_are_no_longer_kept_is_told(poll: bool) -> None:
    transport = Gone(not poll)
    calls = Calls(Settings("http://broker", Token("key")), transport, QUICK)  # type: ignore[arg-type]

    async def first() -> Notice:
        return await follow(calls, "old", (), poll=poll).__anext__()

    notice = drive(first())
    assert (notice.type, notice.cursor) == ("stream.reset", "start")
    assert transport.asked[0] == "old"
