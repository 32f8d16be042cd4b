"""Answers what is asked of a validation: validates, takes out what is known, shows the report."""

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from factpack.baseline import Key, baseline_of, can_be_known, read, without_known, write
from factpack.examination import Examination, examine
from factpack.exceptions import FactpackError
from factpack.forms import Engine, ReportForm, Weight
from factpack.package import Package, open_package
from factpack.piecewise import piece_count
from factpack.report import Report, Severity
from factpack.reports import MOST_FINDINGS, save, show
from factpack.reports.content import whole_content
from factpack.reports.text import count
from factpack.rules import all_rules
from factpack.table_schema import did_you_mean
from factpack.validation import Validation, validate_package
from factpack.writing import check_output, write_files


@dataclass(frozen=True, kw_only=True)
class Request:
    """What is asked of a validation, as options tell; `copies` are of documents, by their keys."""

    descriptor: Path
    copies: Mapping[str, Path] = field(default_factory=dict)
    rules: Sequence[str] = ()
    form: ReportForm = ReportForm.TEXT
    output: Path | None = None
    most: int | None = None
    quiet: bool = False
    fail_on: Weight = Weight.ERROR
    baseline: Path | None = None
    write_baseline: Path | None = None
    root: Path = field(default_factory=Path)
    engine: Engine = Engine.LOCAL
    scheduler: str | None = None


def answer(request: Request) -> int:
    """Validate a package, show the report as it is asked for, and return the exit code.

    Raises:
        FactpackError: the package cannot be opened, a baseline cannot be used, or a file that is to be
            written is one that is read.

    """
    package = open_package(request.descriptor)
    _check_files(request, package)
    known = read(request.baseline) if request.baseline else None
    with _examination(request, package) as examination:
        validation = validated(package, request.copies, request.rules, examination)
    if request.write_baseline is not None:
        known = _write_known(validation.report, request.write_baseline)
    report = validation.report if known is None else without_known(validation.report, known)
    _show(validation, report, request)
    for name, hint in _misnamed(request.copies, report):
        _tell(f"no document is called {name!r}{hint}")
    return _exit_code(report, request)


def validated(
    package: Package, copies: Mapping[str, Path], rules: Sequence[str], examination: Examination = examine
) -> Validation:
    """Validate a package with copies of documents, and with the rules in modules besides those installed.

    Raises:
        RuleError: a module cannot be imported or has no rules, or two rules have one name.

    """
    found = all_rules(package.name, rules) if rules else None
    return validate_package(package, copies, found, examination)


@contextmanager
def _examination(request: Request, package: Package) -> Iterator[Examination]:
    """Give what judges the tables, but for rules and evidence; of large ones, a bar shows how far it is."""
    of_engine: Callable[..., Any] = examine
    if request.engine is Engine.DASK:
        from factpack import on_dask

        of_engine = partial(on_dask.examine, scheduler=request.scheduler)
    elif request.scheduler is not None:
        raise FactpackError("--scheduler goes with --engine dask")
    if piece_count(package.resources):
        from factpack.reports.progress import rows_progress

        with rows_progress() as advance:
            yield partial(of_engine, advance=advance)
    else:
        yield of_engine


def _write_known(report: Report, file: Path) -> Counter[Key]:
    """Write the findings that can be known into a file, tell so, and return them."""
    known = baseline_of(report.findings)
    write_files({file.absolute(): write(known).encode("utf-8")})
    left = sum(not can_be_known(finding) for finding in report.findings)
    told = f"wrote {count(known.total(), 'known finding')} to {file}"
    _tell(told + (f"; {left:,} cannot be known, since something was not judged" if left else ""))
    return known


def _show(validation: Validation, report: Report, request: Request) -> None:
    most = MOST_FINDINGS[request.form] if request.most is None else request.most
    is_page = request.form is ReportForm.HTML
    content = whole_content(validation, report, 0 if request.quiet else most, request.root, with_rows=is_page)
    if request.output is None:
        show(content, request.form, quiet=request.quiet)
    else:
        save(content, request.form, request.output, quiet=request.quiet)


def _exit_code(report: Report, request: Request) -> int:
    """Return the report's exit code, or 1 where all that can be said against it is a warning that counts."""
    has_warning = any(finding.severity is Severity.WARNING for finding in report.findings)
    if report.exit_code or not (request.fail_on is Weight.WARNING and has_warning):
        return report.exit_code
    _tell("a warning counts as a failure, since --fail-on is warning")
    return 1


def _tell(note: str) -> None:
    sys.stdout.flush()
    print(f"factpack: {note}", file=sys.stderr)


def _misnamed(copies: Mapping[str, Path], report: Report) -> Iterator[tuple[str, str]]:
    """Yield the names of copies that are of no document, but much like one of which there is no copy."""
    keys = [document.document_id for document in report.documents]
    missing = [key for key in keys if key not in copies]
    for name in copies:
        if name not in keys and (hint := did_you_mean(name, missing)):
            yield name, hint


def _check_files(request: Request, package: Package) -> None:
    """Raise where a file that is to be written cannot be, or is one that the validation reads."""
    if request.baseline is not None and request.write_baseline is not None:
        raise FactpackError("--baseline and --write-baseline cannot go together: read it, or write it")
    own = [*package.files, *request.copies.values(), *([request.baseline] if request.baseline else [])]
    outputs = [file for file in (request.output, request.write_baseline) if file is not None]
    for file in outputs:
        check_output(file, own)
    if len({file.resolve() for file in outputs}) < len(outputs):
        raise FactpackError(f"{request.output}: the report and the baseline need a file each")
