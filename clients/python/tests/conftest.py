"""A real broker for all tests, and the accounts that they use."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip(
    "httpx",
    reason="these tests need httpx, which is not here: clients/python/test brings it from a package index",
)

import hushbus

REPOSITORY = Path(__file__).resolve().parents[3]
SAFE = ["-XX:+UseSerialGC", "-Xmx384m", "-XX:-DontCompileHugeMethods", "--enable-native-access=ALL-UNNAMED"]


def _command() -> list[str]:
    """The jar that HUSHBUS_JAR names, with the java of HUSHBUS_JAVA; else the launcher of the repository."""
    jar = os.environ.get("HUSHBUS_JAR")
    if jar:
        return [os.environ.get("HUSHBUS_JAVA") or shutil.which("java") or "java", *SAFE, "-jar", jar]
    return [str(REPOSITORY / "hushbus")]


@dataclass(frozen=True)
class Broker:
    """One that runs: its address, and keys of an admin, of an account that keeps and leases, and of a runner."""

    address: str
    admin: str
    app: str
    runner: str

    def client(self, token: str | None = None, **settings: Any) -> hushbus.Client:
        settings.setdefault("project", "demo")
        return hushbus.Client(self.address, token or self.app, **settings)

    def asynchronous(self, **settings: Any) -> hushbus.AsyncClient:
        settings.setdefault("project", "demo")
        return hushbus.AsyncClient(self.address, self.app, **settings)

    def environment(self, **more: str) -> dict[str, str]:
        """What a program has in its environment that is to find this broker."""
        return {"HUSHBUS_ADDR": self.address, "HUSHBUS_TOKEN": self.app, "HUSHBUS_PROJECT": "demo", **more}


@contextlib.contextmanager
def started(home: Path) -> Iterator[Broker]:
    """A broker with everything that it needs in a directory."""
    own = {name: text for name, text in os.environ.items() if not name.startswith("HUSHBUS_")}
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(
            [*_command(), "dev", "--data-dir", str(home / "data"), "--port", "0"],
            stdout=subprocess.PIPE,
            stderr=log,
            stdin=subprocess.DEVNULL,
            env=own,
            text=True,
        )
    try:
        assert process.stdout is not None
        if not any(line.startswith("ready ") for line in process.stdout):
            raise NotStarted("the broker did not start:\n" + (home / "log").read_text())
        env = dict(line.split("=", 1) for line in (home / "data" / "dev.env").read_text().splitlines())
        yield Broker(env["HUSHBUS_ADDR"], env["HUSHBUS_TOKEN"], env["HUSHBUS_APP_TOKEN"], env["HUSHBUS_RUNNER_TOKEN"])
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()


class NotStarted(Exception):
    """A broker ended before it was ready."""


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    with contextlib.ExitStack() as stack:
        try:
            running = stack.enter_context(started(tmp_path_factory.mktemp("broker")))
        except NotStarted:
            # On a machine that has far too much to do, PostgreSQL may take longer than the broker waits for it.
            running = stack.enter_context(started(tmp_path_factory.mktemp("broker")))
        yield running


@pytest.fixture
def client(broker: Broker) -> Iterator[hushbus.Client]:
    with broker.client() as opened:
        yield opened


@pytest.fixture
def admin(broker: Broker) -> Iterator[hushbus.Client]:
    with broker.client(broker.admin) as opened:
        yield opened


_numbers = count(1)


@pytest.fixture
def name() -> str:
    """A name that no other test has."""
    return f"secret-{next(_numbers)}-{os.getpid()}"


@dataclass(frozen=True)
class Told:
    """What a program wrote, and how it ended."""

    code: int
    out: str
    err: str


def run(program: str, environment: Mapping[str, str], seconds: float = 60) -> Told:
    """Runs a program as a process of its own, with this environment beside the usual one."""
    own = {key: text for key, text in os.environ.items() if not key.startswith("HUSHBUS_")}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        env={**own, **environment},
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
    return Told(done.returncode, done.stdout, done.stderr)


def until(condition: Callable[[], bool], seconds: float = 20) -> None:
    """Waits for a condition; fails when it has not come true in time."""
    end = time.monotonic() + seconds
    pause = threading.Event()
    while not condition():
        assert time.monotonic() < end, "it did not come true in time"
        pause.wait(0.02)
