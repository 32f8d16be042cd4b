"""The arguments and options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

from factpack.reports import Format

DEFAULT_DESCRIPTOR = Path("datapackage.json")

DescriptorArgument = Annotated[
    Path, typer.Argument(metavar="DESCRIPTOR", help="The package's datapackage.json.", show_default=True)
]
PackageOption = Annotated[Path, typer.Option("--package", help="The package's datapackage.json.")]
FormatOption = Annotated[Format, typer.Option("--format", help="The form of the report.")]
DocumentIdArgument = Annotated[str, typer.Argument(help="The document's key.", show_default=False)]
DocumentOption = Annotated[
    Path, typer.Option("--document", help="A local copy of the document: UTF-8 text, or a web page.")
]
YesOption = Annotated[bool, typer.Option("--yes", help="Write without asking.")]
DocumentsOption = Annotated[
    Path | None, typer.Option(help="A folder with copies of the documents, named as their keys.")
]
RulesOption = Annotated[
    list[str] | None,
    typer.Option("--rules", help="A module with more rules, such as my_rules; may be given again."),
]
