"""
Client of Hushbus, the secret broker that knows who holds which version of a secret.

:class:`Client` and :class:`AsyncClient` read, lease and keep secrets; :class:`TaskEnvironment` puts them in place for a
task; :func:`get_or_create_project` is the way of those who think in projects. Values hide themselves: see
:class:`Value`.
"""

import logging

from hushbus._version import __version__
from hushbus.aio import AsyncClient, AsyncLease, AsyncRun
from hushbus.calls import Retry
from hushbus.client import Client, Lease, Run
from hushbus.errors import (
    Blocker,
    CannotMount,
    Clash,
    Conflict,
    Denied,
    FieldError,
    Gone,
    HushbusError,
    InUse,
    Invalid,
    LeakWarning,
    LeaseEnded,
    NameTaken,
    NotFound,
    OverBudget,
    PreconditionFailed,
    Problem,
    SettingsError,
    Unauthenticated,
    Unavailable,
    Unreachable,
    Unresolved,
)
from hushbus.model import Notice, Reading, SecretInfo
from hushbus.projects import Project, ProjectSecret, get_or_create_project
from hushbus.settings import Settings
from hushbus.standard import use
from hushbus.tasks import Secret, Task, TaskEnvironment
from hushbus.values import Value, Values

logging.getLogger("hushbus").addHandler(logging.NullHandler())

__all__ = [
    "AsyncClient",
    "AsyncLease",
    "AsyncRun",
    "Blocker",
    "CannotMount",
    "Clash",
    "Client",
    "Conflict",
    "Denied",
    "FieldError",
    "Gone",
    "HushbusError",
    "InUse",
    "Invalid",
    "LeakWarning",
    "Lease",
    "LeaseEnded",
    "NameTaken",
    "NotFound",
    "Notice",
    "OverBudget",
    "PreconditionFailed",
    "Problem",
    "Project",
    "ProjectSecret",
    "Reading",
    "Retry",
    "Run",
    "Secret",
    "SecretInfo",
    "Settings",
    "SettingsError",
    "Task",
    "TaskEnvironment",
    "Unauthenticated",
    "Unavailable",
    "Unreachable",
    "Unresolved",
    "Value",
    "Values",
    "__version__",
    "get_or_create_project",
    "use",
]
