"""The pytest plugin: each check of a data package is a test, and each of its tables a fixture.

pytest loads this module wherever factpack is installed. It declares options, and does nothing more unless a
package is named.
"""

import pytest

#: The lowest version of pytest in which all that the plugin uses is there.
LOWEST = (8, 4)


class DataWarning(UserWarning):
    """What a check of a data package warns of; the setting `filterwarnings` may make it an error."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the options, and a setting for each."""
    group = parser.getgroup("factpack", "data packages")
    group.addoption(
        "--factpack",
        action="append",
        default=[],
        metavar="DESCRIPTOR",
        help="Check the data package with this datapackage.json; may be given again.",
    )
    group.addoption(
        "--factpack-documents",
        metavar="FOLDER",
        help="A folder with copies of the documents, named as their keys.",
    )
    group.addoption(
        "--factpack-rules",
        action="append",
        default=[],
        metavar="MODULE",
        help="A module with more rules across tables; may be given again.",
    )
    group.addoption(
        "--factpack-baseline",
        metavar="FILE",
        help="A file of known findings, which do not fail; factpack validate --write-baseline makes it.",
    )
    parser.addini("factpack", "The datapackage.json of each data package to check.", "paths", [])
    parser.addini("factpack_documents", "As --factpack-documents.", "string", "")
    parser.addini("factpack_rules", "As --factpack-rules.", "args", [])
    parser.addini("factpack_baseline", "As --factpack-baseline.", "string", "")


@pytest.hookimpl(trylast=True)  # when the fixtures of other plugins are known
def pytest_configure(config: pytest.Config) -> None:
    """Turn the plugin on if a package is named."""
    if config.getoption("factpack") or config.getini("factpack"):
        if pytest.version_tuple < LOWEST:
            raise pytest.UsageError(
                f"the checks of data packages need pytest {LOWEST[0]}.{LOWEST[1]} or later"
            )
        from factpack.pytest_plugin.collection import Collection
        from factpack.pytest_plugin.fixtures import Fixtures
        from factpack.pytest_plugin.packages import Packages, settings_of

        packages = Packages(settings_of(config))
        config.pluginmanager.register(Collection(packages), "factpack-collection")
        fixtures = Fixtures(packages, config)
        config.pluginmanager.register(fixtures, "factpack-fixtures")
        config.pluginmanager.register(fixtures.module(), "factpack-tables")
