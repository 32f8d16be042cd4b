"""The commands on evidence: `factpack evidence …`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from factpack.asking import confirmed
from factpack.exceptions import FactpackError
from factpack.forms import OutcomeForm, ReportForm, Weight
from factpack.options import (
    DEFAULT_DESCRIPTOR,
    BaselineOption,
    DescriptorArgument,
    DocumentIdArgument,
    DocumentIdOption,
    DocumentOption,
    FailOnOption,
    FileOption,
    FormatOption,
    MostFindingsOption,
    OutputOption,
    QuietOption,
    ReportFormatOption,
    RootOption,
    RulesOption,
    YesOption,
)
from factpack.visible import visible

if TYPE_CHECKING:
    from factpack.evidence.model import Model
    from factpack.evidence.seals import Vouched
    from factpack.evidence.tables import Row, Workspace

#: What is said of a row whose seal holds, does not hold, or is missing.
STATES = {
    True: "stands as it was sealed",
    False: "is not as it was sealed; what changed cannot be shown, since only a fingerprint is kept",
    None: "has no seal",
}

app = typer.Typer(
    no_args_is_help=True,
    help="Tie cells to the words of a document that support them. A command that asks first ends with 0 if "
    "the answer is no, and with 2 if there is none; nothing is written then.",
)


@app.command(epilog="Example: factpack evidence locate 'four days' --document release.txt")
def locate(
    quotation: Annotated[str, typer.Argument(help="The words to find.", show_default=False)],
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


@app.command(epilog="Example: factpack evidence segment my-release --document release.txt")
def segment(
    document_id: DocumentIdArgument,
    document: DocumentOption,
    descriptor: DescriptorArgument = DEFAULT_DESCRIPTOR,
    split_before: Annotated[
        list[str] | None, typer.Option(help="Words before which a segment begins.")
    ] = None,
    join_before: Annotated[list[str] | None, typer.Option(help="Words before which none begins.")] = None,
    yes: YesOption = False,
) -> None:
    """Write the segments of a document, its length and its fingerprint.

    If the document has evidence that the new segments no longer hold, asks first: exit 0 if it is written or
    the answer is no, 2 if there is no answer.
    """
    from factpack.evidence.document import read_document
    from factpack.evidence.segmentation import outside, resegment

    workspace = _workspace(descriptor)
    rows = resegment(workspace, document_id, read_document(document), split_before or [], join_before or [])
    for row in rows:
        _print(f"{row['segment_id']} {row['kind']} {row['start']} {row['end']}")
    lost = outside(workspace, document_id)
    _save(
        workspace, f"Rows of evidence that will lie outside their segments: {lost}. Go on?", yes or not lost
    )


@app.command(
    epilog="Examples: factpack evidence attest my-release --document release.txt --cell 'events fair status' "
    "--exact opened --support normalized --value held\n\n"
    "factpack evidence attest my-release --document release.txt --quotations quotations.csv"
)
def attest(
    document_id: DocumentIdArgument,
    document: DocumentOption,
    descriptor: DescriptorArgument = DEFAULT_DESCRIPTOR,
    quotations: Annotated[
        Path | None, typer.Option("--quotations", help="A CSV file with a quotation a line.")
    ] = None,
    cell: Annotated[str, typer.Option(help="The cell: its table, its row's key and its column.")] = "",
    exact: Annotated[str, typer.Option(help="The words that support it.")] = "",
    prefix: Annotated[str, typer.Option(help="Words right before, to tell them from others.")] = "",
    suffix: Annotated[str, typer.Option(help="Words right after, to tell them from others.")] = "",
    support: Annotated[str, typer.Option(help="verbatim, normalized, paraphrased or inferred.")] = "",
    note: Annotated[str, typer.Option(help="The step from the words to the cell.")] = "",
    value: Annotated[str | None, typer.Option(help="What the cell shall say, if not what it says.")] = None,
    yes: YesOption = False,
) -> None:
    """Write the evidence of the named cells in place of what they had.

    Shows the old value, the new value and the words of each cell first, and asks: exit 0 if it is written or
    the answer is no, 2 if there is no answer.
    """
    from factpack.evidence.attestation import Quotation, read_quotations
    from factpack.evidence.attestation import attest as attest_cells
    from factpack.evidence.document import read_document
    from factpack.evidence.seals import broken_as_read
    from factpack.reports.text import count

    if (quotations is None) == (not cell):
        raise FactpackError("give either --quotations or a --cell with --exact and --support")
    if quotations is not None:
        items = read_quotations(quotations)
    else:
        resource, _, rest = cell.partition(" ")
        row_key, _, field = rest.rpartition(" ")
        if not row_key:
            raise FactpackError("--cell takes a table, a row's key and a column, with spaces between them")
        words = {"exact": exact, "prefix": prefix, "suffix": suffix, "support": support, "note": note}
        items = [Quotation(resource=resource, row_key=row_key, field=field, value=value, **words)]
    workspace = _workspace(descriptor)
    attestations = attest_cells(workspace, document_id, read_document(document), items)
    for item in attestations:
        row = item.row
        change = f"{item.old!r} -> {item.new!r}" if item.new != item.old else repr(item.new)
        stale = " (changed since it was attested)" if item.was_attested is False else ""
        _print(f"{row['resource']} {row['row_key']} {row['field']}: {change}{stale}")
        _print(f"  {row['support']} {row['segment_id']} {row['start']}-{row['end']}: {item.words!r}")
    names = [(item.row["resource"], item.row["row_key"]) for item in attestations]
    for name, key in broken_as_read(workspace, names):
        _print(f"{name} {key} {STATES[False]}; it is sealed along, so look at all of it")
        _show_cells(workspace.keyed(name)[key])
    _save(workspace, f"Write {count(len(attestations), 'row')} of evidence?", yes)


@app.command(epilog="Example: factpack evidence rename events fair lamp-fair")
def rename(
    resource: Annotated[str, typer.Argument(help="The table.", show_default=False)],
    old: Annotated[str, typer.Argument(help="The key as it is.", show_default=False)],
    new: Annotated[str, typer.Argument(help="The key as it shall be.", show_default=False)],
    descriptor: DescriptorArgument = DEFAULT_DESCRIPTOR,
    yes: YesOption = False,
) -> None:
    """Rename a key, with all that refers to it and its evidence.

    Asks first: exit 0 if it is written or the answer is no, 2 if there is no answer.
    """
    from factpack.evidence.renaming import rename as rename_key
    from factpack.reports.text import count

    workspace = _workspace(descriptor)
    for table, number in rename_key(workspace, resource, old, new).items():
        _print(f"{table}: {count(number, 'row')}")
    _save(workspace, f"Rename {old} to {new}?", yes)


@app.command(epilog="Example: factpack evidence prune")
def prune(descriptor: DescriptorArgument = DEFAULT_DESCRIPTOR, yes: YesOption = False) -> None:
    """Remove the evidence of cells that are no more, or that have become null, and the seals of lost rows.

    Asks first: exit 0 if it is written or the answer is no, 2 if there is no answer.
    """
    from factpack.evidence.attestation import remove_dangling
    from factpack.evidence.seals import remove_dangling_seals
    from factpack.reports.text import count

    workspace = _workspace(descriptor)
    rows, seals = remove_dangling(workspace), remove_dangling_seals(workspace)
    if not rows and not seals:
        _print("nothing to remove")
        return
    for row in rows:
        place = f"{row['segment_id']} {row['start']}-{row['end']}"
        _print(f"{row['resource']} {row['row_key']} {row['field']}: {place}")
    for row in seals:
        _print(f"{row['resource']} {row['row_key']}: its seal")
    counts = [f"{count(len(rows), 'row')} of evidence"] if rows else []
    counts += [count(len(seals), "seal")] if seals else []
    _save(workspace, f"Remove {' and '.join(counts)}?", yes)


@app.command(
    epilog="Examples: factpack evidence seal events --key fair\n\n"
    "factpack evidence seal segments --key my-release/p1-1 --key my-release/p1-2"
)
def seal(
    resource: Annotated[str, typer.Argument(help="The table.", show_default=False)],
    keys: Annotated[
        list[str],
        typer.Option("--key", help="The key of a row, as evidence has it; may be given again."),
    ],
    descriptor: DescriptorArgument = DEFAULT_DESCRIPTOR,
    yes: YesOption = False,
) -> None:
    """Seal the named rows as they stand, with what supports them, since you vouch for them.

    Shows each row first, and asks: exit 0 if it is written or the answer is no, 2 if there is no answer. What
    changed since a row was sealed cannot be shown.
    """
    from factpack.evidence.seals import look_at
    from factpack.reports.text import count

    workspace = _workspace(descriptor)
    rows = look_at(workspace, resource, keys)
    to_seal = [row for row in rows if not row.was_sealed]
    for row in rows:
        _show(row)
    if not to_seal:
        _print("nothing to seal")
        return
    for row in to_seal:
        workspace.vouch(resource, row.row)
    stand = "it stands" if len(to_seal) == 1 else "they stand"
    _save(workspace, f"Seal {count(len(to_seal), 'row')} as {stand}?", yes)


def _show(vouched: "Vouched") -> None:
    """Print a row that is to be sealed, and what supports it."""
    _print(f"{vouched.resource} {vouched.row_key} {STATES[vouched.was_sealed]}")
    if vouched.was_sealed:
        return
    _show_cells(vouched.row)
    for field, document, segment, start, end, support, note, _ in vouched.evidence:
        told = f" ({note})" if note else ""
        _print(f"  {field} is {support}: {document} {segment} {start}-{end}{told}")


@app.command(epilog="Example: factpack evidence status")
def status(
    descriptor: DescriptorArgument = DEFAULT_DESCRIPTOR, form: FormatOption = OutcomeForm.TEXT
) -> None:
    """Show cells without evidence, segments without use, and how much of each paragraph is covered.

    It only tells: whatever it finds, it exits with 0. `factpack validate` and `verify` judge.
    """
    from factpack.evidence.status import status as evidence_status
    from factpack.reports.status import show as show_status

    _, model = _open(descriptor)
    show_status(evidence_status(model), form)


@app.command(epilog="Example: factpack evidence verify --document release.txt")
def verify(
    document: DocumentOption,
    descriptor: DescriptorArgument = DEFAULT_DESCRIPTOR,
    document_id: DocumentIdOption = "",
    rules: RulesOption = None,
    form: ReportFormatOption = ReportForm.TEXT,
    output: OutputOption = None,
    most: MostFindingsOption = None,
    quiet: QuietOption = False,
    fail_on: FailOnOption = Weight.ERROR,
    baseline: BaselineOption = None,
    root: RootOption = Path(),
) -> None:
    """Validate the package, and verify its evidence against a copy of a document."""
    from factpack.request import Request, answer

    if not document.is_file():
        raise FactpackError(f"{document}: no such file")
    name = _document_id(_workspace(descriptor), document_id, document)
    raise typer.Exit(
        answer(
            Request(
                descriptor=descriptor,
                copies={name: document},
                rules=rules or [],
                form=form,
                output=output,
                most=most,
                quiet=quiet,
                fail_on=fail_on,
                baseline=baseline,
                root=root,
            )
        )
    )


@app.command(epilog="Example: factpack evidence view --document release.txt -o page.html")
def view(
    document: DocumentOption,
    output: FileOption,
    descriptor: DescriptorArgument = DEFAULT_DESCRIPTOR,
    document_id: DocumentIdOption = "",
) -> None:
    """Write a page that shows the document with its spans, and what each supports.

    The page holds the document's text. Open it in a browser; it needs no network.
    """
    from factpack.evidence.document import read_document
    from factpack.evidence.view import view as view_document
    from factpack.writing import check_output, write_files

    workspace, model = _open(descriptor)
    check_output(output, [*workspace.package.files, document])
    name = _document_id(workspace, document_id, document)
    title = str(workspace.package.descriptor.get("title", workspace.package.name))
    page = view_document(model, name, read_document(document), title)
    write_files({output.absolute(): page.encode("utf-8")})
    _print(f"wrote {output}")


def _show_cells(row: "Row") -> None:
    for name, text in row.items():
        _print(f"  {name}: {text!r}")


def _workspace(descriptor: Path) -> "Workspace":
    return _open(descriptor)[0]


def _open(descriptor: Path) -> tuple["Workspace", "Model"]:
    """Return a package's tables, to be changed, and its evidence as it is.

    Raises:
        FactpackError: the package cannot be opened, or its evidence is malformed.

    """
    from factpack.evidence.model import read_model
    from factpack.evidence.tables import Workspace
    from factpack.package import open_package

    workspace = Workspace(open_package(descriptor))
    workspace.package.check_opened()
    documents = workspace.evidence("documents")
    model = read_model(workspace.package, workspace.lexical())
    for finding in model.findings:
        if finding.resource != documents:  # a new document has no length and no fingerprint yet
            place = f"{finding.path}:{finding.line}: {finding.field}"
            message = f"{place} {finding.message}; `factpack validate` lists all such faults"
            raise FactpackError(visible(message))
    return workspace, model


def _document_id(workspace: "Workspace", given: str, file: Path) -> str:
    """Return the key of the document that a file is a copy of: as given, the only one, or the file's name."""
    keys = [row["document_id"] for row in workspace.rows(workspace.evidence("documents"))]
    name = given or (keys[0] if len(keys) == 1 else file.stem)
    if name not in keys:
        known = visible(", ".join(keys))
        raise FactpackError(f"there is no document {name!r}; give its key with --id: {known}")
    return name


def _save(workspace: "Workspace", question: str, yes: bool) -> None:
    if yes or confirmed(question, "--yes writes unasked"):
        workspace.save()
    else:
        print("nothing was written")


def _print(text: str) -> None:
    """Print a line in which nothing that a table holds can disguise what is shown, or command a terminal."""
    print(visible(text))
