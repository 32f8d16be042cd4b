"""Cuts a document into segments that tile its canonical text."""

import re
from collections.abc import Sequence

from factpack.evidence.canonical import NORMALIZATION, canonical, fingerprint
from factpack.evidence.model import COLUMNS
from factpack.evidence.quotation import locate
from factpack.evidence.tables import Row, Workspace
from factpack.exceptions import EvidenceError


def segments(
    raw: str, document_id: str, split_before: Sequence[str] = (), join_before: Sequence[str] = ()
) -> list[Row]:
    """Return rows of `segments` that tile the canonical form of a raw text.

    Paragraphs are parted by blank lines, sentences by their full stops; a paragraph without one is a heading.
    `split_before` and `join_before` are quotations before which a segment must, or must not, begin.

    Raises:
        EvidenceError: a quotation is not in the text just once.

    """
    text = canonical(raw)
    paragraphs = [canonical(part) for part in re.split(r"\n[^\S\n]*\n", raw.replace("\r\n", "\n"))]
    paragraphs = [part for part in paragraphs if part]
    if " ".join(paragraphs) != text:
        raise EvidenceError("the paragraphs of the document do not add up to its canonical form")
    splits = {locate(text, quotation).start for quotation in split_before}
    joins = {locate(text, quotation).start for quotation in join_before}
    rows: list[Row] = []
    offset = 0
    for number, paragraph in enumerate(paragraphs, 1):
        end = offset + len(paragraph) + (number < len(paragraphs))
        sentences = {offset + match.end() for match in re.finditer(r"[.!?][\"')\]]* (?=\S)", paragraph)}
        starts = sorted({offset} | (sentences - joins) | {start for start in splits if offset < start < end})
        kind = "sentence" if re.search(r"[.!?][\"')\]]*$", paragraph) else "heading"
        for place, (start, stop) in enumerate(zip(starts, [*starts[1:], end], strict=True), 1):
            rows.append(
                {
                    "document_id": document_id,
                    "segment_id": f"p{number}-{place}",
                    "order_no": str(len(rows) + 1),
                    "paragraph_no": str(number),
                    "kind": kind,
                    "start": str(start),
                    "end": str(stop),
                    "sha256": fingerprint(text[start:stop]),
                }
            )
        offset = end
    return rows


def resegment(
    workspace: Workspace, document_id: str, raw: str, split_before: Sequence[str], join_before: Sequence[str]
) -> list[Row]:
    """Put the segments of a document, its length and its fingerprint into a workspace; return the segments.

    A segment whose words are as they were keeps its kind, and what else its row says.

    Raises:
        EvidenceError: the document is not in the package's table of documents; or as `segments`.

    """
    documents, table = workspace.evidence("documents"), workspace.evidence("segments")
    known = [row for row in workspace.rows(documents) if row["document_id"] == document_id]
    if not known:
        raise EvidenceError(f"there is no document {document_id!r} in the table {documents!r}")
    others = [row for row in workspace.rows(table) if row["document_id"] != document_id]
    old: dict[str, list[Row]] = {}
    for row in workspace.rows(table):
        if row["document_id"] == document_id:
            old.setdefault(row["sha256"], []).append(row)
    blank = dict.fromkeys(workspace.schema(table).names, "")
    computed = set(COLUMNS["segments"]) - {"kind"}
    rows = []
    for row in segments(raw, document_id, split_before, join_before):
        same = old.get(row["sha256"])
        before = same.pop(0) if same else {}
        rows.append(blank | row | {name: before[name] for name in before if name not in computed})
    workspace.touch(
        table, sorted([*others, *rows], key=lambda row: (row["document_id"], int(row["order_no"])))
    )
    text = canonical(raw)
    for row in known:
        row["normalization"] = NORMALIZATION
        row["char_length"], row["text_sha256"] = str(len(text)), fingerprint(text)
    workspace.touch(documents)
    for name, written in ((table, rows), (documents, known)):
        for row in written:
            workspace.vouch(name, row)
    return rows


def outside(workspace: Workspace, document_id: str) -> int:
    """Return how many rows of a document's evidence do not lie in the segment that they name."""
    rows = workspace.rows(workspace.evidence("segments"))
    parts = {
        row["segment_id"]: (int(row["start"]), int(row["end"]))
        for row in rows
        if row["document_id"] == document_id
    }
    count = 0
    for row in workspace.rows(workspace.evidence("evidence")):
        if row["document_id"] == document_id:
            start, end = parts.get(row["segment_id"], (0, 0))
            count += not start <= int(row["start"]) < int(row["end"]) <= end
    return count
