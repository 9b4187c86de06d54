"""Which broker, and as whom."""

from __future__ import annotations

import os
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from hushbus.errors import SettingsError

USUAL_ADDRESS = "http://127.0.0.1:8420"


class Token:
    """A bearer token, or a file that holds one and may be written anew at any time."""

    __slots__ = ("__file", "__text")

    def __init__(self, text: str | None = None, file: Path | None = None) -> None:
        self.__text = text
        self.__file = file

    def read(self) -> str:
        """The token as it is now."""
        if self.__file is None:
            return self.__text or ""
        try:
            text = self.__file.read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError):
            raise SettingsError("the file that HUSHBUS_TOKEN_FILE names cannot be read: check the path") from None
        if not text:
            raise SettingsError("the file that HUSHBUS_TOKEN_FILE names holds no token")
        return text

    def __repr__(self) -> str:
        return "<token>"


@dataclass(frozen=True)
class Settings:
    """
    What a client has to know. Made of the same environment variables as for the command line:
    ``HUSHBUS_ADDR``, ``HUSHBUS_TOKEN`` or ``HUSHBUS_TOKEN_FILE``, ``HUSHBUS_PROJECT``, ``HUSHBUS_DOMAIN``,
    ``HUSHBUS_CACERT``. What is given by hand comes first.
    """

    address: str
    token: Token = field(repr=False)
    project: str | None = None
    domain: str | None = None
    cacert: str | None = None

    @classmethod
    def of(
        cls,
        address: str | None = None,
        token: str | None = None,
        token_file: str | Path | None = None,
        project: str | None = None,
        domain: str | None = None,
        cacert: str | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> Settings:
        env = os.environ if environment is None else environment
        return cls(
            _address(address or env.get("HUSHBUS_ADDR") or USUAL_ADDRESS),
            _token(token, token_file, env),
            project or env.get("HUSHBUS_PROJECT") or None,
            domain or env.get("HUSHBUS_DOMAIN") or None,
            cacert or env.get("HUSHBUS_CACERT") or None,
        )

    def trust(self) -> ssl.SSLContext | bool:
        """Whom to trust: the authorities of the file, or the usual ones."""
        if self.cacert is None:
            return True
        try:
            return ssl.create_default_context(cafile=self.cacert)
        except (OSError, ssl.SSLError):
            raise SettingsError("HUSHBUS_CACERT does not name a PEM file of certificates: check the path") from None


def _address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path not in ("", "/"):
        raise SettingsError(
            f"the address is no http or https URL without a path: set HUSHBUS_ADDR, such as {USUAL_ADDRESS}"
        )
    return f"{parts.scheme}://{parts.netloc}"


def _token(text: str | None, file: str | Path | None, env: Mapping[str, str]) -> Token:
    if text is not None and text.strip():
        return Token(text=text.strip())
    if file is not None:
        return Token(file=Path(file))
    direct = env.get("HUSHBUS_TOKEN", "").strip()
    if direct:
        return Token(text=direct)
    if env.get("HUSHBUS_TOKEN_FILE"):
        return Token(file=Path(env["HUSHBUS_TOKEN_FILE"]))
    raise SettingsError("no token: set HUSHBUS_TOKEN to an API key, or HUSHBUS_TOKEN_FILE to a file that holds one")
