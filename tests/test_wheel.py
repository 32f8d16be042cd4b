"""The wheel: it carries the data, and works outside the checkout."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from conftest import ROOT

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder into which a wheel of this checkout was unpacked."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def run(site: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python outside the checkout, with the wheel before any other installation."""
    environment = os.environ | {"PYTHONPATH": str(site)}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=site.parent,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_data_load_from_the_wheel(installed: Path) -> None:
    code = "import ipim_visit; print(ipim_visit.__file__, len(ipim_visit.load()['events']))"

    done = run(installed, "-c", code)

    events = len((ROOT / "data" / "events.csv").read_text(encoding="utf-8").splitlines()) - 1
    assert done.stdout.strip() == f"{installed / 'ipim_visit' / '__init__.py'} {events}", done.stderr


def test_the_data_validate_from_the_wheel(installed: Path) -> None:
    done = run(
        installed,
        "-m",
        "factpack",
        "validate",
        str(installed / "ipim_visit" / "package" / "datapackage.json"),
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_the_wheel_holds_the_files_of_the_checkout_and_the_licences(installed: Path) -> None:
    package = installed / "ipim_visit" / "package"

    for folder in ("data", "schemas"):
        for file in (ROOT / folder).iterdir():
            assert (package / folder / file.name).read_bytes() == file.read_bytes()
    assert not (installed / "validators").exists()
    assert {path.name for path in installed.glob("*.dist-info/licenses/*")} == {
        "LICENSE",
        "LICENSE-DATA",
        "NOTICE",
    }


def test_an_installation_without_data_says_so(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "ipim_visit").mkdir()
    (tmp_path / "ipim_visit" / "__init__.py").write_bytes(
        (installed / "ipim_visit" / "__init__.py").read_bytes()
    )

    done = run(tmp_path, "-c", "import ipim_visit; ipim_visit.load()")

    assert done.returncode == 1
    assert "FileNotFoundError: the installation of ipim_visit lacks its data" in done.stderr
