"""Renames a key, with all that refers to it, and carries the evidence along."""

from factpack.evidence.canonical import fingerprint
from factpack.evidence.tables import Row, Workspace, row_key
from factpack.exceptions import EvidenceError

Column = tuple[str, str]


def rename(workspace: Workspace, resource: str, old: str, new: str) -> dict[str, int]:
    """Rename the key of a row in a workspace; return how many rows changed, by table.

    The foreign keys that refer to it change, those that refer to these in turn, the cells that a field with
    the property `valueOf` says are values of such a column, and the evidence of all these cells.

    Raises:
        EvidenceError: the table's primary key is not one field, there is no such key, or the new one is taken
            or is not allowed by the schema.

    """
    schema = workspace.schema(resource)
    if len(schema.primary_key) != 1:
        raise EvidenceError(f"the primary key of {resource!r} is not one field, so it is made of other keys")
    keys = workspace.keyed(resource)
    if row_key([old]) not in keys:
        raise EvidenceError(f"{resource!r} has no row with the key {old!r}")
    if row_key([new]) in keys:
        raise EvidenceError(f"{resource!r} already has a row with the key {new!r}")
    workspace.check(resource, schema.primary_key[0], new)
    columns = _carriers(workspace, (resource, schema.primary_key[0]))
    ordered = [table for table in _tables(workspace) if _in_order(workspace, table) == workspace.rows(table)]
    evidence = workspace.evidence("evidence")
    moved: dict[tuple[str, str], str] = {}
    changed: dict[str, int] = {}
    for table in _tables(workspace):
        if table == evidence:
            continue
        fields = [field for name, field in columns if name == table]
        for row in workspace.rows(table):
            before = workspace.key_of(table, row)
            targets = [name for name in fields if row[name] == old]
            targets += [name for name in _values_of(workspace, table, row, columns) if row[name] == old]
            for name in targets:
                row[name] = new
            if targets:
                moved[table, before] = workspace.key_of(table, row)
                changed[table] = changed.get(table, 0) + 1
                workspace.touch(table)
    changed[evidence] = _carry_evidence(workspace, evidence, columns, moved, old, new)
    for table in ordered:
        if changed.get(table):
            workspace.touch(table, _in_order(workspace, table))
    return {table: count for table, count in changed.items() if count}


def _tables(workspace: Workspace) -> list[str]:
    return [resource.name for resource in workspace.package.resources if resource.is_table]


def _carriers(workspace: Workspace, start: Column) -> set[Column]:
    """Return the columns whose values are values of a column, by foreign keys, and in turn by theirs."""
    found = {start}
    while True:
        more = {
            (table, name)
            for table in _tables(workspace)
            for key in workspace.schema(table).foreign_keys
            for name, there in zip(key.fields, key.reference_fields, strict=True)
            if (key.resource or table, there) in found
        }
        if more <= found:
            return found
        found |= more


def _values_of(workspace: Workspace, table: str, row: Row, columns: set[Column]) -> list[str]:
    """Return the fields of a row whose cell is a value of one of the columns, as its own cells say."""
    found = []
    for field in workspace.schema(table).fields:
        pointer = field.descriptor.get("valueOf")
        if not isinstance(pointer, dict):
            continue
        names = [str(pointer.get(part)) for part in ("resource", "field")]
        if (row.get(names[0], ""), row.get(names[1], "")) in columns:
            found.append(field.name)
    return found


def _carry_evidence(
    workspace: Workspace,
    evidence: str,
    columns: set[Column],
    moved: dict[tuple[str, str], str],
    old: str,
    new: str,
) -> int:
    count = 0
    for row in workspace.rows(evidence):
        before = dict(row)
        row["row_key"] = moved.get((row["resource"], row["row_key"]), row["row_key"])
        if (row["resource"], row["field"]) in columns and row["value_sha256"] == fingerprint(old):
            row["value_sha256"] = fingerprint(new)
        for name in (name for table, name in columns if table == evidence and row[name] == old):
            row[name] = new
        count += row != before
    if count:
        workspace.touch(evidence)
    return count


def _in_order(workspace: Workspace, table: str) -> list[Row]:
    """Return the rows of a table in the order of their keys; numbers by size."""
    schema = workspace.schema(table)
    numbers = {field.name for field in schema.fields if field.type == "integer"}

    def place(row: Row) -> list[tuple[int, str]]:
        return [
            (int(row[name]) if name in numbers and row[name].isdecimal() else 0, row[name])
            for name in schema.primary_key
        ]

    return sorted(workspace.rows(table), key=place)
