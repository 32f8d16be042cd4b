"""The arguments and options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

from factpack.forms import Engine, OutcomeForm, ReportForm, Weight

DEFAULT_DESCRIPTOR = Path("datapackage.json")

#: What stands for standard output in place of a file.
DASH = Path("-")


def _or_standard_output(file: Path | None) -> Path | None:
    return None if file == DASH else file


def _no_standard_output(file: Path | None) -> Path | None:
    if file == DASH:
        raise typer.BadParameter("a file is written here, and nothing to standard output")
    return file


DescriptorArgument = Annotated[
    Path, typer.Argument(metavar="DESCRIPTOR", help="The package's datapackage.json.", show_default=True)
]
FormatOption = Annotated[OutcomeForm, typer.Option("--format", help="The form of the report.")]
DocumentIdArgument = Annotated[str, typer.Argument(help="The document's key.", show_default=False)]
DocumentIdOption = Annotated[str, typer.Option("--id", help="The document's key, if there are several.")]
DocumentOption = Annotated[
    Path, typer.Option("--document", help="A local copy of the document: UTF-8 text, or a web page.")
]
YesOption = Annotated[bool, typer.Option("--yes", help="Write without asking.")]
DocumentsOption = Annotated[
    Path | None,
    typer.Option("--documents", help="A folder with copies of the documents, named as their keys."),
]
RulesOption = Annotated[
    list[str] | None,
    typer.Option("--rules", help="A module with more rules, such as my_rules; may be given again."),
]


ReportFormatOption = Annotated[ReportForm, typer.Option("--format", help="The form of the report.")]
OutputOption = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        help="Write the report here, and print only the summary.",
        callback=_or_standard_output,
    ),
]
PageOption = Annotated[
    Path | None,
    typer.Option("--output", "-o", help="Write to this file instead.", callback=_or_standard_output),
]
FileOption = Annotated[
    Path,
    typer.Option(
        "--output", "-o", help="The file to write.", show_default=False, callback=_no_standard_output
    ),
]
ExportOption = Annotated[
    Path,
    typer.Option(
        "--output",
        "-o",
        help="The file, or the folder, to write.",
        show_default=False,
        callback=_no_standard_output,
    ),
]
MostFindingsOption = Annotated[
    int | None,
    typer.Option("--max-findings", min=0, help="List so many findings at most; all of them are counted."),
]
QuietOption = Annotated[
    bool, typer.Option("--quiet", "-q", help="List no findings; of a text, print only the summary.")
]
FailOnOption = Annotated[Weight, typer.Option("--fail-on", help="The least that makes it exit 1.")]
BaselineOption = Annotated[
    Path | None, typer.Option("--baseline", help="A file of known findings, which do not fail.")
]
WriteBaselineOption = Annotated[
    Path | None,
    typer.Option(
        "--write-baseline", help="Write the findings of today as known ones.", callback=_no_standard_output
    ),
]
RootOption = Annotated[
    Path,
    typer.Option(
        "--root",
        help="What paths in sarif and github are relative to: the repository.",
        exists=True,
        file_okay=False,
    ),
]
EngineOption = Annotated[
    Engine, typer.Option("--engine", help="What judges the tables: this process, or a Dask cluster.")
]
SchedulerOption = Annotated[
    str | None,
    typer.Option(
        "--scheduler",
        metavar="ADDRESS",
        help="The Dask cluster, such as tcp://10.0.0.1:8786; else one is started on this machine.",
    ),
]
