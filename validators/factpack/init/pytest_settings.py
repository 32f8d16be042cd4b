"""Finds the settings of pytest that a folder has already: a `pytest.ini` beside them would hide them."""

import configparser
import tomllib
from pathlib import Path

#: The files of other tools in which pytest looks for its settings, with the section; and those of its own.
SECTIONS = {"tox.ini": "pytest", "setup.cfg": "tool:pytest"}
OWN = (".pytest.ini", "pytest.toml", ".pytest.toml")


def settings_of_pytest(folder: Path) -> str | None:
    """Return the name of the file from which pytest takes its settings, other than `pytest.ini`.

    Source: pytest 9, "Configuration file formats".
    """
    for name in OWN:
        if (folder / name).is_file():
            return name
    if _is_in_pyproject(folder / "pyproject.toml"):
        return "pyproject.toml"
    return next((name for name, section in SECTIONS.items() if _has(folder / name, section)), None)


def _is_in_pyproject(file: Path) -> bool:
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    tool = content.get("tool")
    return isinstance(tool, dict) and "pytest" in tool


def _has(file: Path, section: str) -> bool:
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read_string(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, configparser.Error):
        return False
    return parser.has_section(section)
