"""What the tests share: the checkout, small packages made on the spot, and the document where it is at hand."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parents[1]

settings.register_profile("default", deadline=None)
settings.load_profile("default")

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"

MakePackage = Callable[..., Path]


@pytest.fixture
def make_package(tmp_path: Path) -> MakePackage:
    """Return a function that writes a package and returns its descriptor's path.

    Each keyword is a table: its CSV text (or bytes), and its schema (or a list of fields, or None). `resource` adds
    properties to every resource, `package` to the descriptor.
    """

    def make(
        resource: dict[str, Any] | None = None,
        package: dict[str, Any] | None = None,
        **tables: tuple[Any, Any],
    ) -> Path:
        resources = []
        for name, (content, schema) in tables.items():
            data = content if isinstance(content, bytes) else content.encode("utf-8")
            (tmp_path / f"{name}.csv").write_bytes(data)
            declared = {"fields": schema} if isinstance(schema, list) else schema
            entry = {"name": name, "path": f"{name}.csv", "schema": declared}
            resources.append(
                {key: value for key, value in entry.items() if value is not None} | (resource or {})
            )
        descriptor = tmp_path / "datapackage.json"
        descriptor.write_text(
            json.dumps({"$schema": PROFILE, "name": "small", "resources": resources, **(package or {})})
        )
        return descriptor

    return make


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    """Return the descriptor of a copy of the dataset that a test may change."""
    for folder in ("data", "schemas"):
        shutil.copytree(ROOT / folder, tmp_path / "copy" / folder)
    return Path(shutil.copy(ROOT / "datapackage.json", tmp_path / "copy"))


@pytest.fixture(scope="session")
def document() -> str:
    """Return the raw text of the document."""
    return document_file().read_text(encoding="utf-8")


def document_file() -> Path:
    """Return the path of the one document, or skip the test."""
    folder = os.environ.get("FACTPACK_DOCUMENTS")
    if not folder:
        pytest.skip("not verified: the document is not here (FACTPACK_DOCUMENTS is not set)")
    file = Path(folder) / "ipim-guangzhou-2025-09-10.txt"
    if not file.is_file():
        pytest.skip(f"not verified: the document is not here (FACTPACK_DOCUMENTS has no {file.name})")
    return file
