"""factpack checks data packages of facts: tables, keys and evidence, by file, row and column."""

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
