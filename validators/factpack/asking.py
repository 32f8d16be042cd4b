"""Asks a person at a terminal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer

from factpack.exceptions import FactpackError
from factpack.visible import visible


def confirmed(question: str, otherwise: str) -> bool:
    """Ask whether something shall be done.

    Raises:
        FactpackError: there is no answer; it says what could be done `otherwise`.

    """
    with _answered(otherwise):
        return typer.confirm(visible(question))


def answer_to(question: str, default: str, check: Callable[[str], str], otherwise: str) -> str:
    """Ask until the answer can be used, of which a check makes what is returned.

    Raises:
        FactpackError: there is no answer; it says what could be done `otherwise`.

    """

    def checked(answer: str) -> str:
        try:
            return check(answer)
        except FactpackError as error:
            raise typer.BadParameter(visible(str(error))) from error

    with _answered(otherwise):
        return str(typer.prompt(question, default=default, value_proc=checked))


@contextmanager
def _answered(otherwise: str) -> Iterator[None]:
    try:
        yield
    except typer.Abort as error:  # the end of the input, or Ctrl-C
        print()
        raise FactpackError(f"there was no answer, so nothing was written; {otherwise}") from error
