"""What is sent again, when, and what is not."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from hushbus import Denied, InUse, NotFound, OverBudget, Problem, Retry, Settings, Unavailable, Unreachable
from hushbus.calls import Calls
from hushbus.errors import problem
from hushbus.settings import Token
from hushbus.wire import Answer, Bell, Job, Request, Stream, drive


class Script:
    """A transport that answers as it was told, and notes what it was asked and how long it was to wait."""

    def __init__(self, *answers: Answer | Unreachable) -> None:
        self.answers = list(answers)
        self.asked: list[Request] = []
        self.tokens: list[str] = []
        self.waits: list[float] = []
        self.now = 0.0

    async def send(self, request: Request, token: str) -> Answer:
        self.asked.append(request)
        self.tokens.append(token)
        answer = self.answers.pop(0)
        if isinstance(answer, Unreachable):
            raise answer
        return answer

    async def pause(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds

    async def stream(self, request: Request, token: str) -> Stream:
        raise NotImplementedError

    def bell(self) -> Bell:
        raise NotImplementedError

    def start(self, work: Callable[[], Coroutine[Any, Any, None]], name: str) -> Job:
        raise NotImplementedError

    async def close(self) -> None:
        pass

    def calls(self, token: Token | None = None, within: float = 30.0) -> Calls:
        settings = Settings("http://broker", token or Token("key"))
        return Calls(settings, self, Retry(within=within, draw=lambda: 0.5), clock=lambda: self.now)


OK = Answer(200, {}, b"{}")
LOST = Unreachable("http://broker", "ReadTimeout", outcome_unknown=True)
UNSENT = Unreachable("http://broker", "ConnectError", outcome_unknown=False)


def refused(status: int, retry_after: str | None = None, **fields: object) -> Answer:
    headers = {} if retry_after is None else {"retry-after": retry_after}
    return Answer(status, headers, json.dumps({"request_id": "r-1", **fields}).encode())


BUSY = refused(503, "2", code="unavailable", retryable=True)


def test_what_is_retryable_is_sent_again_after_the_time_that_was_asked_for() -> None:
    script = Script(BUSY, refused(429, "7", code="over_budget", retryable=True), OK)

    drive(script.calls().get("/secrets"))

    assert len(script.asked) == 3
    assert script.waits[0] == pytest.approx(2.1)
    assert script.waits[1] == pytest.approx(7.2)


def test_waits_grow_and_are_drawn_at_random() -> None:
    script = Script(UNSENT, UNSENT, UNSENT, OK)

    drive(script.calls().get("/secrets"))

    assert script.waits == pytest.approx([0.1, 0.2, 0.4])
    assert Retry(draw=lambda: 0.0).wait(3, None) == 0
    assert Retry(draw=lambda: 1.0).wait(60, None) == 5.0


def test_what_is_final_is_sent_once() -> None:
    for status, kind in ((404, NotFound), (403, Denied), (400, Problem)):
        script = Script(refused(status, code="x", retryable=False))
        with pytest.raises(kind):
            drive(script.calls().get("/secrets"))
        assert len(script.asked) == 1


def test_it_gives_up_when_the_time_is_over() -> None:
    script = Script(*[BUSY] * 50)

    with pytest.raises(Unavailable) as raised:
        drive(script.calls(within=10).get("/secrets"))

    assert script.now <= 10
    assert raised.value.request_id == "r-1"


def test_a_change_whose_outcome_is_unknown_is_not_sent_again() -> None:
    script = Script(LOST, OK)
    with pytest.raises(Unreachable) as raised:
        drive(script.calls().change("PUT", "/secrets/a", {"value": "x"}))
    assert raised.value.outcome_unknown
    assert len(script.asked) == 1

    script = Script(UNSENT, OK)
    drive(script.calls().change("PUT", "/secrets/a", {"value": "x"}))
    assert len(script.asked) == 2


def test_what_is_made_once_is_sent_again_under_the_same_key() -> None:
    script = Script(LOST, OK)

    drive(script.calls().post("/leases", {}, once=True))

    keys = [request.headers["Idempotency-Key"] for request in script.asked]
    assert keys[0] == keys[1]
    assert len(keys[0]) == 36


def test_a_token_that_was_written_anew_is_read_anew(tmp_path: Any) -> None:
    file = tmp_path / "token"
    file.write_text("old\n")

    class Rolling(Script):
        async def send(self, request: Request, token: str) -> Answer:
            if token == "old":
                file.write_text("new\n")
            return await super().send(request, token)

    script = Rolling(refused(401, code="unauthenticated"), OK)
    drive(script.calls(Token(file=file)).get("/secrets"))
    assert script.tokens == ["old", "new"]


def test_a_problem_says_what_to_do_next_and_which_request_it_was() -> None:
    body = {
        "code": "conflict",
        "reason": "in_use",
        "detail": "It is in use; blockers lists by what.",
        "request_id": "r-2",
        "retryable": False,
        "blockers": [{"kind": "lease", "id": "l-1"}],
    }
    refusal = problem(409, {}, json.dumps(body).encode())

    assert isinstance(refusal, InUse)
    assert refusal.blockers[0].id == "l-1"
    assert str(refusal) == (
        "It is in use; blockers lists by what. In the way: lease l-1. Next: end what uses it first. "
        "[in_use, request r-2]"
    )


def test_an_answer_of_something_else_is_a_problem_too() -> None:
    refusal = problem(502, {}, b"<html>bad gateway</html>")
    assert isinstance(refusal, Unavailable)
    assert refusal.code == "http_502"
    assert not refusal.retryable
    assert isinstance(problem(429, {"retry-after": "3"}, b"[]"), OverBudget)


def test_neither_requests_nor_answers_print_what_they_carry() -> None:
    assert "hunter2" not in repr(Request("POST", "/secrets", body=b"hunter2", token="hunter2"))
    assert "hunter2" not in repr(Answer(200, {}, b"hunter2"))
    assert "hunter2" not in repr(Settings("http://broker", Token("hunter2")))


def test_an_awaiting_callback_has_no_place_in_a_blocking_client() -> None:
    async def waiting() -> None:
        await asyncio.sleep(0)

    with pytest.raises(RuntimeError, match="AsyncClient"):
        drive(waiting())
