"""The transport of :class:`hushbus.Client`: it blocks, and never suspends a coroutine."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from typing import Any

import httpx

from hushbus.errors import Unreachable
from hushbus.http import LIMITS, STREAM_TIMEOUT, TIMEOUT, headers, telling, url
from hushbus.settings import Settings
from hushbus.wire import Answer, Bell, Job, Request, Stream, drive

JOIN_SECONDS = 2.0


class BlockingTransport:
    """Over ``httpx.Client``. Safe for use by many threads."""

    def __init__(self, settings: Settings, seconds: float | None = None) -> None:
        self._address = settings.address
        timeout = TIMEOUT if seconds is None else httpx.Timeout(seconds)
        self._http = httpx.Client(verify=settings.trust(), timeout=timeout, limits=LIMITS)

    async def send(self, request: Request, token: str) -> Answer:
        with telling(self._address):
            answer = self._http.request(
                request.method,
                url(self._address, request),
                params=list(request.query),
                content=request.body,
                headers=headers(request, token),
            )
        return Answer(answer.status_code, dict(answer.headers.items()), answer.content)

    async def stream(self, request: Request, token: str) -> Stream:
        built = self._http.build_request(
            request.method,
            url(self._address, request),
            params=list(request.query),
            headers=headers(request, token),
            timeout=STREAM_TIMEOUT,
        )
        with telling(self._address):
            return BlockingStream(self._address, self._http.send(built, stream=True))

    async def pause(self, seconds: float) -> None:
        threading.Event().wait(seconds)

    def bell(self) -> Bell:
        return BlockingBell()

    def start(self, work: Callable[[], Coroutine[Any, Any, None]], name: str) -> Job:
        return BlockingJob(work, name)

    async def close(self) -> None:
        self._http.close()


class BlockingStream:
    """One answer that is read line by line."""

    def __init__(self, address: str, answer: httpx.Response) -> None:
        self._address = address
        self._answer = answer
        self._aborted = False
        self.status = answer.status_code
        self.headers: Mapping[str, str] = dict(answer.headers.items())

    async def rest(self) -> bytes:
        with telling(self._address):
            return self._answer.read()

    async def lines(self) -> AsyncIterator[str]:
        try:
            with telling(self._address):
                for line in self._answer.iter_lines():
                    yield line
        except (Unreachable, httpx.StreamError):
            if not self._aborted:
                raise

    async def close(self) -> None:
        with contextlib.suppress(httpx.TransportError):
            self._answer.close()

    def abort(self) -> None:
        self._aborted = True
        network = self._answer.extensions.get("network_stream")
        raw: socket.socket | None = network and network.get_extra_info("socket")
        if raw is not None:
            with contextlib.suppress(OSError):
                raw.shutdown(socket.SHUT_RDWR)


class BlockingBell:
    """An event that is spent by who waits for it."""

    def __init__(self) -> None:
        self._event = threading.Event()

    async def wait(self, seconds: float | None) -> None:
        self._event.wait(seconds)
        self._event.clear()

    def ring(self) -> None:
        self._event.set()


class BlockingJob:
    """A thread that does not keep the process alive."""

    def __init__(self, work: Callable[[], Coroutine[Any, Any, None]], name: str) -> None:
        self._thread = threading.Thread(target=lambda: drive(work()), name=name, daemon=True)
        self._thread.start()

    def alive(self) -> bool:
        return self._thread.is_alive()

    async def end(self) -> None:
        if self._thread is not threading.current_thread():
            self._thread.join(JOIN_SECONDS)
