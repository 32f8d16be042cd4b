"""Reads local copies of documents: plain text, or a saved web page."""

from pathlib import Path

from factpack.evidence.canonical import canonical
from factpack.evidence.model import MOST_CODE_POINTS
from factpack.exceptions import EvidenceError

#: The endings of the files in which copies of a document are looked for.
ENDINGS = (".txt", ".html", ".htm")


def read_document(file: str | Path) -> str:
    """Return the text of a local copy of a document: UTF-8 text as it is, and of a web page what it shows.

    Raises:
        EvidenceError: there is no such file; it is empty, too large, not UTF-8 text, or a web page where the
            library that reads them is not installed.

    """
    path = Path(file)
    if not path.is_file():
        what = "not a regular file" if path.exists() else "no such document"
        raise EvidenceError(f"{path}: {what}")
    if path.stat().st_size > 4 * MOST_CODE_POINTS:
        raise EvidenceError(f"{path}: larger than {4 * MOST_CODE_POINTS:,} bytes, so no document")
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise EvidenceError(f"{path}: not UTF-8 text (byte {error.start})") from error
    if "\0" in text:
        raise EvidenceError(f"{path}: not text (it holds a NUL byte)")
    if path.suffix.lower() in (".html", ".htm") or text.lstrip()[:15].lower().startswith(
        ("<!doctype html", "<html")
    ):
        text = _shown(text)
    if not canonical(text):
        raise EvidenceError(f"{path}: the document is empty")
    return text


def copies_in(folder: str | Path) -> dict[str, Path]:
    """Return the files of a folder that may be copies of documents, by their names without the ending.

    Raises:
        EvidenceError: there is no such folder.

    """
    if not Path(folder).is_dir():
        raise EvidenceError(f"{folder}: no such folder of documents")
    return {file.stem: file for file in sorted(Path(folder).iterdir()) if file.suffix.lower() in ENDINGS}


def _shown(page: str) -> str:
    """Return the text that a web page shows."""
    try:
        from inscriptis import get_text
    except ImportError as error:
        raise EvidenceError("to read web pages, install inscriptis: pip install inscriptis") from error
    return str(get_text(page))
