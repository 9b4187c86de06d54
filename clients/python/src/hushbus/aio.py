"""The face for asyncio."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Generic, TypeVar

from hushbus.asynchronous import AsyncTransport
from hushbus.calls import Retry
from hushbus.core import Core
from hushbus.faces import LeaseFace, RunFace
from hushbus.model import Notice, Reading, SecretInfo
from hushbus.settings import Settings
from hushbus.tenure import Course, Needed, Tenure

Infos = list[SecretInfo]
O = TypeVar("O", bound="AsyncLease | AsyncRun")  # noqa: E741


class Opening(Generic[O]):
    """Something that is opened by ``await`` or by ``async with``."""

    def __init__(self, open: Callable[[], Awaitable[O]]) -> None:
        self._open = open
        self._opened: O | None = None

    def __await__(self) -> Generator[Any, None, O]:
        return self._open().__await__()

    async def __aenter__(self) -> O:
        opened = await self._open()
        self._opened = opened
        return opened

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._opened is not None:
            await self._opened.__aexit__(kind, error, trace)


class AsyncClient:
    """
    :class:`hushbus.Client` for asyncio: the same methods, to be awaited. May be made outside of an event loop and used
    in several, one after the other.
    """

    def __init__(
        self,
        address: str | None = None,
        token: str | None = None,
        *,
        token_file: str | Path | None = None,
        project: str | None = None,
        domain: str | None = None,
        cacert: str | None = None,
        retry: Retry | None = None,
    ) -> None:
        settings = Settings.of(address, token, token_file, project, domain, cacert)
        self._core = Core(settings, AsyncTransport(settings), retry or Retry())
        self.secrets = AsyncSecrets(self._core)

    @property
    def platform(self) -> AsyncClient:
        """This client, for code that says ``client.platform.secrets``."""
        return self

    @property
    def settings(self) -> Settings:
        return self._core.settings

    def lease(
        self,
        secret: str,
        *,
        keys: Sequence[str] = (),
        ttl: str | None = None,
        min_valid_for: str | None = None,
        project: str | None = None,
        domain: str | None = None,
    ) -> Opening[AsyncLease]:
        """As :meth:`hushbus.Client.lease`: ``await`` it, or use it with ``async with``."""

        async def open() -> AsyncLease:
            scope = self._core.scope(project, domain)
            granted = await self._core.grant([Needed(secret, keys)], scope, ttl=ttl, min_valid_for=min_valid_for)
            return AsyncLease(self._core, granted[0])

        return Opening(open)

    def run(
        self,
        external_id: str,
        *,
        attempt: int | None = None,
        environment: str | None = None,
        heartbeat: str | None = None,
        deadline: str | None = None,
        project: str | None = None,
        domain: str | None = None,
    ) -> Opening[AsyncRun]:
        """As :meth:`hushbus.Client.run`: ``await`` it, or use it with ``async with``."""

        async def open() -> AsyncRun:
            course = await self._core.open(
                external_id,
                self._core.scope(project, domain),
                attempt=attempt,
                environment=environment,
                heartbeat=heartbeat,
                deadline=deadline,
            )
            return AsyncRun(self._core, course, external_id)

        return Opening(open)

    def events(
        self,
        after: str | None = None,
        *,
        types: Sequence[str] = (),
        project: str | None = None,
        secret: str | None = None,
        poll: bool = False,
    ) -> AsyncGenerator[Notice, None]:
        """As :meth:`hushbus.Client.events`, for ``async for``."""
        filters = {"type": list(types), "project": project, "secret": secret}
        return self._core.notices(after, filters, poll)

    async def whoami(self) -> dict[str, Any]:
        return await self._core.calls.get("/auth/whoami")

    async def request(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        **parameters: Any,
    ) -> dict[str, Any]:
        """As :meth:`hushbus.Client.request`."""
        return await self._core.request(method, path, body, parameters)

    async def close(self) -> None:
        """Gives back everything, and ends what goes on in the background."""
        await self._core.close()

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    def __repr__(self) -> str:
        return f"<hushbus.AsyncClient of {self._core.settings.address}>"


class AsyncSecrets:
    """:class:`hushbus.client.Secrets` for asyncio."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def list(
        self,
        *,
        project: str | None = None,
        domain: str | None = None,
        inherited: bool | None = None,
        label: Sequence[str] | None = None,
        name_prefix: str | None = None,
        type: str | None = None,
        q: str | None = None,
    ) -> Infos:
        """Those of exactly this scope; with ``inherited`` all that a task there would get. No values."""
        filters = {
            "inherited": inherited,
            "label": label,
            "name_prefix": name_prefix,
            "type": type,
            "q": q,
        }
        return await self._core.listing(self._core.scope(project, domain), **filters)

    async def info(self, name: str, *, project: str | None = None, domain: str | None = None) -> SecretInfo:
        """Everything about one of exactly this scope, but its value."""
        return await self._core.info(name, self._core.scope(project, domain))

    async def get(self, name: str, *, project: str | None = None, domain: str | None = None) -> Reading:
        """As :meth:`hushbus.client.Secrets.get`."""
        return await self._core.read(name, self._core.scope(project, domain))

    async def create(
        self,
        name: str,
        content: Any,
        *,
        type: str | None = None,
        description: str | None = None,
        labels: Mapping[str, str] | None = None,
        project: str | None = None,
        domain: str | None = None,
    ) -> SecretInfo:
        """Keeps a mapping as pairs, text as text and bytes as a file, unless ``type`` says otherwise."""
        scope = self._core.scope(project, domain)
        return await self._core.create(name, content, scope, type, description=description, labels=labels)

    async def update(
        self, name: str, content: Any, *, project: str | None = None, domain: str | None = None
    ) -> SecretInfo:
        """Replaces all of its content: a rotation."""
        return await self._core.update(name, content, self._core.scope(project, domain))

    async def patch(
        self,
        name: str,
        entries: Mapping[str, Any],
        *,
        project: str | None = None,
        domain: str | None = None,
    ) -> SecretInfo:
        """Changes some pairs; None takes one away."""
        return await self._core.patch(name, entries, self._core.scope(project, domain))

    async def delete(self, name: str, *, project: str | None = None, domain: str | None = None) -> None:
        """Moves it to the trash. Raises :class:`hushbus.InUse` while something else uses it."""
        await self._core.delete(name, self._core.scope(project, domain))


class AsyncLease(LeaseFace):
    """A lease of :class:`AsyncClient`. Callbacks may be coroutine functions."""

    def __init__(self, core: Core, tenure: Tenure) -> None:
        super().__init__(core, tenure)
        core.background.keep(tenure)

    async def renew(self) -> None:
        """Renews it now; it does so by itself as well."""
        await self._core.renew(self._tenure)

    async def advance(self) -> None:
        """Takes the newest version; :meth:`ack` then lets the older go."""
        await self._core.advance(self._tenure)

    async def ack(self, status: str = "applied", detail: str | None = None) -> None:
        """Says that the version that was taken last is ``applied``, ``failed`` or ``deferred``."""
        await self._core.acknowledge(self._tenure, status, detail)

    async def close(self) -> None:
        """Gives it back."""
        await self._core.release(self._tenure)

    async def __aenter__(self) -> AsyncLease:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()


class AsyncRun(RunFace):
    """A run of :class:`AsyncClient`. With ``async with`` it ends as what happened says."""

    def __init__(self, core: Core, course: Course, external_id: str) -> None:
        self._core = core
        self._course = course
        self.id = course.id
        self.external_id = external_id

    def lease(self, secret: str, *, keys: Sequence[str] = (), ttl: str | None = None) -> Opening[AsyncLease]:
        """Leases a secret for this run; asked again for the same, it is the same lease."""

        async def open() -> AsyncLease:
            granted = await self._core.grant([Needed(secret, keys)], {}, ttl=ttl, run=self._course)
            return AsyncLease(self._core, granted[0])

        return Opening(open)

    async def complete(self, outcome: str = "succeeded") -> None:
        """Ends it as ``succeeded``, ``failed`` or ``cancelled``, and all its leases with it."""
        await self._core.complete(self._course, outcome)

    async def __aenter__(self) -> AsyncRun:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.complete("succeeded" if kind is None else "failed")
