"""How the tables follow the text: its segments in order, themes in headings, siblings as they are named."""

from collections.abc import Iterator

import pandas as pd

from factpack import View, rule
from ipim_visit.rules.joins import grouped, verdicts

#: What stands before the text proper.
FRONT = ("metadata", "dateline")


@rule(references=["docs/codebook.md, segments.order_no"])
def segments_are_numbered(segments: pd.DataFrame) -> Iterator[View]:
    """Segments are numbered as they lie in the text; so are paragraphs, and the segments of a paragraph."""
    ordered = segments.sort_values(["document_id", "start"], kind="stable")
    place = ordered.groupby("document_id").cumcount() + 1
    yield View.of("segments", "order_no", ordered["order_no"] == place, "must be the place in the text")
    before = ordered.groupby("document_id")["paragraph_no"].shift(fill_value=0)
    follows = (ordered["paragraph_no"] - before).isin((0, 1)) & (ordered["paragraph_no"] > 0)
    yield View.of("segments", "paragraph_no", follows, "must go on from the segment before")
    part = ordered.groupby(["document_id", "paragraph_no"]).cumcount() + 1
    name = "p" + ordered["paragraph_no"].astype(str) + "-" + part.astype(str)
    yield View.of(
        "segments", ["segment_id", "paragraph_no"], ordered["segment_id"] == name, "must agree", name
    )


@rule(references=["docs/evidence.md"])
def segments_are_of_their_kind(segments: pd.DataFrame) -> Iterator[View]:
    """Metadata and a dateline come before all else, and a heading is a paragraph of its own."""
    is_front = segments["kind"].isin(FRONT)
    first = segments[~is_front].groupby("document_id")["start"].min()
    starts = segments["document_id"].map(first)
    holds = ~is_front | (segments["start"] < starts) | starts.isna()
    yield View.of("segments", "kind", holds, "must not stand after the text has begun")
    size = segments.groupby(["document_id", "paragraph_no"])["segment_id"].transform("size")
    alone = (size == 1) | (segments["kind"] != "heading")
    yield View.of("segments", "kind", alone, "must be the only segment of its paragraph")


@rule(references=["docs/coding-rules.md, 6"])
def themes_stand_in_headings(
    statements: pd.DataFrame, evidence: pd.DataFrame, segments: pd.DataFrame
) -> View:
    """A theme is what a heading claims, and what a heading claims is a theme."""
    kinds = dict(
        zip(zip(segments["document_id"], segments["segment_id"], strict=True), segments["kind"], strict=True)
    )
    of_kind = evidence[(evidence["resource"] == "statements") & (evidence["field"] == "kind")]
    where = of_kind.assign(
        kind=[kinds.get(key, "") for key in zip(of_kind["document_id"], of_kind["segment_id"], strict=True)]
    )
    found = grouped(where, "row_key", "kind")
    known = statements[statements["statement_id"].isin(list(found))]
    holds = (
        (found[key] == {"heading"}) == (kind == "theme")
        for key, kind in zip(known["statement_id"], known["kind"], strict=True)
    )
    return View.of("statements", "kind", verdicts(known, holds), "must be a theme just if a heading says it")


@rule(references=["docs/codebook.md, topics.order_no"])
def siblings_stand_in_the_order_of_the_text(
    topics: pd.DataFrame, statement_details: pd.DataFrame, evidence: pd.DataFrame
) -> Iterator[View]:
    """Topics under one, and details of a statement, are numbered as the document comes to speak of them."""
    details = statement_details["statement_id"] + "/" + statement_details["detail_no"].astype(str)
    for resource, lines, keys, group, number, fields in (
        ("topics", topics, topics["topic_id"], "broader_id", "order_no", ["label"]),
        (
            "statement_details",
            statement_details,
            details,
            "statement_id",
            "detail_no",
            ["summary", "agent_id"],
        ),
    ):
        spans = evidence[(evidence["resource"] == resource) & evidence["field"].isin(fields)]
        start = keys.map(spans.groupby("row_key")["start"].min()).astype("Int64")
        ordered = lines.assign(start=start).sort_values(number, kind="stable")
        before = ordered.groupby(group, dropna=False)["start"].shift()
        yield View.of(
            resource, number, ordered["start"] >= before, "must follow what the document names before"
        )
