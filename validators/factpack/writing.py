"""Writes files whole or not at all: a run that fails or is interrupted leaves the old files as they were."""

import csv
import io
import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from factpack.exceptions import FactpackError


def csv_bytes(
    labels: Sequence[str],
    rows: Iterable[Sequence[str | None]],
    delimiter: str = ",",
    quote: str = '"',
    encoding: str = "utf-8",
) -> bytes:
    """Return a table as RFC 4180 has it, with LF line ends; None becomes an empty cell."""

    def line(cells: Sequence[str | None]) -> str:
        text = io.StringIO(newline="")
        # with CRLF, since only then does Python's writer quote a carriage return
        csv.writer(text, delimiter=delimiter, quotechar=quote).writerow(cells)
        return text.getvalue().removesuffix("\r\n") + "\n"

    return "".join([line(labels), *(line(row) for row in rows)]).encode(encoding)


def check_output(file: Path, own: Iterable[Path]) -> None:
    """Check that a file can be written, and takes the place of nothing that is read.

    Raises:
        FactpackError: its folder is missing, there is something else than a regular file, or it is one of
            the files `own`, which need not all exist.

    """
    folder = file.absolute().parent
    if not folder.is_dir():
        raise FactpackError(f"{folder}: no such folder")
    if not os.path.lexists(file):
        return
    if not file.is_file():
        raise FactpackError(f"{file}: is no regular file, and is not replaced")
    if any(os.path.exists(other) and file.samefile(other) for other in own):
        raise FactpackError(f"{file}: is read here, and is not replaced; name another file")


def write_files(contents: Mapping[Path, bytes]) -> None:
    """Replace the contents of files together.

    All new contents are on the disk before the first file is replaced. If one cannot be replaced, those that
    were get their old contents back.

    Raises:
        FactpackError: there is something else than a regular file, such as a device, which stays as it is.

    """
    staged: dict[Path, Path] = {}
    old: dict[Path, bytes | None] = {}
    try:
        for link, content in contents.items():
            file = link.resolve()  # a link stays one, and its target is replaced
            if file.exists() and not (file.is_file() or file.is_dir()):  # a folder is refused by the system
                raise FactpackError(f"{link}: is no regular file, and is not replaced")
            staged[file] = _stage(file, content)
        for file, new in staged.items():
            old[file] = file.read_bytes() if file.exists() else None
            os.replace(new, file)
    except BaseException:
        for file, before in old.items():
            _restore(file, before, staged[file])
        raise
    finally:
        for new in staged.values():
            new.unlink(missing_ok=True)


def _stage(file: Path, content: bytes) -> Path:
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    with os.fdopen(handle, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    os.chmod(name, file.stat().st_mode if file.is_file() else 0o644)
    return Path(name)


def _restore(file: Path, content: bytes | None, staged: Path) -> None:
    """Put a file back as it was, if it was replaced: then its staged successor is gone."""
    if staged.exists():
        return
    if content is None:
        file.unlink(missing_ok=True)
    else:
        os.replace(_stage(file, content), file)
