"""
What users of other products write runs here, with another import and another place where the client is made. The
tests have the ids of docs/from-other-products.md.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

import hushbus
from conftest import Broker, run
from hushbus import CannotMount, Client, LeakWarning, NameTaken, Secret, TaskEnvironment, Unresolved

INTERACTIVE = """
import asyncio
import hushbus

interactiveai = hushbus.AsyncClient()

async def main():
    # List all secrets
    secrets = await interactiveai.platform.secrets.list()
    for s in secrets:
        print(f"{s.name} (keys: {s.keys})")

    # Get a specific secret by name
    secret = await interactiveai.platform.secrets.get("payment-service")
    payment_api_key = secret.data["api_key"]

    # Create a new secret
    await interactiveai.platform.secrets.create("my-secret", {"api_key": "sk-..."})

    # Update an existing secret
    await interactiveai.platform.secrets.update("my-secret", {"api_key": "sk-new-..."})

    # Delete a secret
    await interactiveai.platform.secrets.delete("my-secret")

asyncio.run(main())
"""


def test_i6_i7_i8_i9_secrets_are_listed_read_made_changed_and_deleted(
    broker: Broker, admin: Client, client: Client
) -> None:
    hushbus.get_or_create_project("payments", client=admin)
    client.secrets.create("payment-service", {"api_key": "canary-sk", "url": "x"}, project="payments")

    told = run(INTERACTIVE, broker.environment(HUSHBUS_PROJECT="payments"))

    assert (told.code, told.err) == (0, "")
    assert told.out == "payment-service (keys: ('api_key', 'url'))\n"
    assert [one.name for one in client.secrets.list(project="payments")] == ["payment-service"]


DIGITALHUB = """
import hushbus as dhcore

project = dhcore.get_or_create_project("project-secrets")

secret0 = project.new_secret(name="somesecret", secret_value="value1")
print(secret0)

secret0 = project.get_secret("somesecret")
print(secret0.read_secret_value())

secret0.set_secret_value(value="value1")
print(secret0.read_secret_value())

secrets = project.list_secrets()
print(secrets)

project.delete_secret(entity_name="somesecret")
secrets = project.list_secrets()
print(secrets)
"""


def test_d2_d3_d5_d7_d8_d9_d10_d11_a_project_has_secrets_as_it_has_other_things(broker: Broker, admin: Client) -> None:
    hushbus.get_or_create_project("project-secrets", client=admin)
    for _ in range(2):
        told = run(DIGITALHUB, broker.environment())
        assert (told.code, told.err) == (0, "")
        made, first, second, listed, empty = told.out.splitlines()
        assert made.startswith("<Secret somesecret of project-secrets, version")
        assert (first, second) == ("value1", "value1")
        assert listed.startswith("[<Secret somesecret of project-secrets, version")
        assert empty == "[]"


def test_d12_d16_a_name_is_there_once_and_a_secret_has_a_value(client: Client, admin: Client) -> None:
    made = hushbus.get_or_create_project("entities", client=admin)
    again = hushbus.get_or_create_project("Entities", client=client)
    assert again.id == made.id

    secret = again.new_secret(name="labelled", secret_value="x", description="d", labels={"team": "vision"})
    assert (secret.name, dict(secret.labels), secret.info.description) == ("labelled", {"team": "vision"}, "d")
    with pytest.raises(NameTaken):
        again.new_secret(name="labelled", secret_value="y")
    with pytest.raises(ValueError, match="secret_value"):
        again.new_secret(name="without")
    again.delete_secret("labelled")


VARIABLE = """
import os
import hushbus as flyte

env_1 = flyte.TaskEnvironment(
    name="env_1",
    secrets=[
        flyte.Secret(key="my_secret", as_env_var="MY_SECRET_ENV_VAR"),
    ]
)

@env_1.task
def task_1():
    my_secret_value = os.getenv("MY_SECRET_ENV_VAR")
    print(f"My secret value is: {my_secret_value}")

task_1()
print(os.getenv("MY_SECRET_ENV_VAR"))
"""

FILE = """
import os
import hushbus as flyte

env_2 = flyte.TaskEnvironment(
    name="env_2",
    secrets=[
        flyte.Secret(key="my_secret", mount="/etc/flyte/secrets"),
    ]
)

@env_2.task
def task_2():
    with open("/etc/flyte/secrets/my_secret", "r") as f:
        my_secret_file_content = f.read()
    print(f"My secret file content is: {my_secret_file_content}")

task_2()
print(os.path.exists("/etc/flyte/secrets/my_secret"))
"""


@pytest.fixture(scope="module")
def flyte(broker: Broker) -> None:
    with broker.client(broker.admin) as admin:
        hushbus.get_or_create_project("my_project", client=admin)
        admin.secrets.create("my_secret", "my_secret_value", project="my_project", domain="development")


@pytest.mark.usefixtures("flyte")
def test_f8_a_task_has_its_secret_in_a_variable(broker: Broker) -> None:
    told = run(VARIABLE, broker.environment(HUSHBUS_PROJECT="my_project", HUSHBUS_DOMAIN="development"))
    assert (told.code, told.out, told.err) == (0, "My secret value is: my_secret_value\nNone\n", "")


@pytest.mark.usefixtures("flyte")
def test_f9_a_task_has_its_secret_in_a_file_at_the_usual_place(broker: Broker) -> None:
    told = run(FILE, broker.environment(HUSHBUS_PROJECT="my_project", HUSHBUS_DOMAIN="development"))
    if os.access("/etc", os.W_OK):
        assert (told.code, told.out, told.err) == (0, "My secret file content is: my_secret_value\nFalse\n", "")
        assert not Path("/etc/flyte").exists()
    else:
        assert CannotMount.__name__ in told.err


@pytest.mark.usefixtures("flyte")
@pytest.mark.parametrize("elsewhere", [{"domain": "production"}, {"project": "demo", "domain": "development"}])
def test_f10_f26_a_secret_of_another_scope_is_refused_with_the_reason(
    client: Client, elsewhere: dict[str, str]
) -> None:
    project = elsewhere.get("project", "my_project")
    tasks = TaskEnvironment("env", Secret("my_secret"), client=client, project=project, domain=elsewhere["domain"])

    @tasks.task
    def work() -> None:
        raise AssertionError("it is not to start")

    with pytest.raises(Unresolved, match=f"my_secret: missing .*in {project}/{elsewhere['domain']}, nor in a wider"):
        work()


def test_f11_what_leaves_a_task_with_its_result_is_warned_of(client: Client) -> None:
    client.secrets.create("result-secret", "a-value-to-keep")

    @TaskEnvironment("env", Secret("result-secret", as_env_var="KEEP"), client=client).task
    def work() -> str:
        return os.environ["KEEP"]

    with pytest.warns(LeakWarning):
        work()


def test_f14_f15_f25_the_variable_is_named_after_group_and_key_and_goes_before_the_users(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.secrets.create("db-login-14", {"password": "p"})
    monkeypatch.setenv("DB_LOGIN_14_PASSWORD", "the user's")

    @TaskEnvironment("env", Secret(key="password", group="db-login-14"), client=client).task
    def work() -> str:
        return os.environ["DB_LOGIN_14_PASSWORD"]

    assert work() == "p"
    assert os.environ["DB_LOGIN_14_PASSWORD"] == "the user's"


def test_f27_secrets_are_replaced_for_one_call(client: Client) -> None:
    client.secrets.create("usual-27", "usual")
    client.secrets.create("other-27", "other")

    @TaskEnvironment("env", Secret("usual-27", as_env_var="V_27"), client=client).task
    def work() -> str:
        return os.environ["V_27"]

    assert (work(), work.override(secrets=[Secret("other-27", as_env_var="V_27")])()) == ("usual", "other")


def test_y6_a_secret_is_the_variable_of_its_name(client: Client) -> None:
    client.secrets.create("Secret-of-Y6", "cell")

    @TaskEnvironment("env", "Secret-of-Y6", client=client).task
    def cell() -> str:
        return os.environ["Secret-of-Y6"]

    assert cell() == "cell"


def test_t7_the_whole_document_is_one_variable(client: Client) -> None:
    client.secrets.create("bucket-login", {"type": "service_account", "id": 7}, type="json")

    @TaskEnvironment("env", Secret("bucket-login", as_env_var="AUTH_SECRET"), client=client).task
    def integration_script() -> int:
        auth_secret_string = os.environ["AUTH_SECRET"]
        auth_secret = json.loads(auth_secret_string)
        return int(auth_secret["id"])

    assert integration_script() == 7
