"""The command `factpack init`."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
import typer.core

if TYPE_CHECKING:
    from factpack.init.start import About

#: What the option for files is called, of which one takes many.
FROM = "--from"


class FilesCommand(typer.core.TyperCommand):
    """A command whose option `--from` takes all that follows it, up to the next option."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Give each file an option of its own, as typer wants it; refuse a second folder with a hint."""
        ctx.allow_extra_args = True  # so that they are refused here
        left: list[str] = super().parse_args(ctx, spread(args))
        if left and not ctx.resilient_parsing:
            ctx.fail(
                f"{' '.join(left)}: there is one folder; files go after --from, as in: --from a.csv b.csv"
            )
        return left


def spread(arguments: list[str]) -> list[str]:
    """Return arguments with `--from` before each file; one without files stays, and is refused as such."""
    result: list[str] = []
    is_after = False
    for place, argument in enumerate(arguments):
        is_option = argument.startswith("-") and argument != "-"
        if is_option:
            is_after = argument == FROM
            following = arguments[place + 1 : place + 2]
            is_empty = is_after and (not following or following[0].startswith("-"))
            result += [] if is_after and not is_empty else [argument]
        else:
            result += [FROM, argument] if is_after else [argument]
    return result


FolderArgument = Annotated[
    Path, typer.Argument(metavar="FOLDER", help="Where the package shall be; made if there is none.")
]
FromOption = Annotated[
    list[Path] | None,
    typer.Option(
        FROM,
        metavar="FILE...",
        help="CSV files to make the package of, several in a row. One that is not in the folder is copied.",
    ),
]
NameOption = Annotated[str | None, typer.Option(help="The package's name; that of the folder, if left out.")]
TitleOption = Annotated[str | None, typer.Option(help="The package's title; its name, if left out.")]
LicenceOption = Annotated[
    str | None, typer.Option("--license", "--licence", help="Such as CC0-1.0 or CC-BY-4.0.")
]
RequirementOption = Annotated[
    str | None,
    typer.Option(help="From what CI is to install factpack: a wheel, which is copied, or what pip takes."),
]
EncodingOption = Annotated[
    str | None, typer.Option(help="The encoding of files that are not UTF-8, such as windows-1251.")
]
KeepOption = Annotated[
    bool, typer.Option("--keep", help="Leave a README and the like that exist, and write the others.")
]


def init(
    folder: FolderArgument = Path(),
    files: FromOption = None,
    name: NameOption = None,
    title: TitleOption = None,
    licence: LicenceOption = None,
    requirement: RequirementOption = None,
    encoding: EncodingOption = None,
    keep: KeepOption = False,
) -> None:
    """Start a package: an example, or one around CSV files; then validate it, and end as that ends.

    Nothing that exists is overwritten. What is guessed of the files is printed.
    """
    from factpack.init.requirement import requirement as requirement_of
    from factpack.init.start import DESCRIPTOR, check_room, create, survey
    from factpack.reports.init import render
    from factpack.request import Request, answer

    found = survey(folder, files or [], requirement_of(requirement, folder), encoding)
    paths = check_room(found, keep=keep)
    create(found, _about(folder, name, title, licence), paths)
    render(found, paths)
    raise typer.Exit(answer(Request(descriptor=folder / DESCRIPTOR)))


def _about(folder: Path, name: str | None, title: str | None, licence: str | None) -> "About":
    """Return what is said of a package; a person at a terminal is asked what was left out."""
    from factpack.init.names import name_of
    from factpack.init.start import About, check_licence, check_name, check_title

    otherwise = name_of(folder.resolve().name, "package")
    name = check_name(name or _answer("Name", otherwise, check_name))
    otherwise = name.replace("_", " ").replace("-", " ").capitalize()
    title = check_title(title or _answer("Title", otherwise, check_title))
    if licence is None:
        question = "Licence, such as CC0-1.0 or CC-BY-4.0; empty for none"
        licence = _answer(question, "", check_licence)
    return About(name=name, title=title, licence=check_licence(licence))


def _answer(question: str, default: str, check: Callable[[str], str]) -> str:
    """Ask a person at a terminal until the answer can be used; return the default if nobody is there."""
    from factpack.asking import answer_to

    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return default
    return answer_to(question, default, check, "--name, --title and --license answer beforehand")
