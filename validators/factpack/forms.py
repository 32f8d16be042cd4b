"""The forms that the commands offer: the values of their options, which import nothing that is slow."""

from enum import StrEnum


class OutcomeForm(StrEnum):
    """The forms of an outcome that has no others."""

    TEXT = "text"
    JSON = "json"


class ReportForm(StrEnum):
    """The forms of a validation's report."""

    TEXT = "text"
    JSON = "json"
    HTML = "html"
    JUNIT = "junit"
    SARIF = "sarif"
    GITHUB = "github"


class Weight(StrEnum):
    """What makes a validation fail."""

    ERROR = "error"
    WARNING = "warning"


class ChangesForm(StrEnum):
    """The forms in which changes are shown."""

    TEXT = "text"
    MARKDOWN = "markdown"
    JSON = "json"


class CitationForm(StrEnum):
    """The forms of metadata."""

    BIBTEX = "bibtex"
    CFF = "cff"
    ZENODO = "zenodo"
    SCHEMA_ORG = "schema-org"
    CROISSANT = "croissant"
    DATACITE = "datacite"


class ExportForm(StrEnum):
    """The formats into which a package can be exported."""

    SQLITE = "sqlite"
    PARQUET = "parquet"
    EXCEL = "excel"
    DUCKDB = "duckdb"
    SITE = "site"


class Engine(StrEnum):
    """What judges the tables: this process, or the workers of a Dask cluster."""

    LOCAL = "local"
    DASK = "dask"
