"""A data package as DataCite's metadata in JSON.

Source: DataCite Metadata Schema 4.5.
"""

from typing import Any

from factpack.citing.work import Contributor, License, Work, present

REQUIRED = ("doi", "creators", "titles", "publisher", "publicationYear")


def content(work: Work) -> dict[str, Any]:
    """Return the file as an object; what gets a DOI must have the whole of `REQUIRED`."""
    rights = [_rights(licence) for licence in work.licenses]
    for resource, own in work.exceptions:
        rights.extend(_rights(licence, of=resource.name) for licence in own)
    abstract = [{"description": work.description, "descriptionType": "Abstract"}] if work.description else []
    notes = [{"description": note, "descriptionType": "Other"} for note in work.notes]
    fields = {
        "schemaVersion": "http://datacite.org/schema/kernel-4",
        "types": {"resourceTypeGeneral": "Dataset", "resourceType": "Data package"},
        "doi": work.doi,
        "url": work.homepage,
        "titles": [{"title": work.title}],
        "creators": [_creator(one) for one in work.authors],
        "publisher": {"name": work.publisher.name} if work.publisher else None,
        "publicationYear": work.year,
        "version": work.version,
        "dates": [{"date": work.created.isoformat(), "dateType": "Created"}] if work.created else [],
        "subjects": [{"subject": keyword} for keyword in work.keywords],
        "descriptions": [*abstract, *notes],
        "rightsList": list({tuple(right.items()): right for right in rights}.values()),
        "relatedIdentifiers": [
            {
                "relatedIdentifier": origin.address,
                "relatedIdentifierType": "URL",
                "relationType": "IsDerivedFrom",
            }
            for origin in work.origins
            if origin.address
        ],
        "formats": list(dict.fromkeys(file.media_type for file in work.files)),
        "sizes": [f"{sum(file.size for file in work.files)} bytes"] if work.files else [],
    }
    return present(fields)


def _creator(contributor: Contributor) -> dict[str, Any]:
    if not contributor.is_person:
        return {"name": contributor.name}
    fields = {
        "name": contributor.sorted_name,
        "nameType": "Personal",
        "givenName": contributor.given_name,
        "familyName": contributor.family_name,
        "affiliation": [{"name": contributor.organization}] if contributor.organization else None,
    }
    return present(fields)


def _rights(licence: License, of: str | None = None) -> dict[str, str]:
    fields = {
        "rights": (licence.title or licence.shown) + (f" (only {of})" if of else ""),
        "rightsUri": licence.address,
        "rightsIdentifier": licence.spdx,
        "rightsIdentifierScheme": "SPDX" if licence.spdx else None,
        "schemeUri": "https://spdx.org/licenses/" if licence.spdx else None,
    }
    return present(fields)
