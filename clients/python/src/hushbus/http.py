"""What both transports tell httpx."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator, Mapping

import httpx

from hushbus._version import __version__
from hushbus.errors import Unreachable
from hushbus.wire import Request

TIMEOUT = httpx.Timeout(35.0, connect=5.0, pool=10.0)
"""In seconds. Longer than the longest poll, which is 25 seconds."""

STREAM_TIMEOUT = httpx.Timeout(40.0, connect=5.0, pool=10.0)
"""A stream says something every 15 seconds."""

LIMITS = httpx.Limits(max_connections=20, max_keepalive_connections=5, keepalive_expiry=20.0)

AGENT = f"hushbus-python/{__version__} python/{sys.version_info.major}.{sys.version_info.minor}"


def url(address: str, request: Request) -> str:
    return f"{address}/api/v1{request.path}"


def headers(request: Request, token: str) -> Mapping[str, str]:
    return {
        "Authorization": f"Bearer {token}",
        "User-Agent": AGENT,
        "Accept": "application/json",
        **request.headers,
    }


@contextlib.contextmanager
def telling(address: str) -> Iterator[None]:
    """Tells of failures of httpx as :class:`Unreachable`."""
    try:
        yield
    except httpx.TransportError as away:
        raise lost(address, away) from None


def lost(address: str, failure: httpx.TransportError) -> Unreachable:
    unsent = isinstance(failure, (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout))
    return Unreachable(address, type(failure).__name__, outcome_unknown=not unsent)
