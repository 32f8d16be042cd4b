"""The nodes of pytest's tree: a package, the kinds of checks, and each check, which is a test."""

import os
import warnings
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from factpack.exceptions import FactpackError
from factpack.pytest_plugin import DataWarning
from factpack.pytest_plugin.messages import as_name, described, failure, placed
from factpack.pytest_plugin.outcomes import METADATA, CheckedPackage, Key
from factpack.pytest_plugin.packages import Packages
from factpack.report import Finding, Verdict, verdict_of
from factpack.visible import visible

PACKAGES = pytest.StashKey[Packages]()

#: The property of a test's report that tells what a reader should know of a check that passes.
NOTE = "factpack"


class PackageFile(pytest.File):
    """A package: its metadata is a check, and below each kind of checks stand those of that kind."""

    def collect(self) -> Iterator[pytest.Item | pytest.Collector]:
        """Yield the checks, by kind.

        Raises:
            CollectError: the package, its rules or the folder of documents cannot be opened.

        """
        packages = self.config.stash[PACKAGES]
        packages.collected.add(self.path)
        try:
            checked = packages.checked(self.path)
        except (FactpackError, OSError) as error:
            raise self.CollectError(visible(str(error))) from None
        for kind, keys in groupby(checked.keys, lambda key: key.kind):
            if kind == METADATA:
                yield Check.from_parent(self, name=kind, key=next(keys), checked=checked)
            else:
                yield Kind.from_parent(self, name=kind, keys=list(keys), checked=checked)


class Kind(pytest.Collector):
    """The checks of resources, of rules, or of evidence."""

    def __init__(self, *, keys: Sequence[Key], checked: CheckedPackage, **of_node: Any) -> None:
        super().__init__(**of_node)
        self._keys = keys
        self._checked = checked

    def collect(self) -> Iterator[pytest.Item]:
        """Yield each check."""
        for key in self._keys:
            yield Check.from_parent(self, name=as_name(key.name), key=key, checked=self._checked)


class Check(pytest.Item):
    """A check of a package: it fails where there are errors, and is an error where it could not judge.

    `place` is the path and the line that a report of a failure names.
    """

    def __init__(self, *, key: Key, checked: CheckedPackage, **of_node: Any) -> None:
        super().__init__(**of_node)
        self._key = key
        self._checked = checked
        self._findings: Sequence[Finding] = ()
        self.place = (str(self.path), 1)

    def setup(self) -> None:
        """Validate the package, unless that was done; this fails if the check could not judge."""
        try:
            outcome = self._checked.outcome(self._key)
        except (FactpackError, OSError) as error:
            raise failure(f"could not judge: {visible(str(error))}") from None
        folder = os.path.relpath(self.path.parent, self.config.invocation_params.dir)
        self._findings = [placed(finding, folder) for finding in outcome.findings]
        self.user_properties += [(name, str(number)) for name, number in outcome.measures.items()]
        self.user_properties += [(NOTE, outcome.note)] if outcome.note else []
        for first in self._findings[:1]:
            self.place = (first.path or self.place[0], first.line or 1)
            self.user_properties += [("file", self.place[0]), ("line", str(self.place[1]))]
        if outcome.verdict is Verdict.UNJUDGED:
            raise failure(described(self._findings))

    def runtest(self) -> None:
        """Fail if there are errors, and leave warnings to pytest."""
        if verdict_of(self._findings) is Verdict.INVALID:
            raise failure(described(self._findings))
        if self._findings:
            try:  # at line 0, or Python would print what stands in the file, whatever that is
                warnings.warn_explicit(described(self._findings), DataWarning, str(self.path), lineno=0)
            except DataWarning as warning:
                raise failure(str(warning)) from None

    def reportinfo(self) -> tuple[Path, None, str]:
        """Return where the check stands, and its title."""
        return self.path, None, f"{self._key.kind} {self.name}" if self._key.name else self.name
