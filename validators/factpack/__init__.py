"""factpack checks data packages of facts: tables, keys and evidence, by file, row and column."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from factpack.exceptions import (
        EvidenceError,
        FactpackError,
        PackageError,
        RuleError,
        SchemaError,
        UnjudgedError,
    )
    from factpack.frames import load
    from factpack.report import DocumentReport, Finding, Report, ResourceReport, RuleReport, Severity, Verdict
    from factpack.rules import Rule, View, rule
    from factpack.schema import pandera_schema
    from factpack.validation import validate

__all__ = [
    "DocumentReport",
    "EvidenceError",
    "FactpackError",
    "Finding",
    "PackageError",
    "Report",
    "ResourceReport",
    "Rule",
    "RuleError",
    "RuleReport",
    "SchemaError",
    "Severity",
    "UnjudgedError",
    "Verdict",
    "View",
    "load",
    "pandera_schema",
    "rule",
    "validate",
]
__version__ = "0.1.0"

#: Where each name is. It is imported when it is asked for: pytest loads the plugin where nobody asks.
_MODULES = {
    "exceptions": (
        "EvidenceError",
        "FactpackError",
        "PackageError",
        "RuleError",
        "SchemaError",
        "UnjudgedError",
    ),
    "frames": ("load",),
    "report": ("DocumentReport", "Finding", "Report", "ResourceReport", "RuleReport", "Severity", "Verdict"),
    "rules": ("Rule", "View", "rule"),
    "schema": ("pandera_schema",),
    "validation": ("validate",),
}


def __getattr__(name: str) -> Any:
    """Import a public name (PEP 562)."""
    for module, names in _MODULES.items():
        if name in names:
            return getattr(import_module(f"factpack.{module}"), name)
    raise AttributeError(f"module 'factpack' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
