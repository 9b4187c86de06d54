"""The blocking face."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from hushbus.blocking import BlockingTransport
from hushbus.calls import Retry
from hushbus.core import Core
from hushbus.faces import LeaseFace, RunFace
from hushbus.model import Notice, Reading, SecretInfo
from hushbus.settings import Settings
from hushbus.tenure import Course, Needed, Tenure
from hushbus.wire import drive

Infos = list[SecretInfo]


class Client:
    """
    A broker, spoken to by one caller. Safe for use by many threads. Without arguments everything is taken from the
    environment: see :class:`hushbus.Settings`. Closing it gives back all that it holds, and so does the end of the
    process.
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
        self._core = Core(settings, BlockingTransport(settings), retry or Retry())
        self.secrets = Secrets(self._core)

    @property
    def platform(self) -> Client:
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
    ) -> Lease:
        """
        Leases a secret, as seen from the narrowest scope up. The lease renews itself until it is closed.
        ``min_valid_for``, such as ``1h``, has the broker promise that, or refuse.
        """
        granting = self._core.grant(
            [Needed(secret, keys)],
            self._core.scope(project, domain),
            ttl=ttl,
            min_valid_for=min_valid_for,
        )
        return Lease(self._core, drive(granting)[0])

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
    ) -> Run:
        """Opens a run, which beats by itself until it is completed."""
        opening = self._core.open(
            external_id,
            self._core.scope(project, domain),
            attempt=attempt,
            environment=environment,
            heartbeat=heartbeat,
            deadline=deadline,
        )
        return Run(self._core, drive(opening), external_id)

    def events(
        self,
        after: str | None = None,
        *,
        types: Sequence[str] = (),
        project: str | None = None,
        secret: str | None = None,
        poll: bool = False,
    ) -> Notices:
        """
        Notices from a cursor on (``earliest``, ``now`` or that of a notice), for as long as they are asked for.
        ``secret`` is an id. With ``poll`` by long polls from the start, else where no stream comes through.
        """
        filters = {"type": list(types), "project": project, "secret": secret}
        return Notices(self._core, after, filters, poll)

    def whoami(self) -> dict[str, Any]:
        return drive(self._core.calls.get("/auth/whoami"))

    def request(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        **parameters: Any,
    ) -> dict[str, Any]:
        """
        Any operation of the HTTP interface, below ``/api/v1``, with the same errors and retries; ``body`` and what is
        answered are JSON objects. What it answers may hold values in clear.
        """
        return drive(self._core.request(method, path, body, parameters))

    def close(self) -> None:
        """Gives back everything, and ends what goes on in the background."""
        drive(self._core.close())

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<hushbus.Client of {self._core.settings.address}>"


class Secrets:
    """The secrets of one scope: that of the settings, or of ``project`` and ``domain``."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def list(
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
        return drive(self._core.listing(self._core.scope(project, domain), **filters))

    def info(self, name: str, *, project: str | None = None, domain: str | None = None) -> SecretInfo:
        """Everything about one of exactly this scope, but its value."""
        return drive(self._core.info(name, self._core.scope(project, domain)))

    def get(self, name: str, *, project: str | None = None, domain: str | None = None) -> Reading:
        """
        Reads a secret, by a lease that is renewed until the client is closed. Reading it again takes the newest version
        and lets the older one go; to keep one, and be called when there is a newer, use :meth:`Client.lease`.
        """
        return drive(self._core.read(name, self._core.scope(project, domain)))

    def create(
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
        return drive(self._core.create(name, content, scope, type, description=description, labels=labels))

    def update(self, name: str, content: Any, *, project: str | None = None, domain: str | None = None) -> SecretInfo:
        """Replaces all of its content: a rotation."""
        return drive(self._core.update(name, content, self._core.scope(project, domain)))

    def patch(
        self,
        name: str,
        entries: Mapping[str, Any],
        *,
        project: str | None = None,
        domain: str | None = None,
    ) -> SecretInfo:
        """Changes some pairs; None takes one away."""
        return drive(self._core.patch(name, entries, self._core.scope(project, domain)))

    def delete(self, name: str, *, project: str | None = None, domain: str | None = None) -> None:
        """Moves it to the trash. Raises :class:`hushbus.InUse` while something else uses it."""
        drive(self._core.delete(name, self._core.scope(project, domain)))


class Lease(LeaseFace):
    """A lease of :class:`Client`. Use it as a context manager, or close it."""

    def __init__(self, core: Core, tenure: Tenure) -> None:
        super().__init__(core, tenure)
        core.background.keep(tenure)

    def renew(self) -> None:
        """Renews it now; it does so by itself as well."""
        drive(self._core.renew(self._tenure))

    def advance(self) -> None:
        """Takes the newest version; :meth:`ack` then lets the older go."""
        drive(self._core.advance(self._tenure))

    def ack(self, status: str = "applied", detail: str | None = None) -> None:
        """Says that the version that was taken last is ``applied``, ``failed`` or ``deferred``."""
        drive(self._core.acknowledge(self._tenure, status, detail))

    def close(self) -> None:
        """Gives it back."""
        drive(self._core.release(self._tenure))

    def __enter__(self) -> Lease:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class Run(RunFace):
    """A run of :class:`Client`. As a context manager it ends as what happened says."""

    def __init__(self, core: Core, course: Course, external_id: str) -> None:
        self._core = core
        self._course = course
        self.id = course.id
        self.external_id = external_id

    def lease(self, secret: str, *, keys: Sequence[str] = (), ttl: str | None = None) -> Lease:
        """Leases a secret for this run; asked again for the same, it is the same lease."""
        granting = self._core.grant([Needed(secret, keys)], {}, ttl=ttl, run=self._course)
        return Lease(self._core, drive(granting)[0])

    def complete(self, outcome: str = "succeeded") -> None:
        """Ends it as ``succeeded``, ``failed`` or ``cancelled``, and all its leases with it."""
        drive(self._core.complete(self._course, outcome))

    def __enter__(self) -> Run:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.complete("succeeded" if kind is None else "failed")


class Notices(Iterator[Notice]):
    """An endless iterator. ``close()``, or the end of a ``with``, ends its connection."""

    def __init__(self, core: Core, after: str | None, filters: Mapping[str, Any], poll: bool) -> None:
        self._source = core.notices(after, filters, poll)

    def __next__(self) -> Notice:
        try:
            return drive(self._next())
        except StopAsyncIteration:
            raise StopIteration from None

    async def _next(self) -> Notice:
        return await self._source.__anext__()

    def close(self) -> None:
        drive(self._close())

    async def _close(self) -> None:
        await self._source.aclose()

    def __enter__(self) -> Notices:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
