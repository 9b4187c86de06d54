"""Tasks that say which secrets they need."""

from __future__ import annotations

import asyncio
import functools
import inspect
import re
import warnings
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar, Union, overload
from uuid import uuid4

from hushbus.client import Client
from hushbus.core import Core
from hushbus.errors import LeakWarning
from hushbus.model import Placed
from hushbus.placement import PLACEMENT
from hushbus.standard import standard_client
from hushbus.tenure import Needed, Tenure
from hushbus.values import Value
from hushbus.wire import compact, drive

R = TypeVar("R")

SHORTEST_LEAK = 6
"""Characters; shorter values are too likely to be in a result by chance."""


@dataclass(frozen=True)
class Secret:
    """
    One secret that a task needs: in a variable, as a file ``<mount>/<name of the secret>``, or, with neither, in the
    variables that are named as it is, as it stands and in upper case. With ``group``, ``key`` is a key of the secret
    that ``group`` names.
    """

    key: str
    group: str | None = None
    mount: str | Path | None = None
    as_env_var: str | None = None

    def __post_init__(self) -> None:
        if self.mount is not None and self.as_env_var is not None:
            raise ValueError("a secret goes into a variable or into a file: name it twice for both")

    def need(self) -> dict[str, Any]:
        """The need as the broker understands it."""
        variable = self.as_env_var
        if self.group is not None and self.mount is None and variable is None:
            variable = re.sub(r"[^A-Z0-9_]", "_", f"{self.group}_{self.key}".upper())
        return compact(
            secret=self.group or self.key,
            key=self.key if self.group is not None else None,
            mount=None if self.mount is None else str(self.mount),
            as_env_var=variable,
        )


Needs = Union[str, Secret, Sequence[Union[str, Secret]]]


def _secrets(needs: Needs | None) -> tuple[Secret, ...]:
    if needs is None:
        return ()
    several = [needs] if isinstance(needs, (str, Secret)) else needs
    return tuple(one if isinstance(one, Secret) else Secret(key=one) for one in several)


class TaskEnvironment:
    """
    What tasks of one kind need. Whenever one is called, it gets a run of its own in (project, domain), and for as long
    as it runs everything is in place. Without ``client`` it is the client of the environment variables.
    """

    def __init__(
        self,
        name: str,
        secrets: Needs | None = None,
        *,
        client: Client | None = None,
        project: str | None = None,
        domain: str | None = None,
    ) -> None:
        self.name = name
        self.secrets = _secrets(secrets)
        self.project = project
        self.domain = domain
        self._client = client

    @property
    def client(self) -> Client:
        return self._client or standard_client()

    @overload
    def task(self, function: Callable[..., R]) -> Task[R]: ...

    @overload
    def task(self, function: None = None, *, name: str | None = None) -> Callable[[Callable[..., R]], Task[R]]: ...

    def task(self, function: Callable[..., R] | None = None, *, name: str | None = None) -> Any:
        """Makes a task of a function, of a coroutine function too."""
        if function is None:
            return lambda chosen: Task(self, chosen, name or chosen.__name__, self.secrets)
        return Task(self, function, name or function.__name__, self.secrets)


class Task(Generic[R]):
    """A function that has its secrets in place while it runs. Called as the function is."""

    def __init__(
        self,
        environment: TaskEnvironment,
        function: Callable[..., R],
        name: str,
        secrets: tuple[Secret, ...],
    ) -> None:
        self.__name__ = function.__name__
        functools.update_wrapper(self, function)
        self.environment = environment
        self.name = name
        self.secrets = secrets
        self._function = function

    def override(self, *, secrets: Needs) -> Task[R]:
        """The same task with these secrets in the place of its own."""
        return Task(self.environment, self._function, self.name, _secrets(secrets))

    def __call__(self, *args: Any, **kwargs: Any) -> R:
        if inspect.iscoroutinefunction(self._function):
            waiting: Any = self._later(args, kwargs)
            return waiting  # type: ignore[no-any-return]
        with self._in_place() as values:
            result = self._function(*args, **kwargs)
            self._look(result, values)
            return result

    async def _later(self, args: Any, kwargs: Any) -> Any:
        place = self._in_place()
        entering = asyncio.ensure_future(asyncio.to_thread(place.__enter__))
        failed = True
        try:
            # A task that is cancelled meanwhile still gets all of it, and gives it back.
            values = await asyncio.shield(entering)
            result = await self._function(*args, **kwargs)  # type: ignore[misc]
            failed = False
            self._look(result, values)
            return result
        finally:
            await asyncio.shield(asyncio.ensure_future(self._leave(entering, place, failed)))

    @staticmethod
    async def _leave(entering: Awaitable[object], place: Any, failed: bool) -> None:
        try:
            await entering
        except Exception:
            return
        failure = _Failed() if failed else None
        await asyncio.to_thread(place.__exit__, _Failed if failed else None, failure, None)

    @contextmanager
    def _in_place(self) -> Iterator[Sequence[Value]]:
        if not self.secrets:
            yield ()
            return
        core = self.environment.client._core
        environment = self.environment
        scope = core.scope(environment.project, environment.domain)
        variables, files = drive(core.resolve([one.need() for one in self.secrets], scope))
        external = re.sub(r"[^!-~]", "_", f"{environment.name}.{self.name}-{uuid4()}")[-200:]
        course = drive(core.open(external, scope))
        outcome = "failed"
        try:
            wanted = _wanted([*variables, *files])
            leases = {one.secret.casefold(): one for one in drive(core.grant(wanted, {}, run=course))}

            def values(placed: Sequence[Placed]) -> dict[str, Value]:
                return {one.name: leases[one.secret.casefold()].held.values[one.key] for one in placed}

            env, mounted = values(variables), values(files)
            fixed = {one.secret.casefold() for one in variables}
            for name, lease in leases.items():
                lease.face = lease
                core.background.keep(lease)
                if name not in fixed:
                    # A file can be replaced while the task runs; a variable cannot.
                    places = [(one.name, one.key) for one in files if one.secret.casefold() == name]
                    _replace_on_rotation(core, lease, places)
            with PLACEMENT.of(env, mounted):
                yield (*env.values(), *mounted.values())
            outcome = "succeeded"
        finally:
            drive(core.complete(course, outcome))

    def _look(self, result: object, values: Sequence[Value]) -> None:
        """Warns if a value leaves with the result, which is stored and shown where tasks are run."""
        if not isinstance(result, (str, bytes)):
            return
        given = result.encode() if isinstance(result, str) else result
        for value in values:
            secret = value.reveal_bytes()
            if len(secret) >= SHORTEST_LEAK and secret in given:
                message = f"the task {self.name} returns a value of a secret: results are stored in clear"
                warnings.warn(message, LeakWarning, stacklevel=3)
                return


class _Failed(Exception):
    """Stands for what a task raised, where only that it did is of interest."""


def _wanted(placed: Sequence[Placed]) -> list[Needed]:
    """One need for each secret, with all keys of it that go anywhere; names are the same whatever their case."""
    keys: dict[str, set[str]] = {}
    for one in placed:
        keys.setdefault(one.secret.casefold(), set()).add(one.key)
    names = {one.secret.casefold(): one.secret for one in placed}
    return [Needed(names[name], sorted(which)) for name, which in keys.items()]


def _replace_on_rotation(core: Core, lease: Tenure, places: Sequence[tuple[str, str]]) -> None:
    def replace(moved: Tenure) -> None:
        for path, key in places:
            PLACEMENT.replace(path, moved.held.values[key])

    lease.callbacks.append(replace)
    core.background.listen(lease)
