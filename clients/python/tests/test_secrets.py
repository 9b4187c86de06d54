"""Keeping and reading secrets, against a broker."""

from __future__ import annotations

import pytest

import hushbus
from conftest import Broker, run, until
from hushbus import Client, InUse, Invalid, NameTaken, NotFound, Unauthenticated


def live(admin: Client, secret_id: str) -> list[str]:
    found = admin.request("GET", "/leases", secret=secret_id, state="active")
    return [one["id"] for one in found["leases"]]


def test_content_says_what_a_secret_is(client: Client, name: str) -> None:
    text = client.secrets.create(f"{name}-t", "plain")
    pairs = client.secrets.create(f"{name}-p", {"user": "app", "blob": b"\x00\xff"})
    file = client.secrets.create(f"{name}-f", b"\x00\xff")

    assert (text.type, pairs.type, file.type) == ("text", "key_value", "file")
    assert client.secrets.get(text.name).value.reveal() == "plain"
    assert client.secrets.get(pairs.name).data["user"].reveal() == "app"
    assert client.secrets.get(pairs.name).data["blob"].reveal_bytes() == b"\x00\xff"
    assert client.secrets.get(file.name).value.reveal_bytes() == b"\x00\xff"


def test_a_json_document_is_kept_as_one(client: Client, name: str) -> None:
    client.secrets.create(name, {"nested": [1, 2]}, type="json")
    assert client.secrets.get(name).value.reveal() == '{"nested": [1, 2]}'


def test_reading_again_is_the_same_lease_on_the_newest_version(client: Client, admin: Client, name: str) -> None:
    made = client.secrets.create(name, "first")
    assert client.secrets.get(name).version == 1
    client.secrets.update(name, "second")

    again = client.secrets.get(name)

    assert (again.version, again.value.reveal()) == (2, "second")
    (lease,) = live(admin, made.id)
    assert admin.request("GET", f"/leases/{lease}")["applied_version"] == 2


def test_what_was_read_is_held_until_the_client_is_closed(broker: Broker, admin: Client, name: str) -> None:
    body = {"name": name, "type": "text", "value": "x", "max_lease_seconds": 3}
    made = admin.request("POST", "/secrets", body, project="demo")["id"]
    with broker.client() as client:
        client.secrets.get(name)
        first = live(admin, made)
        until(lambda: bool(set(live(admin, made)) - set(first)))
    assert live(admin, made) == []


def test_reading_again_after_the_lease_was_ended_is_a_new_lease(client: Client, admin: Client, name: str) -> None:
    made = client.secrets.create(name, "first")
    client.secrets.get(name)
    (first,) = live(admin, made.id)
    admin.request("POST", f"/leases/{first}/revoke")

    assert client.secrets.get(name).value.reveal() == "first"
    assert live(admin, made.id) != [first]


def test_some_pairs_change_and_the_rest_stays(client: Client, name: str) -> None:
    client.secrets.create(name, {"a": "1", "b": "2", "c": "3"})
    client.secrets.patch(name, {"a": "new", "b": None, "d": b"\xff"})
    data = client.secrets.get(name).data
    assert sorted(data) == ["a", "c", "d"]
    assert data["a"].reveal() == "new"


def test_a_file_keeps_its_name(client: Client, name: str) -> None:
    client.secrets.create(name, b"1")
    assert client.secrets.update(name, b"2").keys == (name,)


def test_nothing_said_is_the_scope_of_the_settings(broker: Broker, name: str) -> None:
    with broker.client(domain="staging") as there:
        made = there.secrets.create(name, "x")
        assert (made.project, made.domain) == ("demo", "staging")
        assert there.secrets.info(name, domain="staging").id == made.id
        wide = there.secrets.create(name, "x", project="")
        assert (wide.project, wide.domain) == (None, None)


def test_own_readings_do_not_stand_in_the_way_of_a_deletion(client: Client, name: str) -> None:
    client.secrets.create(name, "x")
    client.secrets.get(name)
    client.secrets.delete(name)
    with pytest.raises(NotFound):
        client.secrets.info(name)


def test_leases_of_others_do(client: Client, broker: Broker, name: str) -> None:
    client.secrets.create(name, "x")
    with broker.client(broker.runner) as other, other.lease(name) as lease:
        with pytest.raises(InUse) as raised:
            client.secrets.delete(name)
        assert [one.id for one in raised.value.blockers] == [lease.id]
    client.secrets.delete(name)


def test_scopes_are_as_they_are_said(client: Client, name: str) -> None:
    client.secrets.create(name, "wide")
    client.secrets.create(name, "narrow", project="demo", domain="staging")

    assert client.secrets.get(name).value.reveal() == "wide"
    assert client.secrets.get(name, project="demo", domain="staging").value.reveal() == "narrow"
    assert client.secrets.get(name, project="demo", domain="production").value.reveal() == "wide"
    seen = client.secrets.list(project="demo", domain="production", inherited=True, name_prefix=name)
    assert [one.name for one in seen] == [name]


def test_refusals_are_of_their_kind_and_say_what_to_do(client: Client, broker: Broker, name: str) -> None:
    client.secrets.create(name, "x")
    with pytest.raises(NameTaken, match="take another name"):
        client.secrets.create(name, "x")
    with pytest.raises(Invalid, match="/name") as raised:
        client.secrets.create("-", "canary-of-a-value")
    assert "canary" not in str(raised.value)
    assert raised.value.request_id
    with pytest.raises(Unauthenticated, match="HUSHBUS_TOKEN"), broker.client("hsb_wrong") as nobody:
        nobody.secrets.list()


def test_a_list_is_as_long_as_it_is(client: Client, admin: Client) -> None:
    hushbus.get_or_create_project("pages", client=admin)
    for number in range(3):
        admin.secrets.create(f"one-{number}", "x", project="pages")
    assert [one.name for one in client.secrets.list(project="pages")] == ["one-0", "one-1", "one-2"]
    assert client.whoami()["principal"]["name"] == "dev-app"


def test_the_end_of_a_process_gives_back_what_it_held(broker: Broker, admin: Client, name: str) -> None:
    made = admin.secrets.create(name, "x")
    program = f"""
import asyncio, hushbus
client = hushbus.Client()
assert client.secrets.get({name!r}).value.reveal() == "x"
lease = client.lease({name!r})
other = hushbus.AsyncClient()
async def main():
    await other.secrets.get({name!r})
asyncio.run(main())
import json, urllib.request, os
request = urllib.request.Request(
    os.environ["HUSHBUS_ADDR"] + "/api/v1/leases?state=active&secret={made.id}",
    headers={{"Authorization": "Bearer " + os.environ["HUSHBUS_TOKEN"]}})
with urllib.request.urlopen(request) as answer:
    print(len(json.load(answer)["leases"]))
"""
    told = run(program, broker.environment())
    assert (told.code, told.out) == (0, "3\n"), told.err
    assert live(admin, made.id) == []
