"""Reads descriptors: JSON from files of the package, and from nowhere else."""

import json
import re
from decimal import Decimal
from itertools import chain
from pathlib import Path
from typing import Any

from factpack.exceptions import DescriptorError, PackageError, RemoteError

#: JSON whose arrays and objects stand deeper in each other is not read (RFC 8259, section 9, allows a limit).
MOST_LEVELS = 100

#: The properties that count something, by whole numbers.
COUNTS = frozenset({"bytes", "minLength", "maxLength", "headerRows", "commentRows"})

LONE_SURROGATE = re.compile("[\ud800-\udfff]")


class PathError(DescriptorError):
    """A path leads out of the package, or to no file."""


def load_json(file: Path, shown: str, place: str | None = None) -> dict[str, Any]:
    """Return the JSON object in a file.

    Errors call it `shown`, and `place`, if that is given, where it cannot be read at all.

    Raises:
        PackageError: there is no such file, or it, or a number in it, cannot be read.
        DescriptorError: it is not one JSON object, or a key stands twice in one of its objects.

    Source: RFC 8259; Data Package v2.0, "Descriptor".

    """
    try:
        if not file.is_file():
            raise PackageError(
                f"{place or shown}: {'not a regular file' if file.exists() else 'no such file'}"
            )
    except OSError as error:
        raise PackageError(f"{place or shown}: {error.strerror}") from error

    def once(items: list[tuple[str, Any]]) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key, value in items:
            if any(LONE_SURROGATE.search(text) for text in _texts(key, value)):
                raise DescriptorError(f"{shown}: half of a surrogate pair stands in a text")
            if key in result:
                raise DescriptorError(
                    f"{shown}: the key {key!r} stands twice in one object; only one can count"
                )
            result[key] = _as_counts(value) if key in COUNTS else value
        return result

    try:
        content = json.loads(
            file.read_bytes().decode("utf-8"),
            object_pairs_hook=once,
            parse_int=_whole_number,
            parse_float=Decimal,
            parse_constant=_no_constant,
        )
    except UnicodeDecodeError as error:
        raise DescriptorError(f"{shown}: not UTF-8 at byte {error.start}") from error
    except json.JSONDecodeError as error:
        raise DescriptorError(f"{shown}: not JSON: {error.msg} at line {error.lineno}") from error
    except RecursionError as error:
        raise DescriptorError(f"{shown}: the JSON is nested too deeply") from error
    except ArithmeticError as error:  # RFC 8259, section 6, allows a limit
        raise PackageError(f"{place or shown}: a number in it is past what can be read") from error
    except ValueError as error:
        raise DescriptorError(f"{shown}: not JSON that can be read: {error}") from error
    except OSError as error:
        raise PackageError(f"{place or shown}: {error.strerror}") from error
    if not isinstance(content, dict):
        raise DescriptorError(f"{shown}: not a JSON object")
    if is_too_deep(content):
        raise DescriptorError(f"{shown}: the JSON is nested too deeply")
    return content


def is_too_deep(value: Any) -> bool:
    """Tell whether a JSON array or object holds others in more levels than are read."""
    level = [value]
    for _ in range(MOST_LEVELS):
        inside = chain.from_iterable(part.values() if isinstance(part, dict) else part for part in level)
        level = [item for item in inside if isinstance(item, dict | list)]
        if not level:
            return False
    return True


def _texts(key: str, value: Any) -> list[str]:
    if isinstance(value, list):
        return [text for item in value for text in _texts(key, item)] or [key]
    return [key, value] if isinstance(value, str) else [key]


def with_floats(value: Any) -> Any:
    """Return a JSON value with Python's floats for exact decimals, as others take them."""
    if isinstance(value, dict):
        return {key: with_floats(item) for key, item in value.items()}
    if isinstance(value, list):
        return [with_floats(item) for item in value]
    return float(value) if isinstance(value, Decimal) else value


def as_json(value: Any) -> str:
    """Return a JSON value as its text, for messages."""
    return json.dumps(with_floats(value), ensure_ascii=False)


def as_whole(value: Any) -> Any:
    """Return a number without a fraction as an integer, as JSON Schema takes it; anything else as it is."""
    if isinstance(value, float | Decimal) and -(2**63) < value < 2**63 and value % 1 == 0:
        return int(value)
    return value


def _as_counts(value: Any) -> Any:
    return [*map(as_whole, value)] if isinstance(value, list) else as_whole(value)


def _whole_number(digits: str) -> int:
    try:
        return int(digits)
    except ValueError as error:  # Python refuses thousands of them
        raise OverflowError from error


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not a value of JSON")


def is_remote(path: str) -> bool:
    """Tell whether a "URL or Path" is an address."""
    return "://" in path


def check_path(path: str) -> None:
    """Check that a path is a relative one that leads into no hidden folder, and not out of its own.

    Raises:
        PathError: it is not.

    Source: Data Package v2.0, glossary, "URL or Path": POSIX, relative, without `..`, no hidden folders.

    """
    if "\0" in path or "\\" in path or not path:
        raise PathError(f"{path!r} is not a POSIX path")
    if path.endswith("/"):
        raise PathError(f"{path} is not the path of a file")
    if path.startswith(("/", "~")):
        raise PathError(f"the path {path} leads out of the package")
    if ".." in path.split("/"):
        raise PathError(f"the path {path} has '..' in it, and could lead out of the package")
    if any(part.startswith(".") and part != "." for part in path.split("/")[:-1]):
        raise PathError(f"the path {path} leads into a hidden folder")


def file_inside(base: Path, path: str) -> Path:
    """Return the regular file at a path relative to the package's folder, by its own path, without links.

    Raises:
        RemoteError: the path is an address.
        PathError: the path leads out of the folder, also by a link, or to no regular file, or is none for a
            descriptor.

    """
    if is_remote(path):
        raise RemoteError(f"{path}: an address; factpack opens none")
    check_path(path)
    file = base / path
    try:
        resolved = file.resolve()
        if not resolved.is_relative_to(base.resolve()):
            raise PathError(f"{path} is a link that leads out of the package")
        if not resolved.is_file():
            raise PathError(f"{path} {'is not a regular file' if resolved.exists() else 'does not exist'}")
    except (OSError, RuntimeError) as error:  # a name too long, a loop of links
        raise PathError(f"{path} cannot be opened: {error}") from error
    return resolved


def dereference(descriptor: dict[str, Any], what: str, base: Path) -> dict[str, Any] | None:
    """Return the object that a property is, or whose file it names; None if there is no such property.

    Raises:
        RemoteError: it is at an address.
        DescriptorError: it is no JSON object, or its file cannot be used.

    """
    if what not in descriptor:
        return None
    value = descriptor[what]
    if isinstance(value, str):
        return load_json(file_inside(base, value), value)
    if isinstance(value, dict):
        return value
    raise DescriptorError(f"the {what} is neither a JSON object nor a path")
