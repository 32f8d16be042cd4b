"""Foreign keys that are judged while other tables are read are judged once, by the tables that they need."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from conftest import MakePackage

from factpack import ahead
from factpack.package import open_package
from factpack.row_tests import Parent
from factpack.table import read

TEXT = [{"name": "a", "type": "string"}]


def test_a_foreign_key_is_judged_once_when_both_of_its_tables_are_read(
    make_package: MakePackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[str] = []

    def judged(table: Any, key: Any, parent: Parent) -> Any:
        begun.append(f"{table.resource.name} in {parent.name}")
        return original(table, key, parent)

    original = ahead.judged_key
    monkeypatch.setattr(ahead, "judged_key", judged)
    referring = {
        "fields": TEXT,
        "foreignKeys": [{"fields": ["a"], "reference": {"resource": "u", "fields": ["a"]}}],
    }
    package = open_package(make_package(t=("a\nx\ny\n", referring), u=("a\nx\n", TEXT), v=("a\nz\n", TEXT)))
    tables = {name: read(package.resource(name)) for name in "tuv"}
    (key,) = tables["t"].schema.foreign_keys
    parent = Parent(name="u", key=tables["u"].key(["a"]))

    with ThreadPoolExecutor(1) as pool:
        keys = ahead.Ahead(pool)
        keys.note(tables["t"])
        assert not begun
        keys.note(tables["u"])
        keys.note(tables["v"])
        pool.submit(int).result()  # the one thread has done what was begun before
        assert begun == ["t in u"]
        found = keys.verdict(tables["t"], key, parent).result()

    assert found.passed is not None
    assert found.passed.tolist() == [True, False]
    assert begun == ["t in u"]
