"""A data package as a Dataset of schema.org in JSON-LD, which search engines read.

Source: schema.org, `Dataset` and `DataDownload`.
"""

from typing import Any
from urllib.parse import quote

from factpack.citing.work import Contributor, DataFile, License, Work, licenses_of, present, text_of
from factpack.package import Resource

REQUIRED = ("name", "description", "license", "creator")


def content(work: Work, prefix: str = "") -> dict[str, Any]:
    """Return the file as an object; `prefix` leads from it to the folder of the descriptor."""
    fields = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        **described(work),
        "identifier": f"https://doi.org/{work.doi}" if work.doi else None,
        "isBasedOn": [
            {"@type": "CreativeWork", "name": origin.title}
            | ({"url": origin.address} if origin.address else {})
            for origin in work.origins
        ],
        "variableMeasured": [
            variable for resource in work.package.resources for variable in _variables(resource)
        ],
        "distribution": [_download(file, prefix) for file in work.files],
    }
    return present(fields)


def described(work: Work) -> dict[str, Any]:
    """Return what a dataset is said to be, in the words of schema.org, which Croissant has too."""
    return {
        "name": work.title,
        "alternateName": work.name if work.name != work.title else None,
        "description": work.description,
        "url": work.homepage,
        "version": work.version,
        "dateCreated": work.created.isoformat() if work.created else None,
        "keywords": list(work.keywords),
        "license": [license_of(licence) for licence in work.licenses],
        "creditText": " ".join(work.notes),
        "creator": [agent(one) for one in work.authors],
        "publisher": agent(work.publisher) if work.publisher else None,
    }


def agent(contributor: Contributor) -> dict[str, Any]:
    """Return a contributor as a Person or an Organization."""
    organization = {"@type": "Organization", "name": contributor.organization}
    fields = {
        "@type": "Person" if contributor.is_person else "Organization",
        "name": contributor.name,
        "givenName": contributor.given_name,
        "familyName": contributor.family_name,
        "affiliation": organization if contributor.is_person and contributor.organization else None,
        "url": contributor.address,
    }
    return present(fields)


def license_of(licence: License) -> str:
    """Return the address of a licence, or what it is called."""
    return licence.address or (f"https://spdx.org/licenses/{licence.spdx}" if licence.spdx else licence.shown)


def _variables(resource: Resource) -> list[dict[str, str]]:
    found = []
    for field in resource.schema.fields if resource.schema is not None else ():
        description = field.descriptor.get("description")
        name = f"{resource.name}.{field.name}"
        found.append(present({"@type": "PropertyValue", "name": name, "description": text_of(description)}))
    return found


def _download(file: DataFile, prefix: str) -> dict[str, Any]:
    description = file.resource.descriptor.get("description")
    fields = {
        "@type": "DataDownload",
        "name": file.resource.name,
        "description": text_of(description),
        "contentUrl": prefix + quote(file.path),
        "encodingFormat": file.media_type,
        "contentSize": f"{file.size} B",
        "sha256": file.sha256,
        "license": [license_of(licence) for licence in licenses_of(file.resource.descriptor)],
    }
    return present(fields)
