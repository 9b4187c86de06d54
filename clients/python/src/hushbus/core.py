"""What a client does, written once for both faces: secrets, readings, leases, runs."""

from __future__ import annotations

import atexit
import base64
import inspect
import logging
import os
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import suppress
from typing import Any
from urllib.parse import quote

from hushbus.background import Background
from hushbus.blocking import BlockingTransport
from hushbus.calls import Calls, Retry
from hushbus.errors import (
    Conflict,
    Gone,
    HushbusError,
    InUse,
    LeaseEnded,
    NotFound,
    Problem,
    SettingsError,
    Unreachable,
    Unresolved,
)
from hushbus.events import follow
from hushbus.model import Notice, Placed, Reading, SecretInfo
from hushbus.settings import Settings
from hushbus.tenure import Course, Needed, Tenure
from hushbus.values import Value
from hushbus.wire import Transport, compact, drive, query

log = logging.getLogger("hushbus")

LAST_SECONDS = 3.0
"""For how long a process that ends waits for one answer."""

_WHY = {
    "missing": "there is none of this name in {where}, nor in a wider scope",
    "forbidden": "this token may not lease it",
    "not_adopted": "it is another project's, and this one has not adopted it",
    "wrong_type": "it cannot be put there",
    "clash": "two needs end in the same variable or file",
    "too_large_for_env": "it is too large for a variable: mount it as a file",
    "no_such_key": "it has no such key",
    "needs_key": "name one of its keys",
    "has_no_keys": "it has no keys",
    "zero_byte": "it has bytes that no variable can hold: mount it as a file",
    "bad_file_name": "its key is no name of a file",
}


class Core:
    """One caller of one broker, and what it holds."""

    def __init__(self, settings: Settings, transport: Transport, retry: Retry) -> None:
        self.settings = settings
        self.calls = Calls(settings, transport, retry)
        self.background = Background(self.calls, self)
        self.held: dict[str, Tenure] = {}
        self.runs: dict[str, Course] = {}
        self._readings: dict[tuple[object, ...], Tenure] = {}
        self._process = os.getpid()
        self.closed = False
        _OPEN.add(self)

    # ---- secrets

    def scope(self, project: str | None, domain: str | None) -> dict[str, str]:
        """
        The scope that was named, and where nothing was said that of the settings; a project that is named has its
        domain named with it, or none. An empty text is nothing: ``project=""`` is the organization.
        """
        if project is None:
            project = self.settings.project
            domain = self.settings.domain if domain is None else domain
        return compact(project=project or None, domain=domain or None)

    async def listing(self, scope: Mapping[str, str], **filters: Any) -> list[SecretInfo]:
        found: list[SecretInfo] = []
        page: str | None = None
        while True:
            answer = await self.calls.get("/secrets", query(**scope, **filters, page_size=200, page_token=page))
            found += [SecretInfo.of(one) for one in answer["secrets"]]
            page = answer.get("next_page_token")
            if not page:
                return found

    async def info(self, name: str, scope: Mapping[str, str]) -> SecretInfo:
        return SecretInfo.of(await self.calls.get(_path(name), query(**scope)))

    async def create(
        self, name: str, content: Any, scope: Mapping[str, str], type: str | None, **extra: Any
    ) -> SecretInfo:
        kind = type or _type(content)
        body = {"name": name, "type": kind, **_fields(kind, content, name), **compact(**extra)}
        answer = await self.calls.post("/secrets", body, query(**scope), once=True)
        return SecretInfo.of(answer)

    async def update(self, name: str, content: Any, scope: Mapping[str, str]) -> SecretInfo:
        """Replaces all of its content, which is of the type that it has."""
        there = await self.info(name, scope)
        body = _fields(there.type, content, there.keys[0])
        return SecretInfo.of(await self.calls.change("PUT", _path(name), body, query(**scope)))

    async def patch(self, name: str, entries: Mapping[str, Any], scope: Mapping[str, str]) -> SecretInfo:
        body: dict[str, Any] = {"data": {key: None for key, one in entries.items() if one is None}}
        present = _fields("key_value", {k: one for k, one in entries.items() if one is not None})
        body["data"].update(present.get("data", {}))
        if "data_base64" in present:
            body["data_base64"] = present["data_base64"]
        answer = await self.calls.change("PATCH", _path(name), body, query(**scope))
        return SecretInfo.of(answer)

    async def delete(self, name: str, scope: Mapping[str, str]) -> None:
        """What this client holds of it for readings is given back where that alone is in the way."""
        try:
            await self.calls.change("DELETE", _path(name), None, query(**scope))
        except InUse as refusal:
            own = {tenure.id: tenure for tenure in list(self._readings.values())}
            if not all(one.id in own for one in refusal.blockers):
                raise
            for blocker in refusal.blockers:
                await self.release(own[blocker.id])
            await self.calls.change("DELETE", _path(name), None, query(**scope))

    # ---- readings and leases

    async def read(self, name: str, scope: Mapping[str, str]) -> Reading:
        """
        The value as it is now. The lease that it comes by is renewed until the client is closed, since nobody knows for
        how long the value is used; the next reading takes the newest version under it and tells the broker that the
        older one is not used any more.
        """
        at = (name.casefold(), *sorted(scope.items()))
        tenure = self._readings.get(at)
        if tenure is None or not await self._reread(tenure):
            tenure = (await self.grant([Needed(name)], scope))[0]
            self._readings[at] = tenure
        self.background.keep(tenure)
        return Reading(tenure.secret, tenure.held.version, tenure.type, tenure.held.values)

    async def _reread(self, tenure: Tenure) -> bool:
        if not tenure.live(self.calls.clock()):
            return False
        try:
            await self.advance(tenure)
            if tenure.applied < tenure.taken:
                await self.acknowledge(tenure, "applied")
        except (NotFound, Gone, Conflict, LeaseEnded):
            self.forget(tenure)
            return False
        return True

    async def grant(
        self,
        needs: Sequence[Needed],
        scope: Mapping[str, str],
        *,
        ttl: str | None = None,
        min_valid_for: str | None = None,
        run: Course | None = None,
    ) -> list[Tenure]:
        """Leases all of it, or nothing."""
        asked: dict[str, Any] = compact(**({"run": run.id} if run else scope), ttl=ttl, min_valid_for=min_valid_for)
        token = run.token if run else None
        asked["secrets"] = [need.body() for need in needs]
        now = self.calls.clock()
        answer = await self.calls.post("/leases", asked, token=token, once=True)
        tenures = []
        for need, lease in zip(needs, answer["leases"]):
            own = {**asked, "secrets": [need.body()]}
            # A run has one lease on a secret: asked again, it is the same.
            tenure = self.held.get(lease["id"]) or Tenure(lease, own, token, now)
            self.held[tenure.id] = tenure
            tenures.append(tenure)
        return tenures

    async def renew(self, tenure: Tenure) -> None:
        """For as long again, within the longest time that the broker allows."""
        body = compact(ttl=tenure.asked.get("ttl"))
        path = f"/leases/{tenure.id}/renew"
        now = self.calls.clock()
        answer = await self.calls.post(path, body, token=tenure.token)
        tenure.extend(answer, now)

    async def advance(self, tenure: Tenure) -> None:
        """Takes the newest version under the same lease."""
        answer = await self.calls.post(f"/leases/{tenure.id}/advance", {}, token=tenure.token)
        tenure.newest(answer)

    async def acknowledge(self, tenure: Tenure, status: str, detail: str | None = None) -> None:
        """Says what became of the version that was taken last."""
        version = tenure.taken
        body = compact(version=version, status=status, detail=detail)
        await self.calls.post(f"/leases/{tenure.id}/ack", body, token=tenure.token)
        if status == "applied":
            tenure.applied = version

    async def release(self, tenure: Tenure) -> None:
        """Ends the lease; one that is over already is well."""
        tenure.ended = tenure.ended or "it was closed"
        self.forget(tenure)
        with suppress(NotFound, Gone):
            await self.calls.post(f"/leases/{tenure.id}/revoke", {}, token=tenure.token)

    def forget(self, tenure: Tenure) -> None:
        self.held.pop(tenure.id, None)
        self.background.drop(tenure)
        for at, one in list(self._readings.items()):
            if one is tenure:
                del self._readings[at]

    async def move(self, tenure: Tenure) -> bool:
        """
        Takes the newest version, has the callbacks put it to use, and says what came of it. Whether there is
        nothing left to do: after a callback that raised, the older version is what the program has, and the newer
        one is offered again later.
        """
        before = tenure.held
        await self.advance(tenure)
        if tenure.taken <= tenure.applied:
            return True
        try:
            for callback in list(tenure.callbacks):
                told = callback(tenure.face)
                if inspect.isawaitable(told):
                    await told
        except Exception as broken:
            tenure.held = before
            # What it says may have the value in it; its kind has not.
            kind = type(broken).__name__
            log.warning("a callback for a new version of %s raised %s", tenure.secret, kind)
            await self.acknowledge(tenure, "failed", f"the callback raised {kind}")
            return False
        await self.acknowledge(tenure, "applied")
        return True

    async def succeed(self, tenure: Tenure) -> bool:
        """
        A new lease in the place of one whose longest time is nearly over. Whether its version is another one. A run
        has one lease on a secret, and that ends.
        """
        if tenure.token is not None:
            raise LeaseEnded("its longest time is over")
        old = tenure.id
        now = self.calls.clock()
        answer = await self.calls.post("/leases", tenure.asked, once=True)
        before, applied = tenure.held, tenure.applied
        self.held.pop(old, None)
        tenure.take(answer["leases"][0], now)
        self.held[tenure.id] = tenure
        with suppress(HushbusError):
            await self.calls.post(f"/leases/{old}/revoke", {})
        if tenure.taken == before.version or not tenure.callbacks:
            return False
        tenure.held, tenure.applied = before, applied
        return True

    # ---- runs

    async def open(
        self,
        external_id: str,
        scope: Mapping[str, str],
        *,
        attempt: int | None = None,
        environment: str | None = None,
        heartbeat: str | None = None,
        deadline: str | None = None,
    ) -> Course:
        if "project" not in scope:
            raise SettingsError("a run is in a project: name one, or set HUSHBUS_PROJECT")
        body = compact(
            **scope,
            external_id=external_id,
            attempt=attempt,
            environment=environment,
            heartbeat_ttl=heartbeat,
            deadline=deadline,
        )
        # Neither under a key nor sent twice: the token is in the first answer alone.
        answer = await self.calls.post("/runs", body, repeatable=False)
        beat = max(1.0, answer["heartbeat_seconds"] / 3)
        course = Course(answer["id"], answer["token"], beat, self.calls.clock() + beat)
        self.runs[course.id] = course
        self.background.keep_run(course)
        return course

    async def complete(self, course: Course, outcome: str) -> None:
        """Ends the run and everything that it holds."""
        self.runs.pop(course.id, None)
        self.background.drop_run(course)
        for tenure in [one for one in list(self.held.values()) if one.token == course.token]:
            tenure.ended = tenure.ended or "its run is over"
            self.forget(tenure)
        with suppress(NotFound, Gone):
            await self.calls.post(f"/runs/{course.id}/complete", {"outcome": outcome}, token=course.token)

    async def resolve(
        self, needs: Sequence[Mapping[str, Any]], scope: Mapping[str, str]
    ) -> tuple[list[Placed], list[Placed]]:
        """Where everything goes: variables and files. Raises :class:`Unresolved` with all that cannot be had."""
        answer = await self.calls.post("/resolutions", {**scope, "secrets": list(needs)})
        where = "/".join(scope.values()) or "the organization"
        bad = [(one["secret"], one["outcome"], _why(one, where)) for one in answer["needs"] if one["outcome"] != "ok"]
        if bad:
            raise Unresolved(where, bad)
        return _placed(answer, "variables"), _placed(answer, "files")

    # ---- notices

    def notices(
        self, after: str | None, filters: Mapping[str, Any], poll: bool = False
    ) -> AsyncGenerator[Notice, None]:
        return follow(self.calls, after, query(**filters), poll=poll)

    # ---- anything else

    async def request(
        self, method: str, path: str, body: Mapping[str, Any] | None, parameters: Mapping[str, Any]
    ) -> dict[str, Any]:
        """An operation of the HTTP interface that has no method here."""
        method = method.upper()
        if method == "GET":
            return await self.calls.get(path, query(**parameters))
        if method == "POST":
            return await self.calls.post(path, body or {}, query(**parameters), repeatable=False)
        return await self.calls.change(method, path, body, query(**parameters))

    # ---- the end

    async def close(self) -> None:
        """Gives everything back."""
        if self.closed:
            return
        self.closed = True
        _OPEN.discard(self)
        await self.background.end()
        if self._process == os.getpid():
            self.calls.retry = Retry(within=min(2.0, self.calls.retry.within))
            # What a broker that does not answer keeps, ends by its time.
            with suppress(Unreachable):
                await self._give_back()
        await self.calls.transport.close()

    async def _give_back(self) -> None:
        for course in list(self.runs.values()):
            with suppress(Problem):
                await self.complete(course, "cancelled")
        for tenure in list(self.held.values()):
            with suppress(Problem):
                await self.release(tenure)

    def leave(self) -> None:
        """Gives everything back when the process ends; tries once, and briefly."""
        if self._process != os.getpid() or not (self.held or self.runs):
            return
        transport = BlockingTransport(self.settings, LAST_SECONDS)
        self.calls.transport = transport
        self.calls.retry = Retry(within=0.0)
        self.background.forsake()
        drive(self.close())


_OPEN: set[Core] = set()


@atexit.register
def _leave_all() -> None:
    for core in list(_OPEN):
        with suppress(Exception):
            core.leave()


def _path(name: str) -> str:
    return f"/secrets/{quote(name, safe='')}"


def _type(content: object) -> str:
    """The type of secret that content of this kind becomes."""
    if isinstance(content, Mapping):
        return "key_value"
    return "file" if isinstance(content, bytes) else "text"


def _fields(type: str, content: Any, file: str = "content") -> dict[str, Any]:
    """The fields of a request that carry the content of a secret of this type; ``file`` is the name of a file."""
    if type == "key_value":
        if not isinstance(content, Mapping):
            raise TypeError("a key_value secret takes a mapping of keys to values")
        return _entries(content)
    if type == "file":
        return {"file_name": file, "content_base64": _base64(content)}
    return {"value": content.reveal() if isinstance(content, Value) else content}


def _entries(content: Mapping[str, Any]) -> dict[str, Any]:
    text: dict[str, str] = {}
    encoded: dict[str, str] = {}
    for key, one in content.items():
        if isinstance(one, str):
            text[key] = one
        else:
            encoded[key] = _base64(one)
    return {"data": text, "data_base64": encoded} if encoded else {"data": text}


def _base64(one: object) -> str:
    if isinstance(one, Value):
        raw = one.reveal_bytes()
    elif isinstance(one, str):
        raw = one.encode()
    elif isinstance(one, (bytes, bytearray)):
        raw = bytes(one)
    else:
        raise TypeError(f"a value is text or bytes, not {type(one).__name__}")
    return base64.b64encode(raw).decode("ascii")


def _why(need: Mapping[str, Any], where: str) -> str:
    word: str = need.get("reason") or need["outcome"]
    return _WHY.get(word, word).format(where=where)


def _placed(answer: Mapping[str, Any], kind: str) -> list[Placed]:
    return [Placed(entry["name"], need["secret"], entry["key"]) for need in answer["needs"] for entry in need[kind]]
