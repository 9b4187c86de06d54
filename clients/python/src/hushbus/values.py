"""Values of secrets, which show themselves only when they are asked to."""

from __future__ import annotations

import base64
import contextlib
import hmac
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

SHOWN = "<hidden>"


class Value:
    """
    One value of a secret. It prints as ``<hidden>`` in every way of printing, is not a string, is not
    pickled, and is equal to itself alone; :meth:`reveal` and :meth:`reveal_bytes` are the only ways out.

    Python keeps copies of strings where it likes: nothing here promises that a value leaves memory.
    """

    __slots__ = ("__content",)

    def __init__(self, content: str | bytes) -> None:
        self.__content = content.encode() if isinstance(content, str) else bytes(content)

    def reveal(self) -> str:
        """The value as text. ``ValueError`` for bytes that are no UTF-8."""
        # Raised outside of the handler: the original error has the bytes, and would go along as its context.
        with contextlib.suppress(UnicodeDecodeError):
            return self.__content.decode()
        raise ValueError("this value is no UTF-8 text: use reveal_bytes()")

    def reveal_bytes(self) -> bytes:
        """The value as the bytes that it is."""
        return self.__content

    def matches(self, other: str | bytes) -> bool:
        """Whether this is the same value, in a time that does not depend on where they differ."""
        content = other.encode() if isinstance(other, str) else other
        return hmac.compare_digest(self.__content, content)

    def __repr__(self) -> str:
        return SHOWN

    def __str__(self) -> str:
        return SHOWN

    def __format__(self, spec: str) -> str:
        return format(SHOWN, spec)

    def __copy__(self) -> Value:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Value:
        return self

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        raise TypeError("a value is not pickled: reveal it where it is needed")

    def __getstate__(self) -> NoReturn:
        raise TypeError("a value is not pickled: reveal it where it is needed")


class Values(Mapping[str, Value]):
    """The entries of a secret by key. Prints the keys alone."""

    __slots__ = ("__entries",)

    def __init__(self, entries: Mapping[str, Value]) -> None:
        self.__entries = dict(entries)

    @classmethod
    def of_answer(cls, answer: Mapping[str, Any]) -> Values:
        """From ``data`` and ``data_base64`` of an answer."""
        entries = {key: Value(text) for key, text in (answer.get("data") or {}).items()}
        for key, encoded in (answer.get("data_base64") or {}).items():
            entries[key] = Value(base64.b64decode(encoded, validate=True))
        return cls(entries)

    def only(self) -> Value:
        """The one value of a secret that has one."""
        if len(self.__entries) != 1:
            raise LookupError(f"it has {len(self.__entries)} keys: name one of {sorted(self)}")
        return next(iter(self.__entries.values()))

    def __getitem__(self, key: str) -> Value:
        return self.__entries[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.__entries)

    def __len__(self) -> int:
        return len(self.__entries)

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)

    def __repr__(self) -> str:
        return "{" + ", ".join(f"{key!r}: {SHOWN}" for key in self.__entries) + "}"
