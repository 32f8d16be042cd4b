"""Databases hold what the schemas ask for: keys, categories, bounds; and show rows by what they are called."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pytest
from conftest import ROOT, MakePackage
from samples import PROFILE

from factpack.exceptions import PackageError
from factpack.export import duckdb as duckdb_export
from factpack.export import export
from factpack.export.site.labels import Labels
from factpack.export.site.tables import read_site
from factpack.forms import ExportForm
from factpack.package import open_package

DATASET = open_package(ROOT / "datapackage.json")
BOTH = pytest.mark.parametrize("target", [ExportForm.SQLITE, ExportForm.DUCKDB])

Json = dict[str, Any]


@contextmanager
def opened(target: ExportForm, path: Path) -> Iterator[Any]:
    """Open a database; SQLite is to enforce foreign keys, as DuckDB always does."""
    if target is ExportForm.SQLITE:
        with closing(sqlite3.connect(path)) as database:
            database.execute("PRAGMA foreign_keys = ON")
            yield database
    else:
        with duckdb.connect(str(path)) as database:
            yield database


def rows(database: Any, query: str) -> list[tuple[Any, ...]]:
    return list(database.execute(query).fetchall())


def schema(*fields: Json, **keys: Any) -> Json:
    return {"fields": list(fields), **keys}


def field(name: str, kind: str = "string", **others: Any) -> Json:
    return {"name": name, "type": kind, **others}


def foreign(fields: list[str], resource: str, there: list[str]) -> Json:
    return {"fields": fields, "reference": {"resource": resource, "fields": there}}


TOWNS = (
    "id,name,within,size\nmacao,Macao,china,small\nchina,China,,large\n",
    schema(
        field("id", constraints={"required": True, "unique": True}),
        field("name"),
        field("within"),
        field("size", categories=["small", "large"]),
        primaryKey="id",
        foreignKeys=[foreign(["within"], "", ["id"])],
    ),
)
VISITS = (
    "no,town_id,day,held,score\n1,macao,2025-01-02,true,0.5\n2,china,,false,\n",
    schema(
        field("no", "integer", constraints={"minimum": 1, "exclusiveMaximum": 10}),
        field("town_id", constraints={"required": True}),
        field("day", "date", constraints={"minimum": "2025-01-01", "unique": True}),
        field("held", "boolean"),
        field("score", "number", constraints={"enum": [0.5, 1]}),
        primaryKey=["no"],
        uniqueKeys=[["town_id", "score"]],
        foreignKeys=[foreign(["town_id"], "towns", ["id"])],
    ),
)


@pytest.fixture
def make(make_package: MakePackage, tmp_path: Path) -> Callable[..., tuple[Path, list[str]]]:
    def of(target: ExportForm, **tables: Any) -> tuple[Path, list[str]]:
        return tmp_path / "out", export(open_package(make_package(**tables)), target, tmp_path / "out")

    return of


@BOTH
@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO visits VALUES (1, 'china', NULL, NULL, NULL)",
        "INSERT INTO visits VALUES (NULL, 'china', NULL, NULL, NULL)",
        "INSERT INTO visits VALUES (3, NULL, NULL, NULL, NULL)",
        "INSERT INTO visits VALUES (3, 'atlantis', NULL, NULL, NULL)",
        "INSERT INTO visits VALUES (0, 'china', NULL, NULL, NULL)",
        "INSERT INTO visits VALUES (10, 'china', NULL, NULL, NULL)",
        "INSERT INTO visits VALUES (3, 'china', '2024-12-31', NULL, NULL)",
        "INSERT INTO visits VALUES (3, 'china', '2025-01-02', NULL, NULL)",
        "INSERT INTO visits VALUES (3, 'china', NULL, NULL, 0.7)",
        "INSERT INTO visits VALUES (3, 'macao', NULL, NULL, 0.5)",
        "INSERT INTO towns VALUES ('x', 'X', 'atlantis', NULL)",
        "INSERT INTO towns VALUES ('x', 'X', NULL, 'medium')",
        "INSERT INTO visits VALUES ('three', 'china', NULL, NULL, NULL)",
        "DELETE FROM towns WHERE id = 'macao'",
    ],
    ids=lambda statement: statement.partition("VALUES ")[2] or statement,
)
def test_what_the_schema_forbids_the_database_refuses(target: ExportForm, statement: str, make: Any) -> None:
    path, _ = make(target, visits=VISITS, towns=TOWNS)

    with opened(target, path) as database, pytest.raises((sqlite3.IntegrityError, duckdb.Error)):
        database.execute(statement)


def test_sqlite_has_no_boolean_but_0_and_1(make: Any) -> None:
    path, _ = make(ExportForm.SQLITE, visits=VISITS, towns=TOWNS)

    with opened(ExportForm.SQLITE, path) as database, pytest.raises(sqlite3.IntegrityError, match="CHECK"):
        database.execute("INSERT INTO visits VALUES (3, 'china', NULL, 2, NULL)")


@BOTH
def test_what_the_schema_allows_the_database_takes(target: ExportForm, make: Any) -> None:
    path, lines = make(target, visits=VISITS, towns=TOWNS)

    with opened(target, path) as database:
        database.execute("INSERT INTO towns VALUES ('x', NULL, 'macao', NULL)")
        database.execute("INSERT INTO visits VALUES (9, 'x', '2025-01-01', NULL, 1)")
        count = rows(database, "SELECT count(*) FROM visits")

    assert count == [(3,)]
    assert lines == ["2 tables, 4 rows"]


@BOTH
def test_a_view_shows_beside_a_key_what_it_refers_to(target: ExportForm, make: Any) -> None:
    path, _ = make(target, visits=VISITS, towns=TOWNS)

    with opened(target, path) as database:
        visits = rows(database, "SELECT no, town_id, town_label FROM visits_readable ORDER BY no")
        towns = rows(database, "SELECT id, within, within_label FROM towns_readable ORDER BY id")

    assert visits == [(1, "macao", "Macao"), (2, "china", "China")]
    assert towns == [("china", None, None), ("macao", "china", "China")]


@BOTH
def test_a_label_is_the_first_that_has_a_value(target: ExportForm, make: Any) -> None:
    parents = (
        "a,b,description,title,name\n1,x,Described,Titled,\n2,y,Described,,\n3,z,,,Named\n",
        schema(*map(field, ("a", "b", "description", "title", "name")), primaryKey=["a", "b"]),
    )
    children = (
        "of,to,parents_label\n1,x,i\n2,y,ii\n3,z,iii\n,z,iv\n",
        schema(
            *map(field, ("of", "to", "parents_label")),
            foreignKeys=[foreign(["to", "of"], "parents", ["b", "a"])],
        ),
    )
    # a key that is null in part refers to nothing in SQL
    path, _ = make(target, parents=parents, children=(children[0].removesuffix(",z,iv\n"), children[1]))

    with opened(target, path) as database:
        found = rows(database, "SELECT parents_label, parents_label_2 FROM children_readable ORDER BY 1")

    assert found == [("i", "Titled"), ("ii", "Described"), ("iii", "Named")]


@BOTH
@pytest.mark.parametrize(
    ("label", "expected"),
    [
        pytest.param(None, "Titled", id="by the names of fields"),
        pytest.param(["year", "name"], "1999", id="as the resource says"),
        pytest.param([], None, id="by none"),
    ],
)
def test_a_view_and_a_site_call_a_row_the_same(
    target: ExportForm, label: list[str] | None, expected: str | None, tmp_path: Path
) -> None:
    names = ["id", "name", "full_title", "year"]
    towns = {
        "name": "towns",
        "type": "table",
        "data": [names, ["a", "Named", "Titled", 1999]],
        "schema": schema(*map(field, names[:3]), field("year", "year"), primaryKey=["id"]),
    } | ({} if label is None else {"site": {"label": label}})
    visits = {
        "name": "visits",
        "type": "table",
        "data": [["town"], ["a"]],
        "schema": schema(field("town"), foreignKeys=[foreign(["town"], "towns", ["id"])]),
    }
    descriptor = tmp_path / "datapackage.json"
    descriptor.write_text(json.dumps({"$schema": PROFILE, "name": "p", "resources": [towns, visits]}))
    site = read_site(open_package(descriptor))

    export(open_package(descriptor), target, tmp_path / "out")

    assert Labels(site).own(site.tables[0], 0) == expected
    with opened(target, tmp_path / "out") as database:
        if expected is None:
            with pytest.raises((sqlite3.Error, duckdb.Error)):
                rows(database, "SELECT town_label FROM visits_readable")
        else:
            assert rows(database, "SELECT town_label FROM visits_readable") == [(expected,)]


@BOTH
def test_the_views_of_the_dataset_read_well(target: ExportForm, tmp_path: Path) -> None:
    export(DATASET, target, tmp_path / "out")

    with opened(target, tmp_path / "out") as database:
        who = rows(
            database,
            "SELECT event_label, agent_label, role FROM participations_readable"
            " WHERE event_id = 'ai-machines-electronics-expo-2025' AND agent_id = 'ipim'",
        )
        detail = rows(
            database, "SELECT statement_details_label, place_label FROM detail_places_readable ORDER BY 1, 2"
        )

    expo = "Global Artificial Intelligence Machines and Electronics Expo"
    assert who == [(expo, "Commerce and Investment Promotion Institute", "supporter")]
    assert detail
    assert all(label and place for label, place in detail)


@BOTH
def test_a_column_that_is_referred_to_becomes_a_unique_key(target: ExportForm, make: Any) -> None:
    parents = ("id,code\n1,a\n2,b\n", schema(field("id"), field("code"), primaryKey="id"))
    children = ("of\nb\n", schema(field("of"), foreignKeys=[foreign(["of"], "parents", ["code"])]))
    path, lines = make(target, parents=parents, children=children)

    with opened(target, path) as database, pytest.raises((sqlite3.IntegrityError, duckdb.Error)):
        database.execute("INSERT INTO parents VALUES ('3', 'b')")

    assert lines == ["2 tables, 3 rows"]


@BOTH
@pytest.mark.parametrize(
    ("parent", "kind", "reason"),
    [
        (("code\na\na\n", schema(field("code"))), field("of"), "what it refers to is not unique"),
        (
            ("code\na\n", schema(field("code", "list"))),
            field("of", "list"),
            "of and code are not stored alike",
        ),
        (
            ("code\n1\n", schema(field("code", "number"))),
            field("of", "integer"),
            "of and code are not stored alike",
        ),
    ],
    ids=["not unique", "lists", "numbers of two kinds"],
)
def test_a_foreign_key_that_a_database_cannot_have_is_left_out_and_named(
    target: ExportForm, parent: Any, kind: Json, reason: str, make: Any
) -> None:
    cell = parent[0].split("\n")[1]
    children = (f"of\n{cell}\n", schema(kind, foreignKeys=[foreign(["of"], "parents", ["code"])]))

    path, lines = make(target, parents=parent, children=children)

    assert lines[1:] == [f"the foreign key of of 'children' is left out: {reason}"]
    with opened(target, path) as database:
        assert len(rows(database, "SELECT * FROM children")) == 1


def circle(name: str, other: str) -> tuple[str, Json]:
    keys = [foreign(["to"], other, ["id"])]
    return "id,to\n1,1\n", schema(field("id"), field("to"), primaryKey="id", foreignKeys=keys)


def test_tables_in_a_circle_keep_their_keys_in_sqlite_and_lose_one_in_duckdb(
    make: Any, tmp_path: Path
) -> None:
    tables = {"a": circle("a", "b"), "b": circle("b", "a")}

    path, lines = make(ExportForm.SQLITE, **tables)
    with opened(ExportForm.SQLITE, path) as database:
        found = [rows(database, f"PRAGMA foreign_key_list({name})")[0][2] for name in "ab"]
    path.unlink()
    _, of_duckdb = make(ExportForm.DUCKDB, **tables)

    assert (found, lines) == (["b", "a"], ["2 tables, 2 rows"])
    assert len(of_duckdb) == 2
    assert of_duckdb[1].endswith("is left out: the tables refer to each other in a circle")


@pytest.mark.parametrize(
    ("content", "is_kept"),
    [
        ("id,to\n1,2\n2,3\n3,\n", True),
        ("id,to\n1,2\n2,1\n", False),
        ("id,to\n1,1\n", False),
        ("id,to\n" + "".join(f"{n},{n + 1}\n" for n in range(101)) + "101,\n", False),
        ("id,to\n", True),
    ],
    ids=["a chain", "a circle", "itself", "too long a chain", "no rows"],
)
def test_rows_that_refer_to_each_other_are_written_parents_first_to_duckdb(
    content: str, is_kept: bool, make: Any
) -> None:
    keys = [foreign(["to"], "", ["id"])]
    table = schema(field("id", "integer"), field("to", "integer"), primaryKey="id", foreignKeys=keys)

    path, lines = make(ExportForm.DUCKDB, t=(content, table))

    with opened(ExportForm.DUCKDB, path) as database:
        count = rows(database, "SELECT count(*) FROM t")[0][0]
        declared = rows(
            database, "SELECT count(*) FROM duckdb_constraints() WHERE constraint_type = 'FOREIGN KEY'"
        )
    assert count == content.count("\n") - 1
    assert (declared[0][0] == 1) == is_kept == (len(lines) == 1)


def test_sqlite_describes_the_tables_in_tables(make: Any) -> None:
    table = schema(
        field(
            "kind",
            title="Kind",
            description="What it is.",
            categories=[{"value": "x"}, {"value": "y", "label": "Why"}],
        ),
        field("n", "integer", constraints={"minimum": 1}),
    )
    path, _ = make(ExportForm.SQLITE, Odd=("kind,n\nx,1\n", table), odd=("a\n1\n", schema(field("a"))))

    with opened(ExportForm.SQLITE, path) as database:
        names = rows(database, "SELECT name, resource FROM _tables")
        fields = rows(
            database, "SELECT table_name, column_name, type, title, description, constraints FROM _fields"
        )
        categories = rows(database, "SELECT column_name, position, value, label FROM _categories")
        (declared,) = rows(database, "SELECT schema FROM _tables WHERE name = 'Odd'")[0]
        package = dict(rows(database, "SELECT * FROM _package"))
        strict = rows(
            database, "SELECT DISTINCT strict FROM pragma_table_list WHERE name IN ('Odd', '_fields')"
        )

    assert names == [("Odd", "Odd"), ("odd_2", "odd")]
    assert fields[:2] == [
        ("Odd", "kind", "string", "Kind", "What it is.", None),
        ("Odd", "n", "integer", None, None, '{"minimum": 1}'),
    ]
    assert categories == [("kind", 1, "x", None), ("kind", 2, "y", "Why")]
    assert json.loads(declared) == table
    assert package["name"] == "small"
    assert strict == [(1,)]


def test_an_sqlite_without_strict_tables_is_given_others(make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 36, 0))

    path, _ = make(ExportForm.SQLITE, visits=VISITS, towns=TOWNS)

    with opened(ExportForm.SQLITE, path) as database:
        assert rows(database, "SELECT DISTINCT strict FROM pragma_table_list WHERE name IN ('visits')") == [
            (0,)
        ]


def test_duckdb_has_types_and_comments(make: Any) -> None:
    table = schema(
        field("id", categories=["a", "b"]),
        field("kind", title="Kind's", categories=["it's", "y"], constraints={"required": True}),
        field("long", "integer"),
        field("tags", "list", itemType="date"),
        field("at", "datetime"),
        primaryKey="id",
    )
    path, _ = make(
        ExportForm.DUCKDB,
        t=("id,kind,long,tags,at\na,it's,1000000000000000000000,2025-01-02,2025-01-02T03:04:05Z\n", table),
    )

    with opened(ExportForm.DUCKDB, path) as database:
        columns = rows(
            database,
            "SELECT column_name, data_type, is_nullable, comment FROM duckdb_columns() WHERE table_name = 't'",
        )

    assert columns == [
        ("id", "VARCHAR", False, None),
        ("kind", "ENUM('it''s', 'y')", False, "Kind's"),
        ("long", "DECIMAL(38,0)", True, None),
        ("tags", "DATE[]", True, None),
        ("at", "TIMESTAMP WITH TIME ZONE", True, None),
    ]


@BOTH
def test_names_that_databases_do_not_tell_apart_are_told_apart_and_named(
    target: ExportForm, make: Any
) -> None:
    path, lines = make(
        target,
        Events=("Id,ID\n1,2\n", schema(field("Id"), field("ID"))),
        events=("order\n3\n", schema(field("order"))),
    )

    with opened(target, path) as database:
        assert rows(database, 'SELECT "Id", "ID_2" FROM "Events"') == [("1", "2")]
        assert rows(database, 'SELECT "order" FROM "events_2"') == [("3",)]
    assert lines[1:] == [
        "the table 'events' is named 'events_2'",
        "in 'Events', the column 'ID' is named 'ID_2'",
    ]


def test_more_columns_than_sqlite_holds_are_an_error(make: Any) -> None:
    names = [f"c{number}" for number in range(2001)]
    table = (f"{','.join(names)}\n{','.join('1' for _ in names)}\n", schema(*map(field, names)))

    with pytest.raises(PackageError, match="SQLite cannot hold the package: too many columns"):
        make(ExportForm.SQLITE, t=table)


def test_a_duckdb_file_of_few_rows_is_small_and_is_read_by_older_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small, large = tmp_path / "small.duckdb", tmp_path / "large.duckdb"

    export(DATASET, ExportForm.DUCKDB, small)
    monkeypatch.setattr(duckdb_export, "MOST_IN_SMALL_BLOCKS", 1_000)
    export(DATASET, ExportForm.DUCKDB, large)

    assert small.stat().st_size < 4_000_000 < large.stat().st_size
    for file, size in ((small, 16_384), (large, 262_144)):
        assert int.from_bytes(file.read_bytes()[12:20], "little") == 64  # the version of the storage
        with opened(ExportForm.DUCKDB, file) as database:
            assert database.sql("SELECT block_size FROM pragma_database_size()").fetchall() == [(size,)]
            assert database.sql("SELECT count(*) FROM events").fetchall() == [(8,)]
