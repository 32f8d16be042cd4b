"""The command line."""

import gc
import io
import os
import sys
import traceback
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from factpack.evidence.cli import app as evidence_app
from factpack.exceptions import FactpackError
from factpack.forms import ChangesForm, CitationForm, Engine, ExportForm, OutcomeForm, ReportForm, Weight
from factpack.init.cli import FilesCommand, init
from factpack.options import (
    DEFAULT_DESCRIPTOR,
    BaselineOption,
    DescriptorArgument,
    DocumentsOption,
    EngineOption,
    ExportOption,
    FailOnOption,
    FormatOption,
    MostFindingsOption,
    OutputOption,
    PageOption,
    QuietOption,
    ReportFormatOption,
    RootOption,
    RulesOption,
    SchedulerOption,
    WriteBaselineOption,
)
from factpack.visible import visible

#: How a program ends that writes into a pipe which nobody reads, as shells tell it: no verdict.
BROKEN_PIPE = 141

app = typer.Typer(
    context_settings={"help_option_names": ["-h", "--help"]},
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(evidence_app, name="evidence")


def _print_version(is_asked: bool) -> None:
    if is_asked:
        from factpack import __version__

        print(f"factpack {__version__}")
        raise typer.Exit


@app.callback(epilog="Examples: factpack validate datapackage.json\n\nfactpack validate --help")
def _factpack(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """Check data packages of facts: tables, keys and evidence."""


def _copies(documents: Path | None) -> dict[str, Path]:
    """Return the copies of documents in a folder; without one, nothing is imported for it."""
    if documents is None:
        return {}
    from factpack.evidence.document import copies_in

    return copies_in(documents)


def _print_schema(is_asked: bool) -> None:
    if is_asked:
        from factpack.json_texts import dumps
        from factpack.reports import put
        from factpack.reports.json import schema

        put(dumps(schema()) + "\n")
        raise typer.Exit


@app.command(
    epilog="Examples: factpack validate\n\n"
    "factpack validate my/datapackage.json --documents releases --rules my_rules\n\n"
    "factpack validate --format html --output report.html\n\n"
    "factpack validate --write-baseline known.json\n\n"
    "factpack validate --baseline known.json --fail-on warning"
)
def validate(
    descriptor: DescriptorArgument = DEFAULT_DESCRIPTOR,
    documents: DocumentsOption = None,
    rules: RulesOption = None,
    form: ReportFormatOption = ReportForm.TEXT,
    output: OutputOption = None,
    most: MostFindingsOption = None,
    quiet: QuietOption = False,
    fail_on: FailOnOption = Weight.ERROR,
    baseline: BaselineOption = None,
    write_baseline: WriteBaselineOption = None,
    root: RootOption = Path(),
    engine: EngineOption = Engine.LOCAL,
    scheduler: SchedulerOption = None,
    json_schema: Annotated[
        bool,
        typer.Option(
            "--json-schema",
            help="Print the JSON Schema of the report as JSON, and do nothing else.",
            callback=_print_schema,
            is_eager=True,
        ),
    ] = False,
) -> None:
    """Validate a data package: exit 0 if valid, 1 if invalid, 2 if it could not be judged."""
    from factpack.request import Request, answer

    raise typer.Exit(
        answer(
            Request(
                descriptor=descriptor,
                copies=_copies(documents),
                rules=rules or [],
                form=form,
                output=output,
                most=most,
                quiet=quiet,
                fail_on=fail_on,
                baseline=baseline,
                write_baseline=write_baseline,
                root=root,
                engine=engine,
                scheduler=scheduler,
            )
        )
    )


@app.command(epilog="Example: factpack schema events datapackage.json")
def schema(
    resource: Annotated[str, typer.Argument(help="The name of the table's resource.", show_default=False)],
    descriptor: DescriptorArgument = DEFAULT_DESCRIPTOR,
    form: FormatOption = OutcomeForm.TEXT,
) -> None:
    """Print the pandera schema of a table: what each check is called, and what it expects."""
    from factpack.reports.schema import show
    from factpack.schema import pandera_schema

    show(pandera_schema(descriptor, resource), form)


@app.command(epilog="Example: factpack rules datapackage.json --rules my_rules")
def rules(
    descriptor: DescriptorArgument = DEFAULT_DESCRIPTOR,
    modules: RulesOption = None,
    form: FormatOption = OutcomeForm.TEXT,
) -> None:
    """List the rules across tables that a package is judged by."""
    from factpack.package import open_package
    from factpack.reports.rules import show
    from factpack.rules import all_rules

    package = open_package(descriptor)
    package.check_opened()
    show(package.name, all_rules(package.name, modules or []), form)


class Part(StrEnum):
    """What can be left out of the judgement of mutants."""

    EVIDENCE = "evidence"
    RULES = "rules"


@app.command(epilog="Example: factpack mutate --without evidence --sample 2000 --seed 7")
def mutate(
    descriptor: DescriptorArgument = DEFAULT_DESCRIPTOR,
    documents: DocumentsOption = None,
    modules: RulesOption = None,
    without: Annotated[
        list[Part] | None, typer.Option(help="Leave this out of the judgement; may be given again.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Chooses the mutants that are left to chance.")] = 0,
    sample: Annotated[int | None, typer.Option(help="Try so many mutants, and not all.", min=1)] = None,
    processes: Annotated[int | None, typer.Option(help="As many as there are processors.", min=1)] = None,
    form: FormatOption = OutcomeForm.TEXT,
    output: OutputOption = None,
) -> None:
    """Corrupt a package, one fault at a time, in memory, and tell which of the faults its checks find."""
    from factpack.mutation.run import Settings, run
    from factpack.package import open_package
    from factpack.reports.mutation import show
    from factpack.reports.progress import progress
    from factpack.writing import check_output

    copies = _copies(documents)
    if output is not None:
        check_output(output, [*open_package(descriptor).files, *copies.values()])
    settings = Settings(
        descriptor=descriptor,
        rules=modules or [],
        documents=copies if documents else None,
        with_rules=Part.RULES not in (without or ()),
        with_evidence=Part.EVIDENCE not in (without or ()),
        seed=seed,
        sample=sample,
    )
    with progress("mutants") as advance:
        outcome = run(settings, processes or os.cpu_count() or 1, advance)
    show(outcome, form, output)


@app.command(epilog="Example: factpack refresh datapackage.json")
def refresh(descriptor: DescriptorArgument = DEFAULT_DESCRIPTOR) -> None:
    """Write the bytes and hash of each file into the descriptor."""
    from factpack.refresh import refresh as refresh_package

    changed = refresh_package(descriptor)
    print(f"refreshed: {visible(', '.join(changed))}" if changed else "all bytes and hashes are up to date")


@app.command(epilog="Example: factpack cite datapackage.json --write .")
def cite(
    descriptor: DescriptorArgument = DEFAULT_DESCRIPTOR,
    form: Annotated[
        CitationForm | None, typer.Option("--format", help="Print this form.", show_default="bibtex")
    ] = None,
    folder: Annotated[
        Path | None,
        typer.Option(
            "--write",
            metavar="FOLDER",
            help="Write CITATION.cff, .zenodo.json and metadata/ into this folder instead; what is there is "
            "replaced.",
            exists=True,
            file_okay=False,
        ),
    ] = None,
) -> None:
    """Make the metadata by which a package is cited and found, from its descriptor."""
    from factpack import citing
    from factpack.package import open_package
    from factpack.reports import put

    if form is not None and folder is not None:
        raise typer.BadParameter("either --format or --write")
    package = open_package(descriptor)
    if folder is None:
        put(citing.cite(package, form or CitationForm.BIBTEX))
    else:
        for file in citing.write(package, folder):
            print(f"wrote {file}")
    for one in [form or CitationForm.BIBTEX] if folder is None else citing.PATHS:
        if missing := citing.lacks(package, one):
            print(missing, file=sys.stderr)


@app.command(epilog="Example: factpack codebook datapackage.json --output codebook.md")
def codebook(
    descriptor: DescriptorArgument = DEFAULT_DESCRIPTOR,
    output: PageOption = None,
) -> None:
    """Describe every table and field of a package, and what stands in them, in Markdown."""
    from factpack.codebook import codebook_page
    from factpack.package import open_package
    from factpack.reports import put
    from factpack.writing import check_output, write_files

    package = open_package(descriptor)
    if output is None:
        put(codebook_page(package))
    else:
        check_output(output, package.files)
        write_files({output.absolute(): codebook_page(package).encode("utf-8", "backslashreplace")})


@app.command(epilog="Example: factpack changes ../before/datapackage.json datapackage.json --format markdown")
def changes(
    old: Annotated[
        Path, typer.Argument(help="The datapackage.json of the version before.", show_default=False)
    ],
    new: DescriptorArgument = DEFAULT_DESCRIPTOR,
    form: Annotated[ChangesForm, typer.Option("--format", help="The form.")] = ChangesForm.TEXT,
) -> None:
    """Tell which rows came, went or changed: exit 0 if none, 1 if any, 2 if they could not be compared."""
    from factpack.changes import changes as compare
    from factpack.package import open_package
    from factpack.reports.changes import show as show_changes

    found = compare(open_package(old), open_package(new))
    show_changes(found, form)
    raise typer.Exit(found.exit_code)


@app.command(epilog="Example: factpack export --to sqlite --output facts.sqlite")
def export(
    to: Annotated[ExportForm, typer.Option("--to", help="The format.", show_default=False)],
    output: ExportOption,
    descriptor: DescriptorArgument = DEFAULT_DESCRIPTOR,
    documents: DocumentsOption = None,
    modules: RulesOption = None,
    force: Annotated[bool, typer.Option("--force", help="Replace what was exported there before.")] = False,
) -> None:
    """Write a valid package in another format: exit 0 if written, 1 if it is invalid, 2 if not judged."""
    from factpack.export import export as export_package
    from factpack.package import open_package
    from factpack.reports.export import render, render_refusal
    from factpack.request import validated

    copies = _copies(documents)
    validation = validated(open_package(descriptor), copies, modules or [])
    if not validation.report.valid:
        render_refusal(validation.report)
        raise typer.Exit(validation.report.exit_code)
    kept = copies.values()
    render(output, export_package(validation.package, to, output, force=force, kept=kept))


app.command(cls=FilesCommand, epilog="Example: factpack init lamps --from lamps.csv streets.csv")(init)


#: So many objects are made before Python looks for cycles among them: findings may be many, and have none.
OBJECTS = 100_000


def main() -> None:
    """Run the command line; an error ends it with its message and exit code 2."""
    gc.set_threshold(OBJECTS)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # where a terminal cannot show a character
    try:
        app()
    except SystemExit:
        if type(sys.stdout).__name__ == "PacifyFlushWrapper":  # what click puts there if nobody reads on
            sys.exit(BROKEN_PIPE)
        raise
    except FactpackError as error:
        print(f"factpack: {visible(str(error))}", file=sys.stderr)
        sys.exit(2)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        print(f"factpack: {visible(f'{where}{error.strerror or error}')}", file=sys.stderr)
        sys.exit(2)
    except Exception as error:  # exit code 1, Python's, would say that a package is invalid
        frame = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{Path(frame.filename).name}, line {frame.lineno}"
        message = f"{type(error).__name__}: {error} ({place})"
        print(f"factpack: a fault of factpack's own: {visible(message)}", file=sys.stderr)
        sys.exit(2)
