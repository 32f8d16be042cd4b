"""Keeps `bytes` and `hash` of a descriptor true to the files."""

import hashlib
import json
import re
import uuid
from collections.abc import Mapping
from pathlib import Path

from factpack.exceptions import PackageError
from factpack.package import Package, open_package
from factpack.source import file_bytes
from factpack.writing import write_files


def refresh(descriptor: str | Path) -> list[str]:
    """Write each resource's `bytes` and `hash` into the descriptor; return the names of those that changed.

    Raises:
        PackageError: the descriptor is not JSON, or a resource has no file in the package.

    """
    package = open_package(descriptor)
    package.check_opened()
    contents = {}
    for resource in package.resources:
        if resource.source.is_inline:
            continue
        if not resource.source.files:
            raise PackageError(f"the resource {resource.name!r} has no file that could be read")
        contents[resource.name] = b"".join(map(file_bytes, resource.source.files))
    changed = update(package, contents)
    if changed:
        write_files({package.file: descriptor_bytes(package)})
    return changed


def update(package: Package, contents: Mapping[str, bytes]) -> list[str]:
    """Set `bytes` and `hash` of the resources in the descriptor, in memory; return those that changed.

    Source: Data Resource v2.0, `bytes` and `hash`.
    """
    changed = []
    for name, content in contents.items():
        entry = {"bytes": len(content), "hash": f"sha256:{hashlib.sha256(content).hexdigest()}"}
        descriptor = package.resource(name).descriptor
        if any(descriptor.get(key) != value for key, value in entry.items()):
            descriptor.update(entry)
            changed.append(name)
    return changed


def descriptor_bytes(package: Package) -> bytes:
    """Return the descriptor as JSON, indented by two spaces; numbers keep all their digits."""
    mark = uuid.uuid4().hex  # stands around a number that was read exactly, until it is written as it was
    text = json.dumps(
        package.descriptor, indent=2, ensure_ascii=False, default=lambda number: f"{mark}{number}{mark}"
    )
    return (re.sub(f'"{mark}(.*?){mark}"', r"\1", text) + "\n").encode("utf-8")
