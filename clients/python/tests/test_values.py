"""A value shows itself to nobody who does not ask for it."""

from __future__ import annotations

import copy
import json
import pickle

import pytest

from hushbus import Reading, Value, Values

SECRET = "hunter2-canary"


@pytest.fixture
def value() -> Value:
    return Value(SECRET)


def test_no_way_of_printing_shows_it(value: Value) -> None:
    shown = [
        str(value),
        repr(value),
        f"{value}",
        f"{value!r}",
        f"{value:>20}",
        "%s %r" % (value, value),  # noqa: UP031
        "{}".format(value),  # noqa: UP032
        str([value]),
        repr({"k": value}),
        repr(Values({"k": value})),
        repr(Reading("n", 1, "text", Values({"k": value}))),
        json.dumps({"k": value}, default=str),
    ]
    assert not [one for one in shown if "hunter2" in one]
    assert all("hidden" in one for one in shown)


def test_it_is_shown_when_asked_for(value: Value) -> None:
    assert value.reveal() == SECRET
    assert value.reveal_bytes() == SECRET.encode()
    assert value.matches(SECRET)
    assert not value.matches("other")


def test_it_is_neither_pickled_nor_json(value: Value) -> None:
    with pytest.raises(TypeError):
        pickle.dumps(value)
    with pytest.raises(TypeError):
        json.dumps(value)
    assert copy.deepcopy(value) is value
    assert copy.copy(value) is value


def test_two_values_are_not_compared_by_what_they_are(value: Value) -> None:
    assert value != Value(SECRET)
    anything: object = SECRET
    assert value != anything
    assert Values({"k": value}) != Values({"k": value})


def test_bytes_that_are_no_text_are_not_repeated_by_the_error() -> None:
    with pytest.raises(ValueError, match="reveal_bytes") as raised:
        Value(b"hunter2\xff").reveal()
    assert "hunter2" not in str(raised.value)
    assert raised.value.__context__ is None


def test_one_of_several_has_to_be_named() -> None:
    both = Values({"a": Value("1"), "b": Value("2")})
    assert both["a"].reveal() == "1"
    assert list(both) == ["a", "b"]
    with pytest.raises(LookupError, match=r"\['a', 'b'\]"):
        both.only()
