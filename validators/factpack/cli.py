"""The command line."""

import io
import sys
from pathlib import Path
from typing import Annotated

import typer

from factpack.evidence.cli import app as evidence_app
from factpack.exceptions import FactpackError
from factpack.options import DEFAULT_DESCRIPTOR, DescriptorArgument, FormatOption, RulesOption
from factpack.reports import Format, show

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.add_typer(evidence_app, name="evidence")


@app.callback(epilog="Example: factpack validate datapackage.json")
def _factpack() -> None:
    """Check data packages of facts: tables, keys and evidence."""


@app.command(epilog="Example: factpack validate --format json > report.json")
def validate(
    descriptor: DescriptorArgument = DEFAULT_DESCRIPTOR,
    documents: Annotated[
        Path | None, typer.Option(help="A folder with copies of the documents, named as their keys.")
    ] = None,
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


@app.command(epilog="Example: factpack refresh datapackage.json")
def refresh(descriptor: DescriptorArgument = DEFAULT_DESCRIPTOR) -> None:
    """Write the bytes and hash of each file into the descriptor."""
    from factpack.refresh import refresh as refresh_package

    changed = refresh_package(descriptor)
    print(f"refreshed: {', '.join(changed)}" if changed else "all bytes and hashes are up to date")


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
