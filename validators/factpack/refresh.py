"""Keeps `bytes` and `hash` of a descriptor true to the files."""

import hashlib
import json
from pathlib import Path

from factpack.exceptions import PackageError
from factpack.package import open_package
from factpack.writing import write_bytes


def refresh(descriptor: str | Path) -> list[str]:
    """Write each resource's `bytes` and `hash` into the descriptor; return the names of those that changed.

    Raises:
        PackageError: the descriptor is not JSON, or a resource has no file in the package.

    """
    package = open_package(descriptor)
    if not package.descriptor:
        raise PackageError(package.findings[0].message)
    changed = []
    for resource in package.resources:
        if resource.file is None:
            raise PackageError(f"the resource {resource.name!r} has no file that could be read")
        content = resource.file.read_bytes()
        entry = {"bytes": len(content), "hash": f"sha256:{hashlib.sha256(content).hexdigest()}"}
        if any(resource.descriptor.get(name) != value for name, value in entry.items()):
            resource.descriptor.update(entry)
            changed.append(resource.name)
    if changed:
        text = json.dumps(package.descriptor, indent=2, ensure_ascii=False) + "\n"
        write_bytes(Path(descriptor), text.encode("utf-8"))
    return changed
