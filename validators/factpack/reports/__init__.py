"""The forms in which a report is given, one module a form."""

import contextlib
import importlib
import io
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from factpack.forms import ReportForm

if TYPE_CHECKING:
    from factpack.reports.content import Content


#: The findings that are listed where nobody asked for more or fewer: as many as a form's readers take.
MOST_FINDINGS = {
    ReportForm.TEXT: 200,
    ReportForm.JSON: None,
    ReportForm.HTML: 1000,
    ReportForm.JUNIT: 1000,
    ReportForm.SARIF: 5000,
    ReportForm.GITHUB: 50,
}


def render(content: "Content", form: ReportForm, *, quiet: bool = False) -> Iterator[str]:
    """Return the parts of a report in a form; those of a text are its summary only, if quiet."""
    if form is ReportForm.TEXT:
        from factpack.reports import text

        return (line + "\n" for line in text.plain_lines(content, quiet=quiet))
    parts: Iterator[str] = importlib.import_module(f"factpack.reports.{form.value}").render(content)
    return parts


def put(text: str) -> None:
    """Print a text that machines read as it is, in UTF-8, whatever the terminal has."""
    put_all([text])


def put_all(parts: Iterable[str]) -> None:
    """Print the parts of such a text, of which there may be too many to hold."""
    sys.stdout.flush()
    with contextlib.ExitStack() as stack:
        stream: BinaryIO = sys.stdout.buffer
        if isinstance(stream, io.RawIOBase):  # Python holds nothing back; it may write less than it is given
            stream = io.BufferedWriter(stream)
            stack.callback(stream.detach)
        for part in parts:
            stream.write(part.encode("utf-8", "backslashreplace"))
        stream.flush()


def show(content: "Content", form: ReportForm, *, quiet: bool = False) -> None:
    """Print a report in a form; a text without its findings, if quiet.

    What machines read is UTF-8, whatever the terminal has.
    """
    if form is ReportForm.TEXT:
        from factpack.reports import text

        text.render(content, quiet=quiet)
    elif form is ReportForm.GITHUB:
        sys.stdout.writelines(render(content, form))
    else:
        put_all(render(content, form))


def save(content: "Content", form: ReportForm, file: Path, *, quiet: bool = False) -> None:
    """Write a report in a form into a file, whole or not at all, and print its summary."""
    from factpack.reports import text
    from factpack.writing import write_files

    parts = render(content, form, quiet=quiet)
    write_files({file.absolute(): "".join(parts).encode("utf-8")})
    text.render(content, quiet=True)
