"""The state of a package's evidence."""

from collections.abc import Iterator
from dataclasses import asdict

from factpack.evidence.status import Status
from factpack.forms import OutcomeForm
from factpack.reports.tables import Part, Table, tell
from factpack.reports.text import line_of


def show(status: Status, form: OutcomeForm) -> None:
    """Print how far the evidence of a package has come, in a form."""
    tell(list(_parts(status)), asdict(status), form)


def _parts(status: Status) -> Iterator[Part]:
    for finding in status.findings:
        yield line_of(finding)
    rows = [
        (part.document_id, str(part.paragraph_no), str(part.segments), f"{part.covered / part.length:.0%}")
        for part in status.paragraphs
    ]
    head = ("document", "paragraph", "segments", "characters in spans")
    yield Table(title="Evidence by paragraph", head=head, rows=rows, numbers=3)
    yield f"{status.supported:,} of {status.facts:,} facts have evidence"
