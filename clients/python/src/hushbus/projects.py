"""Projects and their secrets as objects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hushbus.client import Client
from hushbus.errors import NameTaken, NotFound
from hushbus.model import SecretInfo
from hushbus.standard import standard_client
from hushbus.wire import drive


def get_or_create_project(name: str, description: str | None = None, *, client: Client | None = None) -> Project:
    """The project of this name, which is made if it is not there; making one takes an admin of the tenant."""
    chosen = client or standard_client()
    try:
        return Project(chosen, chosen.request("GET", f"/projects/{name}"))
    except NotFound:
        pass
    body = {"name": name} if description is None else {"name": name, "description": description}
    try:
        return Project(chosen, chosen.request("POST", "/projects", body))
    except NameTaken:
        return Project(chosen, chosen.request("GET", f"/projects/{name}"))


class Project:
    """One project. Its secrets are those of the project itself, in no domain."""

    def __init__(self, client: Client, answer: Mapping[str, Any]) -> None:
        self._client = client
        self.id: str = answer["id"]
        self.name: str = answer["name"]
        self.description: str = answer.get("description", "")

    def new_secret(
        self,
        name: str,
        secret_value: str | None = None,
        *,
        description: str | None = None,
        labels: Mapping[str, str] | None = None,
    ) -> ProjectSecret:
        """A secret with its first value. Raises :class:`hushbus.NameTaken` if there is one of that name."""
        if secret_value is None:
            raise ValueError("a secret has a value: say secret_value")
        made = self._client.secrets.create(
            name,
            secret_value,
            type="text",
            description=description,
            labels=labels,
            project=self.name,
        )
        return ProjectSecret(self._client, made)

    def get_secret(self, identifier: str) -> ProjectSecret:
        """The secret of that name, without its value."""
        return ProjectSecret(self._client, self._client.secrets.info(identifier, project=self.name))

    def list_secrets(self) -> list[ProjectSecret]:
        """All of them, without their values."""
        found = self._client.secrets.list(project=self.name)
        return [ProjectSecret(self._client, one) for one in found]

    def delete_secret(self, identifier: str | None = None, *, entity_name: str | None = None) -> None:
        """Moves one to the trash, by its name. Raises :class:`hushbus.InUse` while others use it."""
        name = identifier or entity_name
        if name is None:
            raise ValueError("say which secret: entity_name")
        self._client.secrets.delete(name, project=self.name)

    def __repr__(self) -> str:
        return f"<Project {self.name}>"


class ProjectSecret:
    """A secret of a project. Printing it shows no value."""

    def __init__(self, client: Client, info: SecretInfo) -> None:
        self._client = client
        self.info = info

    @property
    def id(self) -> str:
        return self.info.id

    @property
    def name(self) -> str:
        return self.info.name

    @property
    def labels(self) -> Mapping[str, str]:
        return self.info.labels

    def read_secret_value(self) -> str:
        """
        The value itself, as text that prints: asking for it by this name is what revealing is elsewhere. It comes by a
        lease, and is on record.
        """
        reading = self._client.secrets.get(self.info.name, project=self.info.project)
        return reading.value.reveal()

    def set_secret_value(self, value: str) -> None:
        """Another value: a rotation, of which those who hold the old one are told."""
        core = self._client._core
        scope = core.scope(self.info.project, self.info.domain)
        self.info = drive(core.update(self.info.name, value, scope))

    def __repr__(self) -> str:
        return f"<Secret {self.info.name} of {self.info.project}, version {self.info.version}>"
