"""What goes on by itself while leases and runs are held: renewals, heartbeats, new versions."""

from __future__ import annotations

import logging
from typing import Protocol

from hushbus.calls import Calls
from hushbus.errors import HushbusError, LeaseEnded, Problem
from hushbus.events import follow
from hushbus.model import ANNOUNCED, REVOKED, STAGED, Notice
from hushbus.tenure import Course, Tenure
from hushbus.wire import Bell, Job, Stream

log = logging.getLogger("hushbus")

OFFER_AGAIN = 30.0
"""Seconds until a version is offered again to a callback that raised."""


class Doing(Protocol):
    """What the loops do to a lease."""

    async def renew(self, tenure: Tenure) -> None: ...

    async def move(self, tenure: Tenure) -> bool: ...

    async def succeed(self, tenure: Tenure) -> bool: ...

    def forget(self, tenure: Tenure) -> None: ...


class Background:
    """
    Three loops, each begun when it is first needed: one renews leases and beats for runs, one listens for notices, and
    one calls back. So neither a slow callback nor a silent network lets a lease lapse. Notices only make it faster: a
    renewal tells of a newer version too.
    """

    def __init__(self, calls: Calls, doing: Doing) -> None:
        self._calls = calls
        self._doing = doing
        self._tenures: dict[int, Tenure] = {}
        self._runs: dict[str, Course] = {}
        self._stale: list[Tenure] = []
        self._jobs: dict[str, Job] = {}
        self._bells: dict[str, Bell] = {}
        self._stream: Stream | None = None
        self._ended = False

    def keep(self, tenure: Tenure) -> None:
        """Renews it from now on."""
        self._tenures[id(tenure)] = tenure
        self._begin("keep")

    def keep_run(self, course: Course) -> None:
        """Beats for it from now on."""
        self._runs[course.id] = course
        self._begin("keep")

    def listen(self, tenure: Tenure) -> None:
        """Calls back for it from now on."""
        self.keep(tenure)
        self._begin("listen")
        self._begin("tell")

    def drop(self, tenure: Tenure) -> None:
        self._tenures.pop(id(tenure), None)

    def drop_run(self, course: Course) -> None:
        self._runs.pop(course.id, None)

    async def end(self) -> None:
        """Waits until all of it has stopped."""
        self._ended = True
        if self._stream is not None:
            self._stream.abort()
        for bell in self._bells.values():
            bell.ring()
        for job in self._jobs.values():
            await job.end()
        self.forsake()

    def forsake(self) -> None:
        """Lets go of loops that cannot be waited for, as the process ends or their event loop has."""
        self._ended = True
        self._jobs = {}
        self._bells = {}

    def _begin(self, name: str) -> None:
        if self._ended:
            return
        job = self._jobs.get(name)
        if job is None or not job.alive():
            self._bells[name] = self._calls.transport.bell()
            work = {"keep": self._keep, "listen": self._listen, "tell": self._tell}[name]
            self._jobs[name] = self._calls.transport.start(work, f"hushbus-{name}")
        self._bells[name].ring()

    def _ring(self, name: str) -> None:
        bell = self._bells.get(name)
        if bell is not None:
            bell.ring()

    # ---- renewals and heartbeats

    async def _keep(self) -> None:
        bell = self._bells["keep"]
        while not self._ended:
            now = self._calls.clock()
            for tenure in [one for one in list(self._tenures.values()) if one.wake() <= now]:
                await self._care(tenure)
            for course in [one for one in list(self._runs.values()) if one.due <= now]:
                await self._beat(course)
            await bell.wait(self._next())

    def _next(self) -> float | None:
        times = [one.wake() for one in list(self._tenures.values())]
        times += [one.due for one in list(self._runs.values())]
        return max(0.01, min(times) - self._calls.clock()) if times else None

    async def _care(self, tenure: Tenure) -> None:
        if tenure.ended is not None:
            self._doing.forget(tenure)
            return
        now = self._calls.clock()
        if tenure.again is not None and tenure.again <= now:
            tenure.again = None
            self._offer(tenure)
            return
        try:
            if tenure.due is not None:
                await self._doing.renew(tenure)
                newer = (tenure.superseded_by or 0) > tenure.applied
            else:
                newer = await self._doing.succeed(tenure)
        except (Problem, LeaseEnded) as refusal:
            if isinstance(refusal, LeaseEnded) or not refusal.retryable:
                self._over(tenure, refusal)
                return
            self._later(tenure)
        except HushbusError:
            self._later(tenure)
        except Exception as broken:
            # An answer that is none must not end the loop on which all leases depend.
            log.warning("the lease on %s could not be renewed: %s", tenure.secret, type(broken).__name__)
            self._later(tenure)
        else:
            if newer:
                self._offer(tenure)

    def _later(self, tenure: Tenure) -> None:
        """What is held stays valid until its own end; until then it is tried again."""
        now = self._calls.clock()
        if now >= tenure.end:
            self._over(tenure, None)
            return
        at = now + 1.0 + self._calls.retry.wait(5, None)
        if tenure.due is None:
            tenure.last_call = at
        else:
            tenure.due = at

    def _over(self, tenure: Tenure, why: HushbusError | None) -> None:
        if tenure.ended is None:
            code = getattr(why, "code", None)
            tenure.ended = "it expired" if why is None else str(code or why)
            log.warning("the lease on %s is over: %s", tenure.secret, tenure.ended)
        self._doing.forget(tenure)

    async def _beat(self, course: Course) -> None:
        try:
            await self._calls.post(f"/runs/{course.id}/heartbeat", {}, token=course.token)
        except Problem as refusal:
            if not refusal.retryable:
                course.ended = refusal.code
                log.warning("run %s is over: %s", course.id, refusal.code)
                self.drop_run(course)
        except HushbusError:
            pass
        course.due = self._calls.clock() + course.beat

    # ---- new versions

    def _offer(self, tenure: Tenure) -> None:
        if tenure.callbacks and tenure not in self._stale:
            self._stale.append(tenure)
            self._ring("tell")

    async def _tell(self) -> None:
        bell = self._bells["tell"]
        while not self._ended:
            while self._stale and not self._ended:
                await self._move(self._stale.pop(0))
            await bell.wait(None)

    async def _move(self, tenure: Tenure) -> None:
        if tenure.ended is not None:
            return
        try:
            done = await self._doing.move(tenure)
        except Problem as refusal:
            if not refusal.retryable:
                self._over(tenure, refusal)
                return
            done = False
        except HushbusError:
            done = False
        if not done:
            tenure.again = self._calls.clock() + OFFER_AGAIN
            self._ring("keep")

    async def _listen(self) -> None:
        types = tuple(("type", one) for one in (ANNOUNCED, STAGED, REVOKED))
        while not self._ended:
            try:
                async for notice in follow(self._calls, "now", types, opened=self._opened, stopped=lambda: self._ended):
                    self._heard(notice)
            except HushbusError as refusal:
                # Renewals tell of new versions too.
                log.warning("no notices are heard: %s", refusal)
                await self._bells["listen"].wait(OFFER_AGAIN)
            except Exception:
                # Whatever happens to a connection that is being closed.
                if not self._ended:
                    raise

    def _opened(self, stream: Stream) -> None:
        """From here on nothing is missed; what came before is told by a renewal."""
        self._stream = stream
        if self._ended:
            stream.abort()
        self._renew_now([one for one in list(self._tenures.values()) if one.callbacks])

    def _heard(self, notice: Notice) -> None:
        secret = notice.data.get("secret_id")
        concerned = [one for one in list(self._tenures.values()) if secret in (one.secret_id, None)]
        if notice.type in (ANNOUNCED, STAGED):
            for tenure in concerned:
                self._offer(tenure)
        else:
            self._renew_now(concerned)

    def _renew_now(self, tenures: list[Tenure]) -> None:
        for tenure in tenures:
            if tenure.due is not None:
                tenure.due = self._calls.clock()
        self._ring("keep")
