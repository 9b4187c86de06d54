"""Requests with their retries: the one place that decides what is sent again, and when."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from hushbus.errors import HushbusError, Problem, Unauthenticated, Unreachable, problem
from hushbus.settings import Settings
from hushbus.wire import JSON, MERGE_PATCH, Answer, Request, Transport, encode


@dataclass(frozen=True)
class Retry:
    """
    How long a request is tried: ``within`` seconds in all, with waits that double from ``first`` to ``longest`` and are
    drawn at random below that. What the broker says in Retry-After is waited for, and a little more.
    """

    within: float = 30.0
    first: float = 0.1
    longest: float = 5.0
    draw: Callable[[], float] = random.random

    def wait(self, attempt: int, asked: float | None) -> float:
        """Seconds before the next attempt; ``attempt`` counts from 1."""
        backoff: float = min(self.longest, self.first * 2 ** min(attempt, 20)) * self.draw()
        return backoff if asked is None else asked + min(backoff, 1.0)


class Calls:
    """Sends requests of one caller to one broker."""

    def __init__(
        self,
        settings: Settings,
        transport: Transport,
        retry: Retry,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.settings = settings
        self.transport = transport
        self.retry = retry
        self.clock = clock

    async def send(self, request: Request) -> Answer:
        """
        The answer, if it is a success. Raises the broker's problem where it is final or was met until the time
        was over, and :class:`Unreachable`.
        """
        end = self.clock() + self.retry.within
        attempt = 0
        refreshed = False
        while True:
            attempt += 1
            token = request.token or self.settings.token.read()
            try:
                return await self._once(request, token)
            except Unauthenticated:
                # A token in a file may have been written anew since it was read.
                if refreshed or request.token or self.settings.token.read() == token:
                    raise
                refreshed = True
                continue
            except Problem as refusal:
                if not refusal.retryable:
                    raise
                failure: HushbusError = refusal
                wait = self.retry.wait(attempt, refusal.retry_after)
            except Unreachable as away:
                # The failure below has the request, with its token and body.
                away.__context__ = None
                if away.outcome_unknown and not request.repeatable:
                    raise
                failure = away
                wait = self.retry.wait(attempt, None)
            if self.clock() + wait > end:
                raise failure
            await self.transport.pause(wait)

    async def _once(self, request: Request, token: str) -> Answer:
        answer = await self.transport.send(request, token)
        if answer.status < 300:
            return answer
        raise problem(answer.status, answer.headers, answer.body)

    async def get(self, path: str, query: tuple[tuple[str, str], ...] = ()) -> dict[str, Any]:
        return (await self.send(Request("GET", path, query))).json()

    async def post(
        self,
        path: str,
        body: Mapping[str, Any],
        query: tuple[tuple[str, str], ...] = (),
        *,
        token: str | None = None,
        once: bool = False,
        repeatable: bool = True,
    ) -> dict[str, Any]:
        """With ``once`` it is sent under an Idempotency-Key, for what would otherwise be made twice."""
        headers = {"Content-Type": JSON}
        if once:
            headers["Idempotency-Key"] = str(uuid4())
        request = Request("POST", path, query, encode(body), headers, repeatable, token)
        return (await self.send(request)).json()

    async def change(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None,
        query: tuple[tuple[str, str], ...] = (),
    ) -> dict[str, Any]:
        """PUT, PATCH or DELETE: sent again only if nothing was done, as others may have changed it since."""
        request = Request(method, path, query, repeatable=False)
        if body is not None:
            kind = MERGE_PATCH if method == "PATCH" else JSON
            request = replace(request, body=encode(body), headers={"Content-Type": kind})
        return (await self.send(request)).json()
