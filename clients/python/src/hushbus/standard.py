"""The client of those who make none: it is made of the environment variables when it is first needed."""

from __future__ import annotations

import threading

from hushbus.client import Client

_lock = threading.Lock()
_client: Client | None = None


def standard_client() -> Client:
    """The one client that tasks and projects use where none is named."""
    global _client
    with _lock:
        if _client is None or _client._core.closed:
            _client = Client()
        return _client


def use(client: Client | None) -> None:
    """Makes this the client of those who name none; None goes back to the environment variables."""
    global _client
    with _lock:
        _client = client
