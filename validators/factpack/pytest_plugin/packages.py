"""The packages that a run of pytest is about, and what they are judged by."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from factpack.baseline import read
from factpack.evidence.document import copies_in
from factpack.package import Package, open_package
from factpack.pytest_plugin.outcomes import CheckedPackage
from factpack.rules import Rule, all_rules


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the options and settings say; every path is absolute.

    `named` are the packages that are checked whatever else is asked of pytest. The folder `home`, where the
    settings stand, has modules of rules too.
    """

    descriptors: Sequence[Path]
    named: Sequence[Path]
    documents: Path | None
    rules: Sequence[str]
    baseline: Path | None
    home: Path


def settings_of(config: pytest.Config) -> Settings:
    """Return what the options say, and the settings where there is no such option."""
    here, home = config.invocation_params.dir, (config.inipath or config.rootpath / "-").parent
    named = [_absolute(here, path) for path in config.getoption("factpack")]
    declared = [_absolute(home, path) for path in config.getini("factpack")]
    # as with `testpaths`: what is set is left out where somebody names other tests
    also = [] if config.args_source is pytest.Config.ArgsSource.ARGS else declared

    def path_of(name: str) -> Path | None:
        option, setting = config.getoption(name), config.getini(name)
        return _absolute(here, option) if option else _absolute(home, setting) if setting else None

    return Settings(
        descriptors=list(dict.fromkeys([*named, *declared])),
        named=list(dict.fromkeys([*named, *also])),
        documents=path_of("factpack_documents"),
        rules=config.getoption("factpack_rules") or config.getini("factpack_rules"),
        baseline=path_of("factpack_baseline"),
        home=home,
    )


def _absolute(folder: Path, path: str | Path) -> Path:
    """Return a path as pytest has those of the files that it collects: links are not resolved."""
    return Path(os.path.abspath(folder / path))


class Packages:
    """The packages of a run, each of which is opened, and validated, at most once.

    `collected` are those whose checks, or some of them, were collected.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.collected: set[Path] = set()
        self._opened: dict[Path, Package] = {}
        self._checked: dict[Path, CheckedPackage] = {}

    def opened(self, descriptor: Path) -> Package:
        """Return an opened package.

        Raises:
            PackageError: there is no such file, it cannot be read, or nothing in it can be checked.

        """
        if descriptor not in self._opened:
            package = open_package(descriptor)
            package.check_opened()
            self._opened[descriptor] = package
        return self._opened[descriptor]

    def checked(self, descriptor: Path) -> CheckedPackage:
        """Return a package with what it is judged by.

        Raises:
            PackageError: as `opened` tells.
            RuleError: its rules cannot be imported.
            EvidenceError: there is no such folder of documents.
            BaselineError, OSError: the baseline is none, or cannot be read.

        """
        if descriptor not in self._checked:
            package, documents = self.opened(descriptor), self.settings.documents
            copies = {} if documents is None else copies_in(documents)
            known = {} if self.settings.baseline is None else read(self.settings.baseline)
            self._checked[descriptor] = CheckedPackage(package, self._rules(package), copies, known)
        return self._checked[descriptor]

    def _rules(self, package: Package) -> list[Rule]:
        with pytest.MonkeyPatch.context() as patch:
            patch.syspath_prepend(self.settings.home)
            return all_rules(package.name, self.settings.rules)
