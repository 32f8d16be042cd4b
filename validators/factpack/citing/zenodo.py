"""A data package as a .zenodo.json, from which Zenodo takes the metadata of a deposit.

Source: Zenodo's deposit metadata.
"""

import html
from typing import Any

from factpack.citing.work import Contributor, Work, present

REQUIRED = ("title", "creators", "description", "license")


def content(work: Work) -> dict[str, Any]:
    """Return the file as an object.

    Zenodo knows a deposit's licence by its SPDX identifier, in lower case, and takes one. The date of
    publication is left to Zenodo.
    """
    licence = work.licenses[0].spdx if len(work.licenses) == 1 else None
    fields = {
        "upload_type": "dataset",
        "title": work.title,
        "description": _html(work.description) if work.description else None,
        "creators": [_creator(one) for one in work.authors],
        "version": work.version,
        "doi": work.doi,
        "access_right": "open" if licence else None,
        "license": licence.lower() if licence else None,
        "keywords": list(work.keywords),
        "notes": "".join(map(_html, work.notes)),
        "related_identifiers": [
            {"identifier": origin.address, "relation": "isDerivedFrom", "scheme": "url"}
            for origin in work.origins
            if origin.address
        ],
    }
    return present(fields)


def _creator(contributor: Contributor) -> dict[str, str]:
    affiliation = {"affiliation": contributor.organization} if contributor.organization else {}
    return {"name": contributor.sorted_name} | affiliation


def _html(text: str) -> str:
    return f"<p>{html.escape(text, quote=False)}</p>"
