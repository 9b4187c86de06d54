"""The transport of :class:`hushbus.AsyncClient`: it waits in the event loop that it is used in."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine, Mapping
from typing import Any

import httpx

from hushbus.http import LIMITS, STREAM_TIMEOUT, TIMEOUT, headers, telling, url
from hushbus.settings import Settings
from hushbus.wire import Answer, Bell, Job, Request, Stream

END_SECONDS = 5.0


class AsyncTransport:
    """
    Over ``httpx.AsyncClient``, one for each event loop: a client that is made before ``asyncio.run``, or used in
    several, works.
    """

    def __init__(self, settings: Settings) -> None:
        self._address = settings.address
        self._trust = settings.trust()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._client: httpx.AsyncClient | None = None
        self._guard: AsyncGenerator[None, None] | None = None

    async def _http(self) -> httpx.AsyncClient:
        loop = asyncio.get_running_loop()
        if self._client is None or self._loop is not loop:
            # Connections of a loop that is over cannot be used, nor closed, in another.
            client = httpx.AsyncClient(verify=self._trust, timeout=TIMEOUT, limits=LIMITS)
            self._loop, self._client, self._guard = loop, client, _closing(client)
            await self._guard.__anext__()
        return self._client

    async def send(self, request: Request, token: str) -> Answer:
        with telling(self._address):
            answer = await (await self._http()).request(
                request.method,
                url(self._address, request),
                params=list(request.query),
                content=request.body,
                headers=headers(request, token),
            )
        return Answer(answer.status_code, dict(answer.headers.items()), answer.content)

    async def stream(self, request: Request, token: str) -> Stream:
        http = await self._http()
        built = http.build_request(
            request.method,
            url(self._address, request),
            params=list(request.query),
            headers=headers(request, token),
            timeout=STREAM_TIMEOUT,
        )
        with telling(self._address):
            return AsyncStream(self._address, await http.send(built, stream=True))

    async def pause(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    def bell(self) -> Bell:
        return AsyncBell()

    def start(self, work: Callable[[], Coroutine[Any, Any, None]], name: str) -> Job:
        return AsyncJob(work, name)

    async def close(self) -> None:
        if self._guard is not None and self._loop is asyncio.get_running_loop():
            await self._guard.aclose()
        self._client = self._guard = None


async def _closing(client: httpx.AsyncClient) -> AsyncGenerator[None, None]:
    """Closes the client when its event loop ends, if nobody did before: a loop ends the generators that it knows."""
    try:
        yield
    finally:
        await client.aclose()


class AsyncStream:
    """One answer that is read line by line."""

    def __init__(self, address: str, answer: httpx.Response) -> None:
        self._address = address
        self._answer = answer
        self.status = answer.status_code
        self.headers: Mapping[str, str] = dict(answer.headers.items())

    async def rest(self) -> bytes:
        with telling(self._address):
            return await self._answer.aread()

    async def lines(self) -> AsyncIterator[str]:
        with telling(self._address):
            async for line in self._answer.aiter_lines():
                yield line

    async def close(self) -> None:
        with contextlib.suppress(httpx.TransportError):
            await self._answer.aclose()

    def abort(self) -> None:
        """Nothing: the task that reads is cancelled."""


class AsyncBell:
    """An event that is spent by who waits for it; rung in the loop that it is waited for in."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    async def wait(self, seconds: float | None) -> None:
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._event.wait(), seconds)
        self._event.clear()

    def ring(self) -> None:
        self._event.set()


class AsyncJob:
    """A task of the loop that runs."""

    def __init__(self, work: Callable[[], Coroutine[Any, Any, None]], name: str) -> None:
        self._loop = asyncio.get_running_loop()
        self._task = self._loop.create_task(work(), name=name)

    def alive(self) -> bool:
        return not self._task.done() and not self._loop.is_closed()

    async def end(self) -> None:
        if self._loop is not asyncio.get_running_loop() or self._task is asyncio.current_task():
            return
        self._task.cancel()
        await asyncio.wait({self._task}, timeout=END_SECONDS)
