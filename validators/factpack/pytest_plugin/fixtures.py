"""The fixtures: the package, and each of its tables by name."""

import inspect
import keyword
import os
import textwrap
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, cached_property, partial
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd
import pytest

from factpack.exceptions import FactpackError
from factpack.frames import load_table
from factpack.package import Package
from factpack.pytest_plugin.messages import failure
from factpack.pytest_plugin.packages import Packages
from factpack.table_schema import did_you_mean
from factpack.visible import visible

#: Names that pytest gives to what is no fixture, and to that of the package.
RESERVED = {"request", "package"}


class TablesByName(Mapping[str, pd.DataFrame]):
    """The tables of a package, each read when it is first asked for, and given as a copy."""

    def __init__(self, package: Package) -> None:
        self._loads = {
            resource.name: cache(partial(load_table, resource))
            for resource in package.resources
            if resource.is_table
        }

    def __getitem__(self, name: str) -> pd.DataFrame:
        __tracebackhide__ = True
        if name not in self._loads:
            raise KeyError(f"the package has no table {name!r}{did_you_mean(name, list(self._loads))}")
        return self._loads[name]().copy(deep=False)  # pandas copies what is written to

    def __iter__(self) -> Iterator[str]:
        return iter(self._loads)

    def __len__(self) -> int:
        return len(self._loads)


@dataclass(frozen=True, kw_only=True)
class PackageUnderTest:
    """What the fixture `package` gives: the path of a package's descriptor, and its tables by name."""

    descriptor: Path
    tables: Mapping[str, pd.DataFrame]


class Fixtures:
    """The hooks by which packages and tables become fixtures."""

    def __init__(self, packages: Packages, config: pytest.Config) -> None:
        self._packages = packages
        self._config = config
        self._taken = taken_names(config.pluginmanager)
        self._clashes = sorted(self._tables.keys() & {*self._taken, *RESERVED})

    def module(self) -> ModuleType:
        """Return a module of the fixtures, but for those whose names other plugins have given to theirs."""
        module = ModuleType("factpack_tables")
        for number, name in enumerate(sorted(self._tables.keys() - set(self._clashes))):
            setattr(module, f"table_{number}", _of_table(name, self._tables[name]))
        if "package" not in self._taken:
            module.package = self._of_package()  # type: ignore[attr-defined]
        return module

    def pytest_report_header(self) -> list[str]:
        """Name the packages, and the tables that are no fixtures though their names would do."""
        ambiguous = [name for name, owners in self._owners.items() if len(owners) > 1]
        lines = [f"factpack: {', '.join(map(self._shown, self._packages.settings.descriptors))}"]
        if other := sorted([*self._clashes, *ambiguous]):
            names = textwrap.shorten(", ".join(other), 200, placeholder=" …")
            lines.append(f"factpack: these names are no fixtures of tables, use package.tables: {names}")
        return [visible(line) for line in lines]

    @cached_property
    def _under_test(self) -> dict[Path, PackageUnderTest]:
        """The packages that can be opened; of the others it is said where they are asked for."""
        found = {}
        for descriptor in self._packages.settings.descriptors:
            with suppress(FactpackError, OSError):
                tables = TablesByName(self._packages.opened(descriptor))
                found[descriptor] = PackageUnderTest(descriptor=descriptor, tables=tables)
        return found

    @cached_property
    def _owners(self) -> dict[str, list[PackageUnderTest]]:
        """The packages that have a table of each name which can be that of a fixture."""
        owners: dict[str, list[PackageUnderTest]] = defaultdict(list)
        for package in self._under_test.values():
            for name in package.tables:
                if name.isidentifier() and not keyword.iskeyword(name):
                    owners[name].append(package)
        return owners

    @property
    def _tables(self) -> dict[str, PackageUnderTest]:
        return {name: owners[0] for name, owners in self._owners.items() if len(owners) == 1}

    def _of_package(self) -> Any:
        """Return the fixture of the package; with several, a test that asks for it runs once for each."""
        descriptors = self._packages.settings.descriptors
        are_several = len(descriptors) > 1

        def package(request: pytest.FixtureRequest) -> PackageUnderTest:
            """The data package: `package.tables` has its tables by name."""
            descriptor = getattr(request, "param", descriptors[0])
            try:
                self._packages.opened(descriptor)
            except (FactpackError, OSError) as error:
                raise failure(visible(str(error))) from None
            return self._under_test[descriptor]

        return pytest.fixture(
            name="package",
            scope="session",
            params=descriptors if are_several else None,
            ids=list(map(self._shown, descriptors)) if are_several else None,
        )(package)

    def _shown(self, descriptor: Path) -> str:
        return os.path.relpath(descriptor, self._config.invocation_params.dir)


def _of_table(name: str, package: PackageUnderTest) -> Any:
    """Return the fixture of a table."""

    def table() -> pd.DataFrame:
        try:
            return package.tables[name]
        except (FactpackError, OSError) as error:
            raise failure(visible(str(error))) from None

    table.__doc__ = f"The table {name} of {package.descriptor.name}."
    return pytest.fixture(name=name)(table)


def taken_names(manager: pytest.PytestPluginManager) -> set[str]:
    """Return the names of the fixtures of plugins; those of a project, in conftest.py, go before any."""
    kind = type(pytest.fixture(lambda: None))
    names: set[str] = set()
    for plugin_name, plugin in manager.list_name_plugin():
        if plugin is not None and not plugin_name.endswith("conftest.py"):
            values = [inspect.getattr_static(plugin, name, None) for name in dir(plugin)]
            names.update(value.name for value in values if isinstance(value, kind))
    return names
