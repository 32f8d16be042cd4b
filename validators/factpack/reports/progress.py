"""A bar that shows how far something has come, on a terminal only."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar on standard error; what is yielded is told how many more of how many in all are done.

    Until the first are done, it says that they are prepared.
    """
    console = Console(stderr=True)
    if not console.is_terminal:  # where rich would leave an empty line
        yield lambda done, total: None
        return
    columns = TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn()
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(f"preparing {what}", total=None)
        so_far = 0

        def advance(done: int, total: int) -> None:
            nonlocal so_far
            if not so_far:
                bar.reset(task)  # preparation is no measure of the time that the rest takes
            so_far += done
            bar.update(task, completed=so_far, total=total, description=f"{what} {so_far:,} of {total:,}")

        yield advance


@contextmanager
def rows_progress() -> Iterator[Callable[[int, int], None]]:
    """Show a bar on standard error once a part of large tables is judged, of how many in all.

    What is yielded is told of each part that is done: how many rows it has, and how many parts there are.
    """
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda rows, total: None
        return
    columns = TextColumn("{task.fields[rows]:,} rows"), BarColumn(), TimeRemainingColumn()
    with Progress(*columns, console=console, transient=True) as bar:
        lock = Lock()
        task: list[TaskID] = []
        rows_so_far = 0

        def advance(rows: int, total: int) -> None:
            nonlocal rows_so_far
            with lock:  # tables are judged at the same time
                if not task:
                    task.append(bar.add_task("", total=total, rows=0))
                rows_so_far += rows
                bar.update(task[0], advance=1, rows=rows_so_far)

        yield advance
