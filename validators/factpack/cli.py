"""The command line."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from factpack.exceptions import FactpackError

if TYPE_CHECKING:
    from factpack.report import Report

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
evidence_app = typer.Typer(
    no_args_is_help=True, help="Tie cells to the words of a document that support them."
)
app.add_typer(evidence_app, name="evidence")

DescriptorArgument = Annotated[
    Path, typer.Argument(metavar="DESCRIPTOR", help="The package's datapackage.json.", show_default=True)
]
DescriptorOption = Annotated[Path, typer.Option("--package", help="The package's datapackage.json.")]
DocumentOption = Annotated[
    Path, typer.Option("--document", help="A local copy of the document, as UTF-8 text.")
]
DEFAULT_DESCRIPTOR = Path("datapackage.json")


class Format(StrEnum):
    """The forms of a report."""

    TEXT = "text"
    JSON = "json"


FormatOption = Annotated[Format, typer.Option("--format", help="The form of the report.")]


@app.callback(epilog="Example: factpack validate datapackage.json")
def _factpack() -> None:
    """Check data packages of facts: tables, keys and evidence."""


@app.command(epilog="Example: factpack validate --format json > report.json")
def validate(
    descriptor: DescriptorArgument = DEFAULT_DESCRIPTOR,
    documents: Annotated[
        Path | None, typer.Option(help="A folder with copies of the documents, named as their keys.")
    ] = None,
    format: FormatOption = Format.TEXT,  # noqa: A002
) -> None:
    """Validate a data package: exit 0 if valid, 1 if invalid, 2 if it could not be judged."""
    from factpack.evidence.document import copies_in
    from factpack.validation import validate as validate_package

    _show(validate_package(descriptor, copies_in(documents) if documents else {}), format)


def _show(report: "Report", format: Format) -> None:  # noqa: A002
    from factpack.reports import json, text

    if format is Format.JSON:
        print(json.render(report))
    else:
        text.render(report, Console())
    raise typer.Exit(report.exit_code)


@app.command(epilog="Example: factpack refresh datapackage.json")
def refresh(descriptor: DescriptorArgument = DEFAULT_DESCRIPTOR) -> None:
    """Write the bytes and hash of each file into the descriptor."""
    from factpack.refresh import refresh as refresh_package

    changed = refresh_package(descriptor)
    print(f"refreshed: {', '.join(changed)}" if changed else "all bytes and hashes are up to date")


@evidence_app.command(epilog="Example: factpack evidence locate 'four days' --document release.txt")
def locate(
    quotation: Annotated[str, typer.Argument(help="The words to find.")],
    document: DocumentOption,
    prefix: Annotated[str, typer.Option(help="Words right before, to tell it from others.")] = "",
    suffix: Annotated[str, typer.Option(help="Words right after, to tell it from others.")] = "",
) -> None:
    """Print the start and the end of a quotation in the canonical text of a document."""
    from factpack.evidence.canonical import canonical
    from factpack.evidence.document import read_document
    from factpack.evidence.quotation import locate as locate_quotation

    span = locate_quotation(canonical(read_document(document)), quotation, prefix, suffix)
    print(span.start, span.end)


@evidence_app.command(epilog="Example: factpack evidence segment my-release --document release.txt")
def segment(
    document_id: Annotated[str, typer.Argument(help="The document's key.")],
    document: DocumentOption,
    split_before: Annotated[list[str], typer.Option(help="Words before which a segment begins.")] = [],  # noqa: B006
    join_before: Annotated[list[str], typer.Option(help="Words before which no segment begins.")] = [],  # noqa: B006
    package: DescriptorOption = DEFAULT_DESCRIPTOR,
) -> None:
    """Write the segments of a document, its length and its fingerprint."""
    from factpack.evidence.document import read_document
    from factpack.evidence.segmentation import write_segments
    from factpack.package import open_package

    rows = write_segments(
        open_package(package), document_id, read_document(document), split_before, join_before
    )
    for row in rows:
        print(row["segment_id"], row["kind"], row["start"], row["end"])


@evidence_app.command(
    epilog="Example: factpack evidence attest my-release quotations.csv --document release.txt --dry-run"
)
def attest(
    document_id: Annotated[str, typer.Argument(help="The document's key.")],
    quotations: Annotated[Path, typer.Argument(help="A CSV file: the cells, and the words for each.")],
    document: DocumentOption,
    package: DescriptorOption = DEFAULT_DESCRIPTOR,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be written; write nothing.")
    ] = False,
) -> None:
    """Write the evidence of the named cells in place of what they had, and show each cell with its words."""
    from factpack.evidence.attestation import attest as attest_cells
    from factpack.evidence.attestation import read_quotations, write_evidence
    from factpack.evidence.document import read_document
    from factpack.package import open_package

    opened = open_package(package)
    items = attest_cells(opened, document_id, read_document(document), read_quotations(quotations))
    for item in items:
        row = item.row
        print(f"{row['resource']} {row['row_key']} {row['field']}: {item.value!r}")
        print(f"  {row['support']} {row['segment_id']} {row['start']}-{row['end']}: {item.words!r}")
    if not dry_run:
        write_evidence(opened, items)


def main() -> None:
    """Run the command line; a factpack error ends it with its message and exit code 2."""
    try:
        app()
    except FactpackError as error:
        print(f"factpack: {error}", file=sys.stderr)
        sys.exit(2)
