"""Tells where the files of a package lie, as seen from the root of a repository."""

import os
from collections.abc import Set
from dataclasses import dataclass
from pathlib import Path

from factpack.package import Package
from factpack.report import Finding


@dataclass(frozen=True, kw_only=True)
class Places:
    """Where the files of a package lie: `files` are its paths below the folder of the descriptor."""

    descriptor: Path = Path("datapackage.json")
    files: Set[str] = frozenset()
    root: Path = Path()

    def file(self, finding: Finding) -> Path:
        """Return the file that a finding is on: that of its table, else the descriptor.

        It is relative to the root, or absolute where it lies elsewhere. Nothing is opened.
        """
        path = finding.path if finding.path in self.files else None
        file = Path(os.path.abspath(self.descriptor.parent / path if path else self.descriptor))
        root = Path(os.path.abspath(self.root))
        return file.relative_to(root) if file.is_relative_to(root) else file


def places_of(package: Package, root: Path) -> Places:
    """Return where the files of a package lie, as seen from a root."""
    files = {path for resource in package.resources for path in resource.source.paths}
    return Places(descriptor=package.file, files=files, root=root)
