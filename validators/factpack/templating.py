"""Renders pages of HTML: what a template is given is text, unless it says that it is markup."""

from typing import Any

from jinja2 import BaseLoader, ChoiceLoader, Environment, PackageLoader


def environment(*loaders: BaseLoader, **options: Any) -> Environment:
    """Return what renders templates, which find those in `templates/` besides those of the loaders."""
    return Environment(
        loader=ChoiceLoader([*loaders, PackageLoader("factpack")]),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        **options,
    )
