"""An Excel workbook: a codebook, and one sheet a table, whose cells have the types of their fields.

A cell is text where its field is, whatever it begins with: nothing becomes a formula or a link. So are values
that Excel would alter: numbers of more than 15 digits, dates before March 1900, moments with a zone.
"""

import datetime
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from factpack.exceptions import FactpackError, PackageError
from factpack.export.cells import ExportColumn, shown
from factpack.export.names import distinct, renamed
from factpack.export.tables import ExportTable, left_out, read_tables, summary
from factpack.json_texts import cell_text, json_text
from factpack.package import Package
from factpack.table_schema import Category

#: Excel's limits: "Excel specifications and limits". A text is counted in units of UTF-16.
MOST_ROWS, MOST_COLUMNS, LONGEST_TEXT, LONGEST_NAME = 1_048_576, 16_384, 32_767, 31

#: What the name of a sheet may not have.
FORBIDDEN = re.compile(r"[\x00-\x1f\x7f\ufffe\uffff\[\]:*?/\\]")

#: Excel keeps so many digits of a number.
DIGITS = 15

#: In Excel's calendar, 1900 has a 29 February, so that only from then on its dates are those of everyone.
FIRST_DATE = datetime.date(1900, 3, 1)

#: A text that begins so is marked as one, lest it become a formula when it is edited.
RISKY = ("=", "+", "-", "@", "\t", "\r")

CODEBOOK = "codebook"
CODEBOOK_LABELS = (
    *("table", "sheet", "field", "title", "type", "format"),
    *("description", "constraints", "categories", "key"),
)

#: The widths of columns, in characters.
NARROWEST, WIDEST = 8, 60

#: So many rows are turned into Python's values at once.
BATCH = 20_000

#: A date for the workbook's properties, the same each time.
CREATED = datetime.datetime(2000, 1, 1)


def export(package: Package, path: Path) -> list[str]:
    """Write the tables of a package into a new workbook; return what is to be said of it.

    Raises:
        FactpackError: XlsxWriter is not installed.
        PackageError: a table cannot be read, or Excel cannot hold it.

    Source: ECMA-376, part 1, 18.2 and 18.3; "Excel specifications and limits".

    """
    try:
        import xlsxwriter
        from xlsxwriter.exceptions import XlsxWriterException
    except ImportError as error:
        raise FactpackError("to export to Excel, install XlsxWriter: pip install xlsxwriter") from error
    tables = read_tables(package)
    for table in tables:
        _check_size(table)
    sheets = distinct([table.name for table in tables], ["history"], allowed=_allowed, longest=LONGEST_NAME)
    (codebook,) = distinct([CODEBOOK], sheets.values()).values()
    try:
        # rows go to the disk as they come
        with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as workbook:
            workbook.set_properties({"created": CREATED})
            forms = Forms(workbook)
            _write_codebook(workbook.add_worksheet(codebook), tables, sheets, forms)
            kept = [
                note
                for table in tables
                for note in _write_table(workbook.add_worksheet(sheets[table.name]), table, forms)
            ]
    except XlsxWriterException as error:
        raise PackageError(f"Excel cannot hold the package: {error}") from error
    return [summary(tables), *left_out(package), *renamed("the sheet of", sheets), *kept]


def _allowed(name: str) -> str:
    """Return a name as that of a sheet may be."""
    name = FORBIDDEN.sub("_", name)
    while _units(name) > LONGEST_NAME:
        name = name[:-1]
    return re.sub(r"^'|'$", "_", name)


def _units(text: str) -> int:
    """Return how many units of UTF-16 a text has."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _check_size(table: ExportTable) -> None:
    """Check that a table, and each text in it, is not too large for Excel."""
    if len(table) >= MOST_ROWS or len(table.columns) > MOST_COLUMNS:
        size = f"{len(table):,} rows and {len(table.columns):,} columns"
        limit = f"{MOST_ROWS - 1:,} and {MOST_COLUMNS:,}"
        raise PackageError(f"the table {table.name!r} has {size}; a sheet of Excel holds {limit}")
    for column in table.columns:
        if _units(column.field.name) > LONGEST_TEXT:
            raise PackageError(f"the table {table.name!r} has a field whose name is too long for Excel")
        if pa.types.is_string(column.plain.type):
            _check_texts(table, column)


def _check_texts(table: ExportTable, column: ExportColumn) -> None:
    array = column.plain
    if (pc.max(pc.binary_length(array)).as_py() or 0) <= LONGEST_TEXT:
        return
    for row, text in zip(table.table.lexical.rows.tolist(), array.to_pylist(), strict=True):
        if text is not None and _units(text) > LONGEST_TEXT:
            where = f"{table.name}.{column.field.name}, row {row}"
            raise PackageError(
                f"{where}: a text is longer than the {LONGEST_TEXT:,} characters of Excel's cells"
            )


class Forms:
    """The formats of cells in a workbook."""

    def __init__(self, workbook: Any) -> None:
        self.header = workbook.add_format({"bold": True})
        self.risky = workbook.add_format({"quote_prefix": True})
        self.integer = workbook.add_format({"num_format": "0"})
        self.date = workbook.add_format({"num_format": "yyyy-mm-dd"})
        self.time = workbook.add_format({"num_format": "hh:mm:ss"})
        self.moment = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})

    def of(self, kind: pa.DataType) -> Any:
        """Return the format of the cells of an Arrow type."""
        if pa.types.is_date(kind):
            return self.date
        if pa.types.is_time(kind):
            return self.time
        if pa.types.is_timestamp(kind):
            return self.moment
        return self.integer if pa.types.is_integer(kind) else None


def _write_table(sheet: Any, table: ExportTable, forms: Forms) -> Iterator[str]:
    """Write the sheet of a table; yield which of its columns have texts for what Excel would alter."""
    arrays = [column.plain for column in table.columns]
    labels = [column.field.name for column in table.columns]
    _set_up(sheet, labels, [_width(array) for array in arrays], len(table), forms)
    texts = [0] * len(arrays)
    for start in range(0, len(table), BATCH):
        parts = [list(_values(array.slice(start, BATCH))) for array in arrays]
        for row, record in enumerate(zip(*parts, strict=True), start + 1):
            for place, value in enumerate(record):
                _write(sheet, row, place, value, arrays[place].type, forms)
        for place, part in enumerate(parts):
            if not pa.types.is_string(arrays[place].type):
                texts[place] += sum(isinstance(value, str) for value in part)
    for label, count in zip(labels, texts, strict=True):
        if count:
            cells = f"{count:,} cells are" if count > 1 else "one cell is"
            yield f"{table.name}.{label}: {cells} text, since Excel would alter what it is"


def _set_up(sheet: Any, labels: Sequence[str], widths: Sequence[int], rows: int, forms: Forms) -> None:
    """Write the header of a sheet, frozen and with a filter, and set the widths of its columns."""
    for place, (label, width) in enumerate(zip(labels, widths, strict=True)):
        sheet.set_column(place, place, min(max(width, len(label) + 3, NARROWEST), WIDEST))
        sheet.write_string(0, place, label, forms.header)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, rows, len(labels) - 1)
    sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{MOST_ROWS}"})


def _width(array: pa.ChunkedArray) -> int:
    return (pc.max(pc.utf8_length(shown(array))).as_py() or 0) + 1


def _write(sheet: Any, row: int, place: int, value: Any, kind: pa.DataType, forms: Forms) -> None:
    if value is None:
        return
    if isinstance(value, str):
        sheet.write_string(row, place, value, forms.risky if value.startswith(RISKY) else None)
    elif isinstance(value, bool):
        sheet.write_boolean(row, place, value)
    elif isinstance(value, int | float):
        sheet.write_number(row, place, value, forms.of(kind))
    else:
        sheet.write_datetime(row, place, value, forms.of(kind))


def _values(array: pa.ChunkedArray) -> Iterator[Any]:
    """Yield the values of an array as Excel is to have them: as texts where it would alter them."""
    kind = array.type
    is_kept = next((test for is_of, test in KEPT if is_of(kind)), None)
    if is_kept is None:
        yield from shown(array).to_pylist()
        return
    for value, text in zip(array.to_pylist(), shown(array).to_pylist(), strict=True):
        yield value if value is None or is_kept(value) else text


def _is_naive(kind: pa.DataType) -> bool:
    return bool(pa.types.is_timestamp(kind) and kind.tz is None)


#: By types of Arrow, the test whether Excel can hold a value as it is; of other types it has the texts.
KEPT: Sequence[tuple[Callable[[pa.DataType], bool], Callable[[Any], bool]]] = (
    (pa.types.is_boolean, lambda value: True),
    (pa.types.is_integer, lambda value: abs(value) < 10**DIGITS),
    # NaN and infinity are no such number either
    (
        pa.types.is_floating,
        lambda value: float(f"{value:.{DIGITS}G}") == value and abs(value) != float("inf"),
    ),
    (pa.types.is_date, lambda value: value >= FIRST_DATE),
    (pa.types.is_time, lambda value: not value.microsecond),
    (_is_naive, lambda value: value.date() >= FIRST_DATE and not value.microsecond),
)


def _write_codebook(
    sheet: Any, tables: Sequence[ExportTable], sheets: Mapping[str, str], forms: Forms
) -> None:
    """Write the sheet that describes each table, and each of its fields below it."""
    lines = [line for table in tables for line in _chapter(table, sheets[table.name])]
    columns = zip(CODEBOOK_LABELS, *lines, strict=True)
    _set_up(sheet, CODEBOOK_LABELS, [max(map(len, column)) + 1 for column in columns], len(lines), forms)
    for row, line in enumerate(lines, 1):
        for place, text in enumerate(line):
            _write(sheet, row, place, _cut(text) or None, pa.string(), forms)


def _cut(text: str) -> str:
    """Return a description, and where it is too long for a cell its start, which is then seen."""
    return text if _units(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT // 2 - 1]}…"


def _chapter(table: ExportTable, sheet: str) -> Iterator[Sequence[str]]:
    title, description = _about(table.descriptor)
    yield (table.name, sheet, "", title, "", "", description, "", "", "")
    for column in table.columns:
        field = column.field
        title, description = _about(field.descriptor)
        constraints = "\n".join(f"{name}: {json_text(value)}" for name, value in field.constraints.items())
        categories = "\n".join(map(_category, field.category_items))
        yield (
            *(table.name, sheet, field.name, title, field.type, field.format),
            *(description, constraints, categories, "\n".join(_keys(table, field.name))),
        )


def _about(descriptor: Mapping[str, Any]) -> tuple[str, str]:
    texts = (descriptor.get(name) for name in ("title", "description"))
    title, description = (text if isinstance(text, str) else "" for text in texts)
    return title, description


def _category(item: Category) -> str:
    """Return a category and what is said of it."""
    texts = (cell_text(item.value), item.label, item.description)
    return ": ".join(text for text in texts if text is not None)


def _keys(table: ExportTable, field: str) -> Iterator[str]:
    """Yield the keys that a field is in."""
    if field in table.schema.primary_key:
        yield "primary key"
    for key in table.schema.foreign_keys:
        if field in key.fields:
            there = key.reference_fields[key.fields.index(field)]
            yield f"refers to {key.resource or table.name}.{there}"
