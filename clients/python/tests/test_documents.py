"""What is written down is so."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from conftest import REPOSITORY, Broker, run

HOME = REPOSITORY / "clients" / "python"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)

pytestmark = pytest.mark.skipif(not HOME.is_dir(), reason="the repository is not here")


def blocks(language: str) -> list[str]:
    text = (HOME / "README.md").read_text()
    return [code for kind, code in BLOCK.findall(text) if kind == language]


def test_the_code_of_the_readme_runs_from_top_to_bottom(broker: Broker) -> None:
    assert len(blocks("python")) >= 6
    told = run("\n".join(blocks("python")), broker.environment())
    assert (told.code, told.err) == (0, "")
    for shown in ("'password': <hidden>", "<Secret licence of demo, version 1>", "version.announced"):
        assert shown in told.out
    for value in ("first-9f2c", "second-41d7", "token-77aa"):
        assert value not in told.out


def test_it_is_installed_as_the_readme_says() -> None:
    (install,) = blocks("sh")
    assert f"  {install}" in (HOME / "test").read_text().splitlines(keepends=True)


@pytest.mark.skipif(not os.environ.get("HUSHBUS_DISTRIBUTIONS"), reason="clients/python/test builds them")
def test_wheel_and_source_hold_what_they_should() -> None:
    built = Path(os.environ["HUSHBUS_DISTRIBUTIONS"])
    (wheel,) = built.glob("*.whl")
    (source,) = built.glob("*.tar.gz")
    names = zipfile.ZipFile(wheel).namelist()
    assert "hushbus/py.typed" in names
    assert not [name for name in names if name.startswith("tests")]
    metadata = next(name for name in names if name.endswith("METADATA"))
    text = zipfile.ZipFile(wheel).read(metadata).decode()
    assert re.findall(r"^Requires-Dist: (\S+)(?!.*extra)", text, re.MULTILINE)[0].startswith("httpx")
    assert source.stat().st_size > 10_000


def test_the_package_has_no_dependency_but_httpx() -> None:
    program = (
        "import sys; before = set(sys.modules); import hushbus; import httpx;"
        "print(sorted({name.partition('.')[0] for name in set(sys.modules) - before} & "
        "{'requests', 'pydantic', 'cryptography', 'yaml'}))"
    )
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert shown.stdout == "[]\n"


ROW = re.compile(r"^\| ([TYFDI]\d+) \| ([^|]+) \| ([^|]+) \| (.+) \|$", re.MULTILINE)
SHOWN = re.compile(r"`([A-Za-z0-9_.:-]+)`")


def rows() -> list[tuple[str, str]]:
    text = (REPOSITORY / "docs" / "from-other-products.md").read_text()
    return [(id, shown) for id, _, _, shown in ROW.findall(text)]


def exists(shown: str) -> bool:
    if shown.startswith("scenario:"):
        return (REPOSITORY / "src/test/resources/scenarios" / f"{shown[9:]}.http").exists()
    if shown.startswith("command:"):
        return (REPOSITORY / "src/test/resources/cli" / f"{shown[8:]}.txt").exists()
    if shown.startswith("test_"):
        return any(f"def {shown}(" in file.read_text() for file in (HOME / "tests").glob("test_*.py"))
    kind, _, method = shown.partition(".")
    files = list((REPOSITORY / "src/test/java").rglob(f"{kind}.java"))
    return bool(files) and (not method or f" {method}(" in files[0].read_text())


def test_every_row_of_the_table_of_other_products_is_there_once() -> None:
    wanted = [f"{letter}{n}" for letter, last in zip("TYFDI", (14, 16, 31, 22, 13)) for n in range(1, last + 1)]
    assert [id for id, _ in rows()] == wanted


def test_every_row_names_a_test_that_exists_or_says_why_it_is_different() -> None:
    for id, shown in rows():
        names = SHOWN.findall(shown)
        assert names or re.match(r"(Different|Not yet|Not here): .{20,}\.$", shown), id
        for name in names:
            assert exists(name), f"{id} names {name}"


def test_a_test_with_the_id_of_a_row_is_in_that_row() -> None:
    own = (HOME / "tests" / "test_other_products.py").read_text()
    shown = dict(rows())
    for test in re.findall(r"^def (test_\w+)\(", own, re.MULTILINE):
        for id in re.findall(r"_([tyfdi]\d+)(?=_)", test):
            assert test in shown[id.upper()], f"{id} does not name {test}"
