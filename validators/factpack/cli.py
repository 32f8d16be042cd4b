"""The command line."""

import io
import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from factpack.evidence.cli import app as evidence_app
from factpack.exceptions import FactpackError
from factpack.export import Target
from factpack.options import (
    DEFAULT_DESCRIPTOR,
    DescriptorArgument,
    DocumentsOption,
    FormatOption,
    RulesOption,
)
from factpack.reports import Format, show

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.add_typer(evidence_app, name="evidence")


@app.callback(epilog="Example: factpack validate datapackage.json")
def _factpack() -> None:
    """Check data packages of facts: tables, keys and evidence."""


@app.command(epilog="Example: factpack validate --format json > report.json")
def validate(
    descriptor: DescriptorArgument = DEFAULT_DESCRIPTOR,
    documents: DocumentsOption = None,
    rules: RulesOption = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """Validate a data package: exit 0 if valid, 1 if invalid, 2 if it could not be judged."""
    from factpack.evidence.document import copies_in
    from factpack.package import open_package
    from factpack.rules import all_rules
    from factpack.validation import validate as validate_package

    found = all_rules(open_package(descriptor).name, rules) if rules else None
    report = validate_package(descriptor, copies_in(documents) if documents else {}, found)
    show(report, form)
    raise typer.Exit(report.exit_code)


@app.command(epilog="Example: factpack schema events datapackage.json")
def schema(
    resource: Annotated[str, typer.Argument(help="The name of the table's resource.", show_default=False)],
    descriptor: DescriptorArgument = DEFAULT_DESCRIPTOR,
) -> None:
    """Print the pandera schema of a table: what each check is called, and what it expects."""
    from factpack.reports.schema import render
    from factpack.schema import pandera_schema

    render(pandera_schema(descriptor, resource))


@app.command(epilog="Example: factpack rules datapackage.json --rules my_rules")
def rules(descriptor: DescriptorArgument = DEFAULT_DESCRIPTOR, modules: RulesOption = None) -> None:
    """List the rules across tables that a package is judged by."""
    from factpack.package import open_package
    from factpack.reports.rules import render
    from factpack.rules import all_rules

    render(all_rules(open_package(descriptor).name, modules or []))


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
    form: FormatOption = Format.TEXT,
) -> None:
    """Corrupt a package, one fault at a time, in memory, and tell which of the faults its checks find."""
    from factpack.evidence.document import copies_in
    from factpack.mutation.run import Settings, run
    from factpack.reports.mutation import as_json, render
    from factpack.reports.progress import progress

    settings = Settings(
        descriptor=descriptor,
        rules=modules or [],
        documents=copies_in(documents) if documents else None,
        with_rules=Part.RULES not in (without or ()),
        with_evidence=Part.EVIDENCE not in (without or ()),
        seed=seed,
        sample=sample,
    )
    with progress("mutants") as advance:
        outcome = run(settings, processes or os.cpu_count() or 1, advance)
    if form is Format.JSON:
        print(as_json(outcome))
    else:
        render(outcome)


@app.command(epilog="Example: factpack refresh datapackage.json")
def refresh(descriptor: DescriptorArgument = DEFAULT_DESCRIPTOR) -> None:
    """Write the bytes and hash of each file into the descriptor."""
    from factpack.refresh import refresh as refresh_package

    changed = refresh_package(descriptor)
    print(f"refreshed: {', '.join(changed)}" if changed else "all bytes and hashes are up to date")


@app.command(epilog="Example: factpack export --to sqlite --output facts.sqlite")
def export(
    to: Annotated[Target, typer.Option("--to", help="The format.", show_default=False)],
    output: Annotated[Path, typer.Option(help="The file, or the folder, to write.", show_default=False)],
    descriptor: DescriptorArgument = DEFAULT_DESCRIPTOR,
    force: Annotated[bool, typer.Option("--force", help="Replace what was exported there before.")] = False,
) -> None:
    """Write a valid package in another format: exit 0 if written, 1 if the package is invalid."""
    from factpack.export import export as export_package
    from factpack.package import open_package
    from factpack.reports.export import render, render_refusal
    from factpack.validation import validate as validate_package

    report = validate_package(descriptor)
    if not report.valid:
        render_refusal(report)
        raise typer.Exit(report.exit_code)
    render(output, export_package(open_package(descriptor), to, output, force=force))


def main() -> None:
    """Run the command line; an error ends it with its message and exit code 2."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # where a terminal cannot show a character
    try:
        app()
    except FactpackError as error:
        print(f"factpack: {error}", file=sys.stderr)
        sys.exit(2)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        print(f"factpack: {where}{error.strerror or error}", file=sys.stderr)
        sys.exit(2)
