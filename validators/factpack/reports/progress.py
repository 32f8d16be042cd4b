"""A bar that shows how far something has come, on a terminal only."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn


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
