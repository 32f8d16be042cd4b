"""The tests that a Table Schema makes of the rows of a table: types, constraints, categories and keys."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from factpack.constraints import Test, tests_of
from factpack.fields import Column
from factpack.keys import is_filled, is_first, is_found
from factpack.kinds import BoolArray
from factpack.patterns import Clock
from factpack.table_schema import Field, ForeignKey, TableSchema
from factpack.values import Values

#: Columns by name, as they were read.
Columns = Mapping[str, Column]

#: A test of rows, given the columns of its fields.
RowTest = Callable[[Sequence[Column]], BoolArray]


@dataclass(frozen=True, kw_only=True)
class TableTest:
    """A test of the rows of a table: what asks for it, what it expects, and of which fields.

    `others` are fields that it needs too, and that are not at fault where it fails.
    """

    name: str
    expected: str
    fields: Sequence[Field]
    test: RowTest
    others: Sequence[Field] = ()

    @property
    def names(self) -> list[str]:
        """The names of the fields."""
        return [field.name for field in self.fields]

    def passed(self, columns: Columns) -> BoolArray:
        """Tell which rows pass, given the columns of the table."""
        return self.test([columns[field.name] for field in (*self.fields, *self.others)])


@dataclass(frozen=True, kw_only=True)
class Parent:
    """The table that a foreign key refers to: the name that is shown, and the columns of the key."""

    name: str
    key: Sequence[Values]


#: A foreign key with the table that it refers to.
Reference = tuple[ForeignKey, Parent]


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What became of a test: which rows pass it, or why it could not be made."""

    test: TableTest
    passed: BoolArray | None = None
    error: str = ""

    @property
    def is_clean(self) -> bool:
        """Whether every row passes."""
        return self.passed is not None and bool(self.passed.all())


def verdict(test: TableTest, columns: Columns) -> Verdict:
    """Return what becomes of a test of columns that were read."""
    try:
        return Verdict(test=test, passed=test.passed(columns))
    except Exception as error:
        return Verdict(test=test, error=f"{type(error).__name__}: {error}")


def tests_of_table(schema: TableSchema, clock: Clock) -> Iterator[TableTest]:
    """Yield the tests that a Table Schema makes of a table, but for foreign keys; they share the clock.

    Raises:
        SchemaError: a constraint is malformed, or stands on a type that cannot have it.

    """
    yield from tests_of_fields(schema, clock)
    yield from tests_of_keys(schema)


def tests_of_fields(schema: TableSchema, clock: Clock) -> Iterator[TableTest]:
    """Yield the tests that a Table Schema makes of each row by itself; raises as `tests_of_table`."""
    for field in schema.fields:
        form = f" in the format {field.format}" if field.format != "default" else ""
        expected = f"must be of the type {field.type}{form}"
        yield TableTest(name="type", expected=expected, fields=[field], test=_is_readable)
        if field.constraints.get("required"):
            yield TableTest(name="required", expected="must not be missing", fields=[field], test=_is_present)
        for test in tests_of(field, clock):
            yield TableTest(name=test.name, expected=test.expected, fields=[field], test=_row_test(test))


def _row_test(test: Test) -> RowTest:
    return lambda columns: test.passed(columns[0].values)


def _is_readable(columns: Sequence[Column]) -> BoolArray:
    return ~columns[0].unreadable


def _is_present(columns: Sequence[Column]) -> BoolArray:
    return ~columns[0].values.is_null() | columns[0].unreadable


def tests_of_keys(schema: TableSchema) -> Iterator[TableTest]:
    """Yield the tests whether the keys of a table are unique, which are of all of its rows together."""
    if schema.primary_key:
        fields, expected = schema.named(schema.primary_key), "must be filled, and unique"
        yield TableTest(name="primaryKey", expected=expected, fields=fields, test=_is_filled_and_unique)
    unique = [("unique", [field]) for field in schema.fields if field.constraints.get("unique")]
    unique += [("uniqueKeys", schema.named(key)) for key in schema.unique_keys]
    for name, fields in unique:
        yield TableTest(name=name, expected="must be unique", fields=fields, test=_is_unique)


def _values(columns: Sequence[Column]) -> list[Values]:
    return [column.values for column in columns]


def _is_unique(columns: Sequence[Column]) -> BoolArray:
    """Tell of each row whether no row before it has the same key; a key with a null has no equal."""
    return is_first(_values(columns)) | ~is_filled(_values(columns))


def _is_filled_and_unique(columns: Sequence[Column]) -> BoolArray:
    return is_first(_values(columns)) & is_filled(_values(columns))


def foreign_key_tests(schema: TableSchema, parents: Sequence[Reference]) -> Iterator[TableTest]:
    """Yield the tests of foreign keys, given what they refer to."""
    for key, parent in parents:
        yield TableTest(
            name="foreignKeys",
            expected=expected(key, parent.name),
            fields=schema.named(key.fields),
            test=_refers_to(parent),
        )


def inner_key_tests(schema: TableSchema, name: str) -> Iterator[TableTest]:
    """Yield the tests of the foreign keys that refer to the table itself."""
    for key in schema.foreign_keys:
        if key.resource in ("", name):
            yield TableTest(
                name="foreignKeys",
                expected=expected(key, name or "table"),
                fields=schema.named(key.fields),
                test=_refers_within,
                others=schema.named(key.reference_fields),
            )


def expected(key: ForeignKey, parent: str) -> str:
    """Say what a foreign key expects of a row."""
    return f"must be found in {', '.join(key.reference_fields)} of {parent}"


def _refers_within(columns: Sequence[Column]) -> BoolArray:
    """Tell of each row whether its key, the first half of the columns, is the second half of some row."""
    half = len(columns) // 2
    return is_found(_values(columns[:half]), _values(columns[half:]))


def _refers_to(parent: Parent) -> RowTest:
    """Return the test whether rows refer to one of the parent, or, null throughout, to none.

    A key that is null in part refers to a row that is null in the same part, as frictionless has it.
    """
    return lambda columns: is_found(_values(columns), parent.key)
