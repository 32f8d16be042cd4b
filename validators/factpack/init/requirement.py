"""Tells where others, CI among them, can install factpack from."""

import json
import shlex
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

from factpack import __version__
from factpack.exceptions import PackageError

#: The folder of a package into which the wheel is copied.
WHEELS = "wheels"


@dataclass(frozen=True, kw_only=True)
class Requirement:
    """A line of `requirements.txt`; the wheel that it names, if there is one; and what to say of it.

    `comment` stands above the line.
    """

    line: str
    wheel: Path | None = None
    caution: str | None = None
    comment: str | None = None


def requirement(text: str | None, folder: Path) -> Requirement:
    """Return the requirement that was asked for, or the one by which factpack was installed here.

    A wheel that is not in the folder of the package is to be copied there.

    Raises:
        PackageError: the text is not one line, or names a wheel that does not exist.

    Source: PEP 610, `direct_url.json`.

    """
    if text is None:
        return installed(_direct_url(), folder)
    if not text.strip() or not text.isprintable():
        raise PackageError(f"the requirement {text!r} is not one line of text")
    if not text.endswith(".whl") or "://" in text:
        return Requirement(line=text)
    if not Path(text).is_file():
        raise PackageError(f"{text}: no such file")
    return _of_wheel(Path(text), folder)


def installed(origin: dict[str, Any] | None, folder: Path) -> Requirement:
    """Return a requirement by which what is installed here can be installed elsewhere.

    An index is never asked for factpack by its name, since it is in none: whoever took the name there would
    run code in CI. If it is not known where it can be had, a wheel is named that is to be put in place; pip
    fails, and names it, until it is there.
    """
    if origin is None:
        return _missing("it is not known where factpack was installed from", "CHECKOUT")
    address, version_control = str(origin.get("url")), origin.get("vcs_info")
    parts = urlsplit(address)
    if version_control and parts.scheme != "file":
        commit = version_control["commit_id"]
        return Requirement(line=f"factpack @ {version_control['vcs']}+{address}@{commit}")
    if parts.scheme != "file":
        return Requirement(line=f"factpack @ {address}")
    file = Path(url2pathname(parts.path))
    if file.suffix == ".whl" and file.is_file():
        return _of_wheel(file, folder)
    place = str(file) if "dir_info" in origin else "CHECKOUT"
    return _missing("factpack was installed from this machine, where CI cannot find it", place)


def _missing(why: str, place: str) -> Requirement:
    """Return a requirement of a wheel that is not there yet; it can be built from a checkout at `place`."""
    wheel = f"{WHEELS}/factpack-{__version__}-py3-none-any.whl"
    build = f"pip wheel --no-deps -w {WHEELS}"
    caution = (
        f"{why}, so the check in CI fails until {wheel} is in the package; "
        f"make it there with: {build} {shlex.quote(place)}"
    )
    comment = f"factpack is in no package index. Put this wheel in place: {build} CHECKOUT"
    return Requirement(line=f"./{wheel}", caution=caution, comment=comment)


def _of_wheel(file: Path, folder: Path) -> Requirement:
    whole = file.resolve()
    if whole.is_relative_to(folder.resolve()):
        return Requirement(line=f"./{whole.relative_to(folder.resolve()).as_posix()}")
    return Requirement(line=f"./{WHEELS}/{file.name}", wheel=file)


def _direct_url() -> dict[str, Any] | None:
    """Return where factpack was installed from, if it was not from an index."""
    try:
        text = distribution("factpack").read_text("direct_url.json")
    except PackageNotFoundError:
        return None
    content = json.loads(text) if text else None
    return content if isinstance(content, dict) else None
