"""What pytest is told: which files are packages, that they are collected, and what was passed over."""

import os
from collections.abc import Generator
from pathlib import Path

import pytest

from factpack.pytest_plugin.nodes import NOTE, PACKAGES, Check, PackageFile
from factpack.pytest_plugin.packages import Packages

#: Notes shown; their number is always given.
MOST_NOTES = 20


class Collection:
    """The hooks by which packages become tests."""

    def __init__(self, packages: Packages) -> None:
        self._packages = packages

    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Give the packages to the nodes."""
        session.config.stash[PACKAGES] = self._packages

    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> PackageFile | None:
        """Return the package whose descriptor is met."""
        is_package = file_path in self._packages.settings.descriptors
        return PackageFile.from_parent(parent, path=file_path) if is_package else None

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, session: pytest.Session, items: list[pytest.Item]) -> None:
        """Add the packages that pytest was not told of otherwise, or did not meet in its folders."""
        for descriptor in self._packages.settings.named:
            if descriptor not in self._packages.collected:
                # the name by which pytest calls a file, also one outside of its root folder
                name = Path(os.path.relpath(descriptor, session.config.rootpath)).as_posix()
                file = PackageFile.from_parent(session, path=descriptor, name=name, nodeid=name)
                items.extend(session.genitems(file))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Let the report of a check that fails name the data's place, and not that of our code."""
        report = yield
        crash = getattr(report.longrepr, "reprcrash", None)
        if isinstance(item, Check) and crash is not None:
            crash.path, crash.lineno = item.place
        return report

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say what was passed over: evidence without the text, rules that had nothing to judge."""
        passed = terminalreporter.getreports("passed")
        properties = [(report.nodeid, item) for report in passed for item in report.user_properties]
        # other plugins may have put in anything
        pairs = [
            (node, item) for node, item in properties if isinstance(item, tuple | list) and len(item) == 2
        ]
        notes = [(node, value) for node, (name, value) in pairs if name == NOTE]
        lines = [f"{node}: {note}" for node, note in notes if note]
        if lines:
            terminalreporter.section("data packages")
        for line in lines[:MOST_NOTES]:
            terminalreporter.write_line(line)
        if len(lines) > MOST_NOTES:
            terminalreporter.write_line(f"… and {len(lines) - MOST_NOTES:,} more")
