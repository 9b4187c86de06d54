"""Leases that renew themselves and tell of new versions, and runs, against a broker."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from typing import Any

import pytest

from conftest import Broker, run, until
from hushbus import AsyncLease, Client, Conflict, Lease, LeaseEnded, Retry, SettingsError, Unreachable, background
from proxy import between

SECONDS = 20


def rotation_is(admin: Client, id: str, phase: str) -> Callable[[], bool]:
    return lambda: bool(admin.request("GET", f"/rotations/{id}")["phase"] == phase)


def changed(client: Client, name: str, content: Any) -> str:
    rotation = client.secrets.update(name, content).rotation
    assert rotation is not None
    return rotation


def test_a_holder_is_told_moves_and_the_rotation_is_complete(client: Client, admin: Client, name: str) -> None:
    client.secrets.create(name, {"password": "first"})
    with client.lease(name) as lease:
        seen: list[tuple[int, str]] = []
        told = threading.Event()

        @lease.on_rotation
        def swap(moved: Lease) -> None:
            seen.append((moved.version, moved.data["password"].reveal()))
            told.set()

        rotation = changed(client, name, {"password": "second"})

        assert told.wait(SECONDS)
        assert seen == [(2, "second")]
        until(rotation_is(admin, rotation, "completed"))
        assert lease.version == 2


def test_a_callback_that_raises_is_told_by_its_kind_and_the_old_version_stays(
    client: Client, admin: Client, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    client.secrets.create(name, "canary-first")
    with client.lease(name) as lease:

        @lease.on_rotation
        def swap(moved: Lease) -> None:
            raise ConnectionError(f"no login with {moved.value.reveal()}")

        changed(client, name, "canary-second")

        until(lambda: "acknowledged" in admin.request("GET", f"/leases/{lease.id}"))
        said = admin.request("GET", f"/leases/{lease.id}")["acknowledged"]
        assert (said["version"], said["status"], said["detail"]) == (2, "failed", "the callback raised ConnectionError")
        assert (lease.version, lease.value.reveal()) == (1, "canary-first")
        until(lambda: "ConnectionError" in caplog.text)
        assert "canary" not in caplog.text


def test_a_version_that_was_not_taken_is_offered_again(
    client: Client, admin: Client, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background, "OFFER_AGAIN", 0.05)
    client.secrets.create(name, "first")
    with client.lease(name) as lease:
        tries: list[str] = []

        @lease.on_rotation
        def swap(moved: Lease) -> None:
            tries.append(moved.value.reveal())
            if len(tries) < 3:
                raise TimeoutError

        rotation = changed(client, name, "second")

        until(rotation_is(admin, rotation, "completed"))
        assert tries == ["second"] * 3
        assert lease.value.reveal() == "second"


def test_where_no_notice_arrives_a_renewal_tells(broker: Broker, client: Client, name: str) -> None:
    client.secrets.create(name, "first")
    with between(broker.address) as proxy:
        proxy.deaf = True
        with Client(proxy.address, broker.app, project="demo") as far, far.lease(name, ttl="3s") as lease:
            told = threading.Event()
            lease.on_rotation(lambda moved: told.set())
            client.secrets.update(name, "second")
            assert told.wait(SECONDS)
            assert lease.value.reveal() == "second"


def test_nothing_that_is_logged_has_a_value_or_a_token(
    broker: Broker, client: Client, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client.secrets.create(name, {"a": "canary-1"})
    with client.lease(name) as lease, client.run(f"job-{name}") as run:
        run.lease(name)
        client.secrets.update(name, {"a": "canary-2"})
        lease.advance()
    assert caplog.text
    assert "canary" not in caplog.text
    assert broker.app not in caplog.text


def test_without_a_callback_nothing_moves_by_itself(client: Client, admin: Client, name: str) -> None:
    client.secrets.create(name, "first")
    with client.lease(name) as lease:
        rotation = changed(client, name, "second")
        lease.renew()
        assert (lease.version, lease.superseded_by) == (1, 2)

        lease.advance()
        assert lease.value.reveal() == "second"
        assert rotation_is(admin, rotation, "draining")()
        lease.ack()
        until(rotation_is(admin, rotation, "completed"))


def test_with_asyncio_callbacks_may_be_coroutines(broker: Broker, client: Client, admin: Client, name: str) -> None:
    client.secrets.create(name, "first")

    async def hold() -> str:
        async with broker.asynchronous() as waiting, waiting.lease(name) as lease:
            told: asyncio.Future[str] = asyncio.get_running_loop().create_future()

            @lease.on_rotation
            async def swap(moved: AsyncLease) -> None:
                await asyncio.sleep(0)
                told.set_result(moved.value.reveal())

            await waiting.secrets.update(name, "second")
            value = await asyncio.wait_for(told, SECONDS)
            rotation = (await waiting.secrets.info(name)).rotation
            await asyncio.to_thread(until, rotation_is(admin, str(rotation), "completed"))
            return value

    assert asyncio.run(hold()) == "second"


def test_a_lease_renews_itself(client: Client, name: str) -> None:
    client.secrets.create(name, "x")
    with client.lease(name, ttl="3s") as lease:
        first = lease.expires_at
        until(lambda: lease.expires_at > first)
        assert lease.live


def test_when_its_longest_time_is_over_another_lease_takes_its_place(client: Client, name: str) -> None:
    body = {"name": name, "type": "text", "value": "x", "max_lease_seconds": 3}
    client.request("POST", "/secrets", body, project="demo")
    with client.lease(name) as lease:
        first = lease.id
        until(lambda: lease.id != first)
        assert lease.value.reveal() == "x"


def test_what_was_revoked_may_not_be_used(client: Client, admin: Client, name: str) -> None:
    client.secrets.create(name, "x")
    with client.lease(name) as lease:
        lease.on_rotation(lambda moved: None)
        admin.request("POST", f"/leases/{lease.id}/revoke")
        until(lambda: not lease.live)
        with pytest.raises(LeaseEnded, match=name):
            _ = lease.data


def test_what_is_held_stays_valid_while_the_broker_is_away(broker: Broker, client: Client, name: str) -> None:
    client.secrets.create(name, "x")
    brief = Retry(within=0.2, draw=lambda: 0.1)
    with between(broker.address) as proxy, Client(proxy.address, broker.app, project="demo", retry=brief) as far:
        lease = far.lease(name)
        proxy.down = True
        with pytest.raises(Unreachable):
            lease.renew()
        assert lease.value.reveal() == "x"
        proxy.down = False
        lease.renew()
        assert lease.live


def test_a_process_ends_soon_also_when_the_broker_does_not_answer(broker: Broker, client: Client, name: str) -> None:
    client.secrets.create(name, "x")
    program = (
        f"import hushbus; client = hushbus.Client(); held = [client.lease({name!r}) for _ in '123']; print('held')"
    )
    with between(broker.address) as proxy:
        proxy.down_after = 3
        told = run(program, broker.environment(HUSHBUS_ADDR=proxy.address), seconds=30)
    assert (told.code, told.out, told.err) == (0, "held\n", "")


def test_what_was_closed_may_not_be_used(client: Client, admin: Client, name: str) -> None:
    client.secrets.create(name, "x")
    lease = client.lease(name)
    lease.close()
    with pytest.raises(LeaseEnded, match="closed"):
        _ = lease.value
    assert admin.request("GET", f"/leases/{lease.id}")["state"] == "revoked"
    lease.close()


def test_no_more_is_promised_than_can_be(client: Client, name: str) -> None:
    body = {"name": name, "type": "text", "value": "x", "max_lease_seconds": 60}
    client.request("POST", "/secrets", body, project="demo")
    with pytest.raises(Conflict, match="shorter") as raised:
        client.lease(name, min_valid_for="1h")
    assert raised.value.max_seconds is not None
    assert raised.value.max_seconds <= 60


def test_only_the_keys_that_are_named_are_leased(client: Client, name: str) -> None:
    client.secrets.create(name, {"a": "1", "b": "2"})
    with client.lease(name, keys=["b"]) as lease:
        assert list(lease.data) == ["b"]
        assert "2" not in repr(lease.data)
        assert name in repr(lease)


def test_a_run_holds_one_lease_on_a_secret_and_ends_it(client: Client, admin: Client, name: str) -> None:
    client.secrets.create(name, "x")
    with client.run(f"job-{name}", heartbeat="3s") as run:
        first = run.lease(name)
        assert run.lease(name).id == first.id
        beat = admin.request("GET", f"/runs/{run.id}")["heartbeat_at"]
        until(lambda: admin.request("GET", f"/runs/{run.id}")["heartbeat_at"] > beat)

    assert admin.request("GET", f"/runs/{run.id}")["outcome"] == "succeeded"
    assert not first.live


def test_a_run_that_fails_says_so(client: Client, admin: Client, name: str) -> None:
    with pytest.raises(ZeroDivisionError), client.run(f"job-{name}") as run:
        raise ZeroDivisionError
    assert admin.request("GET", f"/runs/{run.id}")["outcome"] == "failed"


def test_a_run_is_in_a_project(broker: Broker) -> None:
    with broker.client(project=None) as nowhere, pytest.raises(SettingsError, match="HUSHBUS_PROJECT"):
        nowhere.run("job")


def test_runs_and_leases_with_asyncio(broker: Broker, client: Client, admin: Client, name: str) -> None:
    client.secrets.create(name, "x")

    async def work() -> str:
        async with broker.asynchronous() as waiting, waiting.run(f"job-{name}") as run:
            lease = await run.lease(name)
            assert lease.value.reveal() == "x"
            return run.id

    run = asyncio.run(work())
    assert admin.request("GET", f"/runs/{run}")["outcome"] == "succeeded"
