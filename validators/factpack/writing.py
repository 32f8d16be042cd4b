"""Writes files whole or not at all: an interrupted run leaves the old file as it was."""

import csv
import io
import os
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path


def write_bytes(file: Path, content: bytes) -> None:
    """Replace the file's content in one step."""
    handle, temporary = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        if file.exists():
            os.chmod(temporary, file.stat().st_mode)
        else:
            os.chmod(temporary, 0o644)
        os.replace(temporary, file)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def write_csv(file: Path, labels: Sequence[str], rows: Iterable[Sequence[str | None]]) -> None:
    """Write a table as RFC 4180 has it, in UTF-8, with LF line ends; None becomes an empty cell."""
    lines = [_line(labels), *(_line(row) for row in rows)]
    write_bytes(file, "".join(lines).encode("utf-8"))


def _line(cells: Sequence[str | None]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text).writerow(cells)  # with CRLF, since only then does it quote a carriage return
    return text.getvalue().removesuffix("\r\n") + "\n"
