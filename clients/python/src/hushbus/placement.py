"""Variables and files of tasks: put in place before, gone after."""

from __future__ import annotations

import contextlib
import fcntl
import itertools
import os
import shutil
import tempfile
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from hushbus.errors import CannotMount, Clash
from hushbus.values import Value

PREFIX = "hushbus-task-"
_MAKING = ".hushbus-making-"
_LOCK = ".lock"


@dataclass
class _Shared:
    """A variable or file that one or more tasks of this process have; ``before`` is what a variable was."""

    value: Value
    users: int
    before: str | None = None
    real: Path | None = None


class Placement:
    """
    What the tasks of this process have in its environment and in files. Two tasks at the same time may have the same
    thing in the same place; another thing in the same place is refused, as the process has one environment.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._variables: dict[str, _Shared] = {}
        self._files: dict[str, _Shared] = {}
        self._made: dict[str, int] = {}
        self._directory: Directory | None = None
        self._numbers = itertools.count()

    @contextlib.contextmanager
    def of(self, variables: Mapping[str, Value], files: Mapping[str, Value]) -> Iterator[None]:
        """All of it for as long as the block lasts."""
        with contextlib.ExitStack() as undo:
            with self._lock:
                for name, value in variables.items():
                    self._set(name, value)
                    undo.callback(self._unset, name)
                for path, value in files.items():
                    self._write(path, value)
                    undo.callback(self._remove, path)
            yield

    def replace(self, path: str, value: Value) -> None:
        """Another content for a file that is there, at once for every reader."""
        with self._lock:
            shared = self._files.get(path)
            if shared is not None and shared.real is not None:
                _fill(shared.real, value)
                shared.value = value

    # ---- variables

    def _set(self, name: str, value: Value) -> None:
        shared = self._variables.get(name)
        if shared is None:
            before = os.environ.get(name)
            os.environ[name] = value.reveal()
            self._variables[name] = _Shared(value, 1, before)
            return
        if not shared.value.matches(value.reveal_bytes()):
            raise Clash(f"another task of this process has something else in the variable {name}")
        shared.users += 1

    def _unset(self, name: str) -> None:
        with self._lock:
            shared = self._variables[name]
            shared.users -= 1
            if shared.users:
                return
            del self._variables[name]
            if shared.before is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = shared.before

    # ---- files

    def _write(self, path: str, value: Value) -> None:
        shared = self._files.get(path)
        if shared is not None:
            if not shared.value.matches(value.reveal_bytes()):
                raise Clash(f"another task of this process has something else in the file {path}")
            shared.users += 1
            return
        if self._directory is None:
            self._directory = Directory()
        real = self._directory.path / f"{next(self._numbers)}-{Path(path).name}"
        _fill(real, value)
        try:
            self._link(Path(path), real)
        except OSError as refused:
            real.unlink()
            self._tidy()
            raise CannotMount(
                f"{path} cannot be put in place ({refused.strerror}): mount it in a directory that "
                "this user may write to, or take a variable"
            ) from None
        except CannotMount:
            real.unlink()
            self._tidy()
            raise
        self._files[path] = _Shared(value, 1, real=real)

    def _link(self, path: Path, real: Path) -> None:
        """The file is in memory where there is such a place; what a task sees is a link to it."""
        for parent in reversed(path.parents):
            if not parent.exists():
                parent.mkdir(mode=0o700)
                self._made[str(parent)] = 0
        if path.is_symlink() and PREFIX in os.readlink(path) and not path.exists():
            path.unlink()
        try:
            path.symlink_to(real)
        except FileExistsError:
            raise CannotMount(f"{path} is there already: mount it in another directory") from None
        for parent in path.parents:
            if str(parent) in self._made:
                self._made[str(parent)] += 1

    def _remove(self, path: str) -> None:
        with self._lock:
            shared = self._files[path]
            shared.users -= 1
            if shared.users or shared.real is None:
                return
            del self._files[path]
            link = Path(path)
            if link.is_symlink() and os.readlink(link) == str(shared.real):
                link.unlink()
            shared.real.unlink(missing_ok=True)
            for parent in link.parents:
                if str(parent) in self._made:
                    self._made[str(parent)] -= 1
            self._tidy()

    def _tidy(self) -> None:
        """Takes away the directories that were made for files which are gone."""
        for parent in sorted(self._made, key=len, reverse=True):
            if self._made[parent] <= 0:
                del self._made[parent]
                with contextlib.suppress(OSError):
                    Path(parent).rmdir()
        if not self._files and self._directory is not None:
            self._directory.close()
            self._directory = None


class Directory:
    """
    A directory of this process alone, in memory where there is a place for that, locked for as long as the process
    lives. Those of processes that died are removed by the next one.
    """

    def __init__(self, base: Path | None = None) -> None:
        base = base or roomiest()
        sweep(base)
        # It gets the name by which others sweep it once it is locked.
        making = Path(tempfile.mkdtemp(prefix=_MAKING, dir=base))
        self._lock = os.open(making / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        self.path = making.rename(base / (PREFIX + making.name[len(_MAKING) :]))
        self._process = os.getpid()

    def close(self) -> None:
        if self._process == os.getpid():
            shutil.rmtree(self.path, ignore_errors=True)
        os.close(self._lock)


def roomiest() -> Path:
    """Where files are kept in memory, else where temporary files are."""
    for candidate in ("/dev/shm", os.environ.get("XDG_RUNTIME_DIR", "")):  # noqa: S108
        if candidate and os.path.isdir(candidate) and os.access(candidate, os.W_OK | os.X_OK):
            return Path(candidate)
    return Path(tempfile.gettempdir())


def sweep(base: Path) -> None:
    """Removes what killed processes of this user have left."""
    for left in base.glob(PREFIX + "*"):
        with contextlib.suppress(OSError):
            if left.is_symlink() or left.stat().st_uid != os.getuid():
                continue
            lock = os.open(left / _LOCK, os.O_RDWR | os.O_CLOEXEC)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(left, ignore_errors=True)
            finally:
                os.close(lock)


def _fill(path: Path, value: Value) -> None:
    """Writes the file whole, or not at all, readable by its owner alone."""
    draft = path.with_name(path.name + ".new")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o400)
    with os.fdopen(handle, "wb") as file:
        file.write(value.reveal_bytes())
    os.replace(draft, path)


PLACEMENT = Placement()
"""That of this process."""
