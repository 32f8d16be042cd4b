"""Checks what describes a package or a resource: contributors, sources, licenses, addresses, dates."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from factpack.descriptor import PathError, as_json, check_path, is_remote
from factpack.moments import read_date
from factpack.uris import is_uri

#: The test of a value, and what it must be; most types are left to frictionless.
Form = tuple[Callable[[Any], bool], str]

#: The forms of properties by name; those of a list are the forms of the properties of its objects.
Forms = Mapping[str, "Form | Forms"]

#: RFC 3339, section 5.6, `date-time`.
DATE_TIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})T(?:[01][0-9]|2[0-3]):[0-5][0-9]:(?:[0-5][0-9]|60)(?:\.[0-9]+)?"
    r"(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])",
    re.IGNORECASE,
)

#: RFC 3986, also with characters of other scripts; the schemes are those of the profile of Data Package v2.0.
ADDRESS = re.compile(
    r"(?:https?|ftps?)://(?:[^\s/?#@\[\]]*@)?(?:\[[0-9a-f:.]+\]|[^\s/?#@:\[\]]+)(?::[0-9]*)?(?:[/?#]\S*)?",
    re.IGNORECASE,
)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(map(_is_text, value))


def _is_url(value: Any) -> bool:
    return not isinstance(value, str) or (ADDRESS.fullmatch(value) is not None and value.isprintable())


def _is_url_or_path(value: Any) -> bool:
    if not isinstance(value, str) or is_remote(value):
        return _is_url(value)
    try:
        check_path(value)
    except PathError:
        return False
    return not value.lower().startswith("file:")


def _is_date_time(value: Any) -> bool:
    match = DATE_TIME.fullmatch(value) if isinstance(value, str) else None
    return not isinstance(value, str) or (match is not None and read_date(match[1]) is not None)


def _is_uri(value: Any) -> bool:
    return isinstance(value, str) and is_uri(value)


TEXT, TEXTS, URI = (_is_text, "a text"), (_are_texts, "a list of texts"), (_is_uri, "a URI")
URL = (_is_url, "the address of a page")
URL_OR_PATH = (_is_url_or_path, "an address, or the path of a file within the package")
MOMENT = (_is_date_time, "a date and time with its offset, as 2025-09-10T08:00:00Z")

#: Data Package v2.0, "Properties"; and the lists whose every object must have some property.
LICENSES: Forms = {"path": URL_OR_PATH}
SOURCES: Forms = {"path": URL_OR_PATH, "version": TEXT}
CONTRIBUTORS: Forms = {
    "givenName": TEXT,
    "familyName": TEXT,
    "organization": TEXT,
    "path": URL_OR_PATH,  # in the text it has to be an address, in the profile it may be a path
    "roles": TEXTS,
}
FILLED = {"contributors", "sources"}
PACKAGE: Forms = {
    "id": TEXT,
    "homepage": URL,
    "image": URL_OR_PATH,
    "created": MOMENT,
    "licenses": LICENSES,
    "contributors": CONTRIBUTORS,
    "sources": SOURCES,
}
#: Data Resource v2.0, "Properties", and one that frictionless adds; and Table Schema v2.0, `rdfType`.
RESOURCE: Forms = {"homepage": URL, "licenses": LICENSES, "sources": SOURCES}
FIELD: Forms = {"rdfType": URI}


def described_faults(descriptor: Mapping[str, Any], forms: Forms, place: str = "") -> Iterator[str]:
    """Yield what is wrong with the properties of a descriptor that have a form; names stand after `place`."""
    for name, form in forms.items():
        if name in descriptor:
            yield from _faults(descriptor[name], form, f"{place}{name}")


def _faults(value: Any, form: Form | Forms, name: str) -> Iterator[str]:
    if isinstance(form, tuple):
        is_sound, what = form
        if not is_sound(value):
            yield f"{name} must be {what}, and is {as_json(value)}"
        return
    for number, item in enumerate(value if isinstance(value, list) else []):
        if isinstance(item, dict):
            yield from described_faults(item, form, f"{name}[{number}].")
        if item == {} and name in FILLED:
            yield f"{name}[{number}] must have a property, and has none"
