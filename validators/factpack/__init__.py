"""factpack checks data packages of facts: tables, keys and evidence, by file, row and column."""

from factpack.exceptions import EvidenceError, FactpackError, PackageError, SchemaError, UnjudgedError
from factpack.frames import load
from factpack.report import DocumentReport, Finding, Report, ResourceReport, Severity, Verdict
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
    "SchemaError",
    "Severity",
    "UnjudgedError",
    "Verdict",
    "load",
    "pandera_schema",
    "validate",
]
__version__ = "0.1.0"
