"""Seals: each is the fingerprint of a row, and of what supports it, as somebody last vouched for them.

A seal tells that nothing has changed since; it does not tell that what was sealed is true.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from factpack.evidence.canonical import fingerprint
from factpack.exceptions import EvidenceError
from factpack.table_schema import Field, did_you_mean

if TYPE_CHECKING:
    from factpack.evidence.tables import Row, Workspace

#: The name of a row: its table, and its primary key as evidence names it.
RowName = tuple[str, str]

#: The cells of a row of evidence that are sealed with the row that it supports, in this order.
Support = tuple[str | None, ...]

#: Their columns. The value's fingerprint is left out: the row itself is sealed.
SEALED = ("field", "document_id", "segment_id", "start", "end", "support", "note", "span_sha256")


def seal(row: Mapping[str, str | None], evidence: Sequence[Support]) -> str:
    """Return the seal of a row, given by its fields, and of its evidence, which is in order.

    Null is left out, so that a column which is added later breaks no seal before it is filled.

    Source: docs/evidence.md, "Seals"; RFC 8785, but that all names and values are texts or null.
    """
    filled = {name: text for name, text in row.items() if text is not None}
    content = {"row": filled, "evidence": evidence}
    return fingerprint(json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")))


def as_sealed(
    rows: Iterable[Mapping[str, object]], fields: Sequence[Field]
) -> Iterator[dict[str, str | None]]:
    """Yield rows as they are sealed: each field's text, or None where it stands for null, or is not there."""
    known = [(field.name, field.missing_values) for field in fields]
    for row in rows:
        cells = {name: row.get(name) for name, _ in known}
        texts = {name: None if cell is None else str(cell) for name, cell in cells.items()}
        yield {name: None if texts[name] in missing else texts[name] for name, missing in known}


def evidence_by_row(
    rows: Iterable[Mapping[str, object]], fields: Sequence[Field]
) -> dict[RowName, list[Support]]:
    """Return the evidence of each row that has some, in order, as it is sealed."""
    found: dict[RowName, list[Support]] = {}
    for row in as_sealed(rows, fields):
        name = row["resource"] or "", row["row_key"] or ""
        found.setdefault(name, []).append(tuple(row[column] for column in SEALED))
    for supports in found.values():
        supports.sort(key=lambda support: [(text is not None, text or "") for text in support])
    return found


@dataclass(frozen=True)
class Vouched:
    """A row that somebody is to vouch for, with its evidence as it is sealed, and its seal so far.

    `was_sealed` is True if it stands as it was sealed, False if it does not, None if it has no seal.
    """

    resource: str
    row_key: str
    row: "Row"
    evidence: Sequence[Support]
    was_sealed: bool | None


def look_at(workspace: "Workspace", resource: str, keys: Iterable[str]) -> list[Vouched]:
    """Return rows as they stand, for somebody to vouch for; `Workspace.vouch` has one sealed.

    Raises:
        EvidenceError: the package has no seals, or none of that table's rows; there is no such row.
        PackageError: there is no such table.

    """
    if not workspace.has_seals:
        raise EvidenceError("the descriptor's 'evidence' property names no table of seals")
    if resource in exempt(workspace):
        raise EvidenceError(
            f"the rows of {resource!r} have no seals; evidence is sealed with the rows that it supports"
        )
    rows, seals = workspace.keyed(resource), _seals(workspace)
    evidence = _evidence(workspace, workspace.rows(_table(workspace)))
    result = []
    for key in dict.fromkeys(keys):
        if key not in rows:
            raise EvidenceError(f"{resource!r} has no row with the key {key!r}{did_you_mean(key, rows)}")
        was_sealed = _holds(workspace, resource, rows[key], seals, evidence)
        result.append(Vouched(resource, key, rows[key], evidence.get((resource, key), []), was_sealed))
    return result


def broken_as_read(workspace: "Workspace", names: Iterable[RowName]) -> list[RowName]:
    """Return those of some rows whose seal did not hold when they were read."""
    if not workspace.has_seals:
        return []
    evidence = _evidence(workspace, [copy for _, copy in workspace.as_read(_table(workspace))])
    seals, wanted = _seals(workspace), set(names)
    return [
        (resource, key)
        for resource in sorted({name for name, _ in wanted})
        for _, copy in workspace.as_read(resource)
        if (resource, key := workspace.key_of(resource, copy)) in wanted
        and _holds(workspace, resource, copy, seals, evidence) is False
    ]


def exempt(workspace: "Workspace") -> set[str]:
    """Return the tables whose rows have no seal: the evidence, and the seals themselves."""
    return {workspace.evidence(role) for role in ("evidence", "seals")}


def remove_dangling_seals(workspace: "Workspace") -> list["Row"]:
    """Remove from a workspace the seals of rows that do not exist; return them.

    Raises:
        EvidenceError: a table that has seals cannot be read, so that its rows are not known.

    """
    if not workspace.has_seals:
        return []
    kept: list[Row] = []
    removed: list[Row] = []
    for row in workspace.rows(workspace.evidence("seals")):
        (kept if _is_there(workspace, row["resource"], row["row_key"]) else removed).append(row)
    if removed:
        workspace.touch(workspace.evidence("seals"), kept)
    return removed


def _is_there(workspace: "Workspace", resource: str, key: str) -> bool:
    """Tell whether there is a row that can have a seal."""
    tables = {one.name for one in workspace.package.resources if one.is_table} - exempt(workspace)
    has_keys = resource in tables and bool(workspace.schema(resource).primary_key)
    return has_keys and key in workspace.keyed(resource)


def carry(workspace: "Workspace") -> None:
    """Put the seals in a workspace right after what changed there.

    A row is sealed as it stands if its seal held before, or if it was vouched for. A seal that did not hold
    goes along with its row as it is, and the seal of a row that was removed goes.
    """
    if not workspace.has_seals or not (workspace.changed or workspace.vouched):
        return
    table = _table(workspace)
    before = _evidence(workspace, [copy for _, copy in workspace.as_read(table)])
    after = _evidence(workspace, workspace.rows(table))
    touched = workspace.changed | {name for name, _ in workspace.vouched}
    touched |= {name[0] for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    seals = _seals(workspace)
    for resource in sorted(touched & _sealed_tables(workspace)):
        seals = _carried(workspace, resource, seals, before, after)
    rows = [seals[name] for name in sorted(seals)]
    if rows != workspace.rows(workspace.evidence("seals")):
        workspace.touch(workspace.evidence("seals"), rows)


def _carried(
    workspace: "Workspace",
    resource: str,
    seals: Mapping[RowName, "Row"],
    before: Mapping[RowName, Sequence[Support]],
    after: Mapping[RowName, Sequence[Support]],
) -> dict[RowName, "Row"]:
    """Return the seals after the changes of one table."""
    old = {id(row): copy for row, copy in workspace.as_read(resource)}
    gone = {(resource, workspace.key_of(resource, copy)) for copy in old.values()}
    vouched = {id(row) for name, row in workspace.vouched if name == resource}
    result = {name: row for name, row in seals.items() if name not in gone}
    for row in workspace.rows(resource):
        now, was, holds = (resource, workspace.key_of(resource, row)), None, None
        if (copy := old.get(id(row))) is not None:
            was = seals.get((resource, workspace.key_of(resource, copy)))
            holds = _holds(workspace, resource, copy, seals, before)
        if holds or id(row) in vouched:
            digest = _seal_of(workspace, resource, row, after)
        elif was is not None:
            digest = was["sha256"]
        else:
            continue
        result[now] = (was or {}) | {"resource": resource, "row_key": now[1], "sha256": digest}
    return result


def _holds(
    workspace: "Workspace",
    resource: str,
    row: "Row",
    seals: Mapping[RowName, "Row"],
    evidence: Mapping[RowName, Sequence[Support]],
) -> bool | None:
    """Tell whether the seal of a row holds; None if it has none."""
    known = seals.get((resource, workspace.key_of(resource, row)))
    return None if known is None else known["sha256"] == _seal_of(workspace, resource, row, evidence)


def _seal_of(
    workspace: "Workspace", resource: str, row: "Row", evidence: Mapping[RowName, Sequence[Support]]
) -> str:
    (texts,) = as_sealed([row], workspace.schema(resource).fields)
    return seal(texts, evidence.get((resource, workspace.key_of(resource, row)), []))


def _table(workspace: "Workspace") -> str:
    return workspace.evidence("evidence")


def _evidence(workspace: "Workspace", rows: Sequence["Row"]) -> dict[RowName, list[Support]]:
    return evidence_by_row(rows, workspace.schema(_table(workspace)).fields)


def _seals(workspace: "Workspace") -> dict[RowName, "Row"]:
    rows = workspace.rows(workspace.evidence("seals"))
    return {(row["resource"], row["row_key"]): row for row in rows}


def _sealed_tables(workspace: "Workspace") -> set[str]:
    """Return the tables whose rows have seals: those that have a primary key by which to name them."""
    return {
        resource.name
        for resource in workspace.package.resources
        if resource.schema is not None and resource.schema.primary_key
    } - exempt(workspace)
