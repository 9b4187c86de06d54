"""What is the same in ``Lease`` and ``AsyncLease``, and in their clients."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from hushbus.core import Core
from hushbus.tenure import Tenure
from hushbus.values import Value, Values

F = TypeVar("F", bound=Callable[..., Any])


class LeaseFace:
    """A lease: time-limited possession of one version of a secret, which the broker has on record."""

    def __init__(self, core: Core, tenure: Tenure) -> None:
        self._core = core
        self._tenure = tenure
        tenure.face = self

    @property
    def id(self) -> str:
        return self._tenure.id

    @property
    def secret(self) -> str:
        """The name of the secret."""
        return self._tenure.secret

    @property
    def type(self) -> str:
        return self._tenure.type

    @property
    def version(self) -> int:
        """The version of :attr:`data`."""
        return self._tenure.held.version

    @property
    def data(self) -> Values:
        """The entries. Raises :class:`hushbus.LeaseEnded` once the lease is over."""
        self._tenure.check(self._core.calls.clock())
        return self._tenure.held.values

    @property
    def value(self) -> Value:
        """The one value of a secret that has one."""
        return self.data.only()

    @property
    def live(self) -> bool:
        """Whether its values may be used."""
        return self._tenure.live(self._core.calls.clock())

    @property
    def expires_at(self) -> datetime:
        return self._tenure.expires_at

    @property
    def superseded_by(self) -> int | None:
        """The newer version that the broker told of when it was asked last."""
        newer = self._tenure.superseded_by
        return newer if newer is not None and newer > self.version else None

    def on_rotation(self, callback: F) -> F:
        """
        Calls ``callback(lease)`` whenever the secret has a new version, when :attr:`data` is the new one already, in
        the background. Once it returns, the broker is told that the new version is in use here; if it raises, that it
        is not, and then the older one is kept and the new one offered again.
        """
        self._tenure.callbacks.append(callback)
        self._core.background.listen(self._tenure)
        return callback

    def __repr__(self) -> str:
        state = "live" if self.live else "over"
        return f"<{type(self).__name__} {self.secret} version {self.version}, {state}>"


class RunFace:
    """A run: one execution of a task, to which leases belong and with whose end they end."""

    id: str
    external_id: str

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.external_id}>"
