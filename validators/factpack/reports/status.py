"""The state of a package's evidence, for people."""

from rich.console import Console

from factpack.evidence.status import Status
from factpack.reports.text import line_of, print_line, print_table


def render(status: Status) -> None:
    """Print how far the evidence of a package has come."""
    console = Console(emoji=False)
    for finding in status.findings:
        print_line(console, line_of(finding))
    print_table(
        "Evidence by paragraph",
        ("document", "paragraph", "segments", "characters in spans"),
        [
            (
                part.document_id,
                str(part.paragraph_no),
                str(part.segments),
                f"{part.covered / part.length:.0%}",
            )
            for part in status.paragraphs
        ],
    )
    print(f"{status.supported:,} of {status.facts:,} facts have evidence")
