"""A data package as a line of text, as a page shows how to cite it."""

from factpack.citing.work import Work


def render(work: Work) -> str:
    """Return how a work is cited: authors, year, title, version, and its address where it has one."""
    names = ", ".join(one.name for one in work.authors)
    who = " ".join(filter(None, [names, f"({work.year})" if work.year else ""]))
    what = work.title + (f" (version {work.version})" if work.version else "")
    parts = [who, f"{what} [Data package]", work.place or ""]
    return ". ".join(filter(None, parts)) + ("" if work.place else ".")
