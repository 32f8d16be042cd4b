"""Rules across tables: each is a function of tables that returns the facts that it judges, and how.

A rule's parameters name the tables that it needs, as pytest's fixtures are named; `tables` stands for all of
them. Its name is its id, its docstring what is said of it.
"""

import importlib
import inspect
import os
import pkgutil
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import EntryPoints, entry_points
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from factpack.exceptions import CheckError, FactpackError, RuleError
from factpack.report import Severity
from factpack.table_schema import did_you_mean

if TYPE_CHECKING:
    import pandas as pd
    import pandera.pandas as pa

#: The group of entry points under which a distribution names the module of a package's rules.
ENTRY_POINTS = "factpack.rules"

#: The parameter of a rule that stands for all tables.
ALL_TABLES = "tables"

#: The column of a view of verdicts, and that of what is said of each line beyond what is expected.
HOLDS, DETAIL = "holds", "detail"


@dataclass(frozen=True, kw_only=True)
class View:
    """The facts that a rule judges: one line each.

    The index of `frame` is the position, from 0, of the row in the table `resource` that a line is about;
    several lines may be about one row. `schema` judges the lines. A finding names `fields`, which are fields
    of `resource`. What the column `detail`, if there is one, says of a line is added to what is expected.
    """

    frame: "pd.DataFrame"
    schema: "pa.DataFrameSchema"
    resource: str
    fields: Sequence[str]

    @classmethod
    def of(
        cls,
        resource: str,
        fields: str | Sequence[str],
        holds: "pd.Series[bool]",
        expected: str,
        detail: "pd.Series[str] | None" = None,
    ) -> "View":
        """Return the view of verdicts, one a line, under the index of the lines; null counts as true."""
        import pandas as pd
        import pandera.pandas as pa

        frame = pd.DataFrame({HOLDS: holds.fillna(True).astype(bool)})
        if detail is not None:
            frame[DETAIL] = detail
        schema = pa.DataFrameSchema({HOLDS: pa.Column(checks=pa.Check(_itself, error=expected))})
        named = (fields,) if isinstance(fields, str) else tuple(fields)
        return cls(frame=frame, schema=schema, resource=resource, fields=named)


def _itself(verdicts: "pd.Series[bool]") -> "pd.Series[bool]":
    return verdicts


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A rule: a function, and what is said of it; `needs` are the names of its parameters."""

    function: Callable[..., View | Iterable[View]]
    name: str
    description: str
    severity: Severity
    references: Sequence[str]
    needs: Sequence[str]

    @property
    def title(self) -> str:
        """The first sentence of the description."""
        return self.description.partition("\n")[0]

    def views(self, tables: "Tables") -> list[View]:
        """Return the views of the facts in some tables; what the function raises goes through."""
        found = self.function(**{name: tables if name == ALL_TABLES else tables[name] for name in self.needs})
        return [found] if isinstance(found, View) else list(found)


def rule(
    *, severity: Severity | str = Severity.ERROR, references: Sequence[str] = ()
) -> Callable[[Callable[..., View | Iterable[View]]], Rule]:
    """Make a rule of a function of tables that returns a view, or several.

    `references` name what the rule rests on: a section of a standard, a coding rule.

    Raises:
        RuleError: the severity is not "error" or "warning", or a parameter cannot be filled with a table.

    """
    if severity not in (Severity.ERROR, Severity.WARNING):
        raise RuleError(f"a rule has the severity 'error' or 'warning', not {str(severity)!r}")

    def decorate(function: Callable[..., View | Iterable[View]]) -> Rule:
        parameters = inspect.signature(function).parameters.values()
        if any(part.kind not in (part.POSITIONAL_OR_KEYWORD, part.KEYWORD_ONLY) for part in parameters):
            raise RuleError(f"{function.__name__}: each parameter of a rule is the name of a table")
        return Rule(
            function=function,
            name=function.__name__,
            description=inspect.getdoc(function) or "",
            severity=Severity(severity),
            references=tuple(references),
            needs=tuple(part.name for part in parameters),
        )

    return decorate


class Tables(Mapping[str, "pd.DataFrame"]):
    """The tables of a package by name, typed when they are asked for; `asked` has the names that were.

    The index of each is the position of its rows. To ask for one with a cell that is not of its field's type
    raises, and so does one that is not there.
    """

    def __init__(self, frames: "Mapping[str, Callable[[], pd.DataFrame]]") -> None:
        self._frames = frames
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> "pd.DataFrame":
        self.asked.add(name)
        if name not in self._frames:
            raise RuleError(f"the package has no table {name!r}{did_you_mean(name, list(self._frames))}")
        return self._frames[name]().copy(deep=False)  # what a rule writes into it no other sees

    def __contains__(self, name: object) -> bool:
        return name in self._frames

    def __iter__(self) -> Iterator[str]:
        return iter(self._frames)

    def __len__(self) -> int:
        return len(self._frames)


@dataclass(frozen=True, kw_only=True)
class Broken:
    """A line of a view that is not as expected: the table, the fields and the row that it is about."""

    resource: str
    fields: Sequence[str]
    position: int
    expected: str


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a rule found: how many lines it judged, and which of them are broken."""

    lines: int
    broken: Sequence[Broken]


def judge(rule: Rule, tables: Tables) -> Outcome:
    """Judge tables by a rule.

    Raises:
        CheckError: the rule raised, a table it asks for cannot be had, or a view points to no row.

    """
    try:
        views = rule.views(tables)
        return Outcome(
            lines=sum(len(view.frame) for view in views),
            broken=[found for view in views for found in _broken(view, tables)],
        )
    except FactpackError as error:
        raise CheckError(str(error)) from error
    except Exception as error:
        raise CheckError(f"the rule raised {type(error).__name__}: {error}") from error


def _broken(view: View, tables: Tables) -> Iterator[Broken]:
    table = tables[view.resource]
    missing = [name for name in view.fields if name not in table.columns]
    if missing:
        raise RuleError(f"the view names the field {missing[0]!r}, which {view.resource} does not have")
    if not view.frame.index.isin(range(len(table))).all():
        raise RuleError(f"the view has a line that is about no row of {view.resource}")
    seen = set()
    for place, expected in _failures(view):
        position, detail = int(view.frame.index[place]), _detail(view, place)
        message = f"{expected} ({detail})" if detail else expected
        if (position, message) not in seen:  # pandera tells of a row once for each column of a wide check
            seen.add((position, message))
            yield Broken(resource=view.resource, fields=view.fields, position=position, expected=message)


def _detail(view: View, place: int) -> str:
    if DETAIL not in view.frame:
        return ""
    import pandas

    detail = view.frame[DETAIL].iloc[place]
    return "" if pandas.isna(detail) else str(detail)


def _failures(view: View) -> Iterator[tuple[int, str]]:
    """Yield the place of each line that fails the schema of a view, and what is expected."""
    import pandas
    import pandera

    frame = view.frame.reset_index(drop=True)  # several lines may be about one row
    verdicts = _verdicts(view)
    if verdicts is not None:
        expected = view.schema.columns[HOLDS].checks[0].error
        yield from ((place, expected) for place in (~verdicts).to_numpy().nonzero()[0].tolist())
        return
    try:
        view.schema.validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as errors:
        for case in errors.failure_cases.itertuples():
            if pandas.isna(case.index):
                raise RuleError(f"its view does not fit its schema: {case.check}") from errors
            yield int(case.index), str(case.check)


def _verdicts(view: View) -> "pd.Series[bool] | None":
    """Return the verdicts of a view that consists of them, which pandera need not go through."""
    columns = view.schema.columns
    is_of_verdicts = list(columns) == [HOLDS] and columns[HOLDS].checks[0]._check_fn is _itself
    return view.frame[HOLDS] if is_of_verdicts else None


def rules_of(module: ModuleType) -> list[Rule]:
    """Return the rules in a module, and in the modules of a package, in the order in which they stand."""
    modules = [module]
    for part in pkgutil.iter_modules(getattr(module, "__path__", [])):
        modules.append(importlib.import_module(f"{module.__name__}.{part.name}"))
    found = [value for part in modules for value in vars(part).values() if isinstance(value, Rule)]
    return list(dict.fromkeys(found))


def installed_rules(package: str) -> list[Rule]:
    """Return the rules that installed distributions have for a package of that name, by entry points.

    Raises:
        RuleError: such a module cannot be imported.

    """
    points = _points(tuple(_folder_state(path or os.curdir) for path in sys.path))
    return [found for point in points.select(name=package) for found in _rules_in(point.module)]


@lru_cache(maxsize=1)
def _points(folders: tuple[tuple[str, int], ...]) -> EntryPoints:
    """Return the entry points of rules, which are sought anew when a folder of modules changes.

    To look through all distributions takes longer than a small package does.
    """
    return entry_points(group=ENTRY_POINTS)


def _folder_state(path: str) -> tuple[str, int]:
    """Return a folder and when anything was last installed in it, or removed from it."""
    try:
        return path, os.stat(path).st_mtime_ns
    except OSError:
        return path, 0


def all_rules(package: str, modules: Sequence[str]) -> list[Rule]:
    """Return the installed rules for a package of that name, and those in modules.

    Raises:
        RuleError: a module cannot be imported or has no rules, or two rules have one name.

    """
    found = list(dict.fromkeys([*installed_rules(package), *named_rules(modules)]))
    for name, count in Counter(rule.name for rule in found).items():
        if count > 1:
            raise RuleError(f"two rules have the name {name!r}")
    return found


def named_rules(modules: Sequence[str]) -> list[Rule]:
    """Return the rules in modules, which are sought in the working folder too.

    Raises:
        RuleError: a module cannot be imported, or has no rules.

    """
    here = os.getcwd()
    sys.path.insert(0, here)
    try:
        return [found for module in modules for found in _rules_in(module)]
    finally:
        sys.path.remove(here)


def _hint(module: str) -> str:
    """Return what may have been meant by a module that there is not."""
    if module.endswith(".py"):
        return f"; a module is named without '.py': {Path(module).stem}"
    return did_you_mean(module, [file.stem for file in Path().glob("*.py")])


def _rules_in(module: str) -> list[Rule]:
    try:
        found = rules_of(importlib.import_module(module))
    except Exception as error:  # whatever the module does
        is_absent = isinstance(error, ModuleNotFoundError) and error.name == module
        hint = _hint(module) if is_absent or module.endswith(".py") else ""
        raise RuleError(
            f"the rules in {module!r} cannot be imported: {type(error).__name__}: {error}{hint}"
        ) from error
    if not found:
        raise RuleError(f"the module {module!r} has no rules")
    return found
