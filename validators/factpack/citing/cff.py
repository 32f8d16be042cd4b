"""A data package as a CITATION.cff.

Source: Citation File Format 1.2.0.
"""

from typing import Any

import yaml

from factpack.citing.work import Contributor, Work, present

REQUIRED = ("title", "authors")


def content(work: Work) -> dict[str, Any]:
    """Return the file as an object.

    There is no date of release: a descriptor says only when it was made. Sources are no `references`, since
    these need authors.
    """
    licenses = [licence.spdx for licence in work.licenses if licence.spdx]
    addresses = [licence.address for licence in work.licenses if licence.address]
    fields = {
        "cff-version": "1.2.0",
        "type": "dataset",
        "message": " ".join(["If you use this dataset, please cite it as below.", *work.notes]),
        "title": work.title,
        "abstract": work.description,
        "version": work.version,
        "doi": work.doi,
        "url": work.homepage,
        "authors": [_agent(one) for one in work.authors],
        # several licences are understood as a choice, as in a descriptor
        "license": licenses if len(licenses) > 1 else next(iter(licenses), None),
        "license-url": addresses[0] if addresses and not licenses else None,
        "keywords": list(work.keywords),
    }
    return present(fields)


def _agent(contributor: Contributor) -> dict[str, str]:
    if not contributor.is_person:
        fields = {"name": contributor.name, "website": contributor.address}
    else:
        fields = {
            "given-names": contributor.given_name,
            "family-names": contributor.family_name,
            "affiliation": contributor.organization,
            "website": contributor.address,
        }
    return present(fields)


def render(work: Work) -> str:
    """Return the file as YAML."""
    text: str = yaml.safe_dump(content(work), sort_keys=False, allow_unicode=True, width=100)
    return text
