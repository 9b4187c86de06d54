"""Tasks have their secrets in place while they run, and nothing is left behind."""

from __future__ import annotations

import asyncio
import os
import stat
import subprocess
import sys
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

import hushbus
from conftest import Broker, run, until
from hushbus import CannotMount, Clash, Client, LeakWarning, Secret, TaskEnvironment, Unresolved
from hushbus.placement import PREFIX, Directory, roomiest, sweep


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    before = dict(os.environ)
    yield
    kept = [one for one in roomiest().glob(PREFIX + "*") if Path(one, ".lock").exists()]
    assert dict(os.environ) == {**before, "PYTEST_CURRENT_TEST": os.environ["PYTEST_CURRENT_TEST"]}
    assert not kept


def environment(client: Client, *secrets: Secret | str) -> TaskEnvironment:
    return TaskEnvironment(name="env", secrets=list(secrets), client=client)


def test_a_variable_is_there_while_the_task_runs(client: Client, name: str) -> None:
    client.secrets.create(name, "in-a-variable")

    @environment(client, Secret(key=name, as_env_var="TASK_TOKEN")).task
    def work(times: int, end: str = "") -> str:
        return str(os.getenv("TASK_TOKEN", "")[:2]) * times + end

    assert work(2, end="!") == "inin!"
    assert "TASK_TOKEN" not in os.environ
    assert work.__name__ == "work"


def test_what_was_in_the_variable_before_is_there_again(
    client: Client, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TASK_TOKEN", "mine")
    client.secrets.create(name, "the broker's")

    @environment(client, Secret(key=name, as_env_var="TASK_TOKEN")).task
    def work() -> None:
        assert os.environ["TASK_TOKEN"] == "the broker's"
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        work()
    assert os.environ["TASK_TOKEN"] == "mine"


def test_without_a_place_it_is_in_the_variables_of_its_name(client: Client, name: str) -> None:
    client.secrets.create(name, "x")

    @environment(client, name).task
    def work() -> tuple[str, str]:
        return os.environ[name], os.environ[name.upper().replace("-", "_")]

    assert work() == ("x", "x")


def test_a_key_of_a_secret_may_be_named(client: Client, name: str) -> None:
    client.secrets.create(name, {"user": "u", "password": "p"})

    @environment(client, Secret(group=name, key="password"), Secret(group=name, key="user", as_env_var="WHO")).task
    def work() -> tuple[str, str]:
        return os.environ[f"{name}_password".upper().replace("-", "_")], os.environ["WHO"]

    assert work() == ("p", "u")


def test_a_file_is_for_its_owner_alone_and_follows_rotations(
    client: Client, admin: Client, name: str, tmp_path: Path
) -> None:
    client.secrets.create(name, b"first\x00")
    mount = tmp_path / "made" / "for it"

    @environment(client, Secret(key=name, mount=str(mount))).task
    def work() -> str:
        file = mount / name
        assert file.read_bytes() == b"first\x00"
        assert stat.S_IMODE(file.stat().st_mode) == 0o400
        assert stat.S_IMODE(file.resolve().parent.stat().st_mode) == 0o700
        rotation = client.secrets.update(name, b"second\x00").rotation
        until(lambda: file.read_bytes() == b"second\x00")
        until(lambda: bool(admin.request("GET", f"/rotations/{rotation}")["phase"] == "completed"))
        return str(file.resolve())

    real = work()

    assert real.startswith(str(roomiest()))
    assert not Path(real).exists()
    assert not mount.exists()
    assert not mount.parent.exists()
    assert tmp_path.exists()


def test_what_is_in_a_variable_too_does_not_move_while_the_task_runs(
    client: Client, admin: Client, name: str, tmp_path: Path
) -> None:
    client.secrets.create(name, "first")
    both = [Secret(key=name.upper(), as_env_var="TASK_TOKEN"), Secret(key=name, mount=str(tmp_path))]

    @environment(client, *both).task
    def work() -> str:
        rotation = client.secrets.update(name, "second").rotation
        holders = admin.request("GET", f"/rotations/{rotation}")["holders"]
        assert (holders["total"], holders["pending"]) == (1, 1)
        assert (tmp_path / name).read_text() == os.environ["TASK_TOKEN"] == "first"
        return str(rotation)

    rotation = work()
    until(lambda: bool(admin.request("GET", f"/rotations/{rotation}")["phase"] == "completed"))


def test_nothing_is_replaced_that_was_there_before(client: Client, name: str, tmp_path: Path) -> None:
    client.secrets.create(name, "x")
    (tmp_path / name).write_text("mine")

    @environment(client, Secret(key=name, mount=str(tmp_path))).task
    def work() -> None:
        raise AssertionError("it is not to start")

    with pytest.raises(CannotMount, match="is there already"):
        work()
    assert (tmp_path / name).read_text() == "mine"


def test_where_nothing_can_be_put_is_said(client: Client, name: str) -> None:
    client.secrets.create(name, "x")

    @environment(client, Secret(key=name, mount="/proc/nowhere")).task
    def work() -> None:
        raise AssertionError("it is not to start")

    with pytest.raises(CannotMount, match="take a variable"):
        work()


def test_all_that_cannot_be_had_is_said_at_once_with_the_reasons(client: Client, admin: Client, name: str) -> None:
    hushbus.get_or_create_project("other", client=admin)
    client.secrets.create(f"{name}-other", "x", project="other")
    client.secrets.create(f"{name}-zero", b"\x00")
    client.secrets.create(f"{name}-fine", "x")

    @environment(client, f"{name}-other", f"{name}-zero", f"{name}-fine", "no-such-thing").task
    def work() -> None:
        raise AssertionError("it is not to start")

    with pytest.raises(Unresolved) as raised:
        work()

    assert [(secret, outcome) for secret, outcome, _ in raised.value.needs] == [
        (f"{name}-other", "missing"),
        (f"{name}-zero", "wrong_type"),
        ("no-such-thing", "missing"),
    ]
    assert "there is none of this name in demo, nor in a wider scope" in str(raised.value)
    assert "mount it as a file" in str(raised.value)


def test_a_task_is_a_run_that_ends_as_the_task_did(client: Client, admin: Client, name: str) -> None:
    client.secrets.create(name, "x")
    tasks = TaskEnvironment(f"env-{name}", [name], client=client, domain="staging", project="demo")

    @tasks.task(name="well")
    def well() -> None:
        pass

    @tasks.task(name="badly")
    def badly() -> None:
        raise ZeroDivisionError

    well()
    with pytest.raises(ZeroDivisionError):
        badly()

    runs = admin.request("GET", "/runs", project="demo", domain="staging")["runs"]
    ended = {one["external_id"].rsplit("-", 5)[0]: one["outcome"] for one in runs}
    assert ended[f"env-{name}.well"] == "succeeded"
    assert ended[f"env-{name}.badly"] == "failed"
    leases = admin.request("GET", "/leases", secret=client.secrets.info(name).id, state="active")
    assert leases["leases"] == []


def test_other_secrets_may_be_given_for_one_call(client: Client, name: str) -> None:
    client.secrets.create(f"{name}-a", "a")
    client.secrets.create(f"{name}-b", "b")

    @environment(client, Secret(key=f"{name}-a", as_env_var="LETTER")).task
    def work() -> str:
        return os.environ["LETTER"]

    assert work.override(secrets=Secret(key=f"{name}-b", as_env_var="LETTER"))() == "b"
    assert work() == "a"


def test_a_result_that_has_a_value_in_it_is_warned_of(client: Client, name: str) -> None:
    client.secrets.create(name, "long-enough-to-tell")

    @environment(client, Secret(key=name, as_env_var="TASK_TOKEN")).task
    def work(*, leak: bool) -> str:
        return f"token={os.environ['TASK_TOKEN']}" if leak else "done"

    with pytest.warns(LeakWarning, match="stored in clear") as warned:
        work(leak=True)
    assert "long-enough" not in str(warned[0].message)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert work(leak=False) == "done"


def test_coroutine_functions_are_tasks_too(client: Client, name: str) -> None:
    client.secrets.create(name, "x")

    @environment(client, Secret(key=name, as_env_var="TASK_TOKEN")).task
    async def work() -> str:
        await asyncio.sleep(0)
        return os.environ["TASK_TOKEN"]

    @environment(client, Secret(key=name, as_env_var="TASK_TOKEN")).task
    async def wait() -> None:
        await asyncio.Event().wait()

    async def both() -> str:
        waiting = asyncio.ensure_future(wait())
        first = await work()
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        return first

    assert asyncio.run(both()) == "x"


def test_tasks_at_the_same_time_share_what_is_the_same_and_refuse_what_is_not(client: Client, name: str) -> None:
    client.secrets.create(f"{name}-a", "a")
    client.secrets.create(f"{name}-b", "b")
    started, go_on = threading.Event(), threading.Event()

    @environment(client, Secret(key=f"{name}-a", as_env_var="LETTER")).task
    def long() -> None:
        started.set()
        go_on.wait(20)

    @environment(client, Secret(key=f"{name}-a", as_env_var="LETTER")).task
    def same() -> str:
        return os.environ["LETTER"]

    @environment(client, Secret(key=f"{name}-b", as_env_var="LETTER")).task
    def other() -> str:
        return os.environ["LETTER"]

    thread = threading.Thread(target=long)
    thread.start()
    try:
        assert started.wait(20)
        assert same() == "a"
        with pytest.raises(Clash, match="LETTER"):
            other()
        assert os.environ["LETTER"] == "a"
    finally:
        go_on.set()
        thread.join()
    assert other() == "b"


def test_a_secret_goes_to_one_place() -> None:
    with pytest.raises(ValueError, match="name it twice"):
        Secret(key="k", as_env_var="V", mount="/tmp/x")


def test_the_next_one_removes_what_a_killed_process_left(tmp_path: Path) -> None:
    program = (
        "import sys, os, signal; from pathlib import Path; from hushbus.placement import Directory;"
        f"own = Directory(Path({str(tmp_path)!r})); (own.path / '0-key').write_text('left');"
        "print(own.path, flush=True);"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    killed = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    left = Path(killed.stdout.strip())
    assert (left / "0-key").exists()

    living = Directory(tmp_path)
    assert not left.exists()
    sweep(tmp_path)
    assert living.path.exists()
    living.close()
    assert list(tmp_path.iterdir()) == []


def test_the_client_of_the_environment_is_used_where_none_is_named(broker: Broker, client: Client, name: str) -> None:
    client.secrets.create(name, "x", project="demo", domain="staging")
    program = f"""
import hushbus, os
@hushbus.TaskEnvironment(name="env", secrets={name!r}).task
def work():
    return os.environ[{name!r}]
print(work())
"""
    told = run(program, broker.environment(HUSHBUS_DOMAIN="staging"))
    assert (told.code, told.out) == (0, "x\n"), told.err
