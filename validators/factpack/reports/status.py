"""The state of a package's evidence, for people."""

from rich.console import Console
from rich.table import Table

from factpack.evidence.status import Status
from factpack.reports.text import line_of, plain, print_line


def render(status: Status) -> None:
    """Print how far the evidence of a package has come."""
    console = Console(emoji=False)
    for finding in status.findings:
        print_line(console, line_of(finding))
    table = Table("document", "paragraph", "segments", "characters in spans", title="Evidence by paragraph")
    for part in status.paragraphs:
        share = f"{part.covered / part.length:.0%}"
        table.add_row(plain(part.document_id), str(part.paragraph_no), str(part.segments), share)
    console.print(table)
    console.print(
        f"{status.supported:,} of {status.facts:,} facts have evidence", highlight=False, emoji=False
    )
