"""Tells URIs from other texts, by the grammar of RFC 3986, appendix A."""

import re
from ipaddress import IPv6Address

_ESCAPED = "%[0-9A-Fa-f]{2}"
_NAME = rf"(?:[A-Za-z0-9._~!$&'()*+,;=-]|{_ESCAPED})"
_PATH_CHARACTER = rf"(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|{_ESCAPED})"
_USER = rf"(?:[A-Za-z0-9._~!$&'()*+,;=:-]|{_ESCAPED})*@"
_FUTURE_ADDRESS = r"[Vv][0-9A-Fa-f]+\.[A-Za-z0-9._~!$&'()*+,;=:-]+"
_HOST = rf"(?:\[(?:(?P<address>[0-9A-Fa-f:.]+)|{_FUTURE_ADDRESS})\]|{_NAME}*)"
_AUTHORITY = rf"(?:{_USER})?{_HOST}(?::[0-9]*)?"
_URI = re.compile(
    rf"[A-Za-z][A-Za-z0-9+.-]*:(?://{_AUTHORITY}(?:/{_PATH_CHARACTER}*)*"
    rf"|/(?:{_PATH_CHARACTER}+(?:/{_PATH_CHARACTER}*)*)?|{_PATH_CHARACTER}+(?:/{_PATH_CHARACTER}*)*)?"
    rf"(?:\?(?:{_PATH_CHARACTER}|[/?])*)?(?:#(?:{_PATH_CHARACTER}|[/?])*)?"
)


def is_uri(text: str) -> bool:
    """Tell whether a text is a URI; one without a scheme, which is relative, is none."""
    match = _URI.fullmatch(text)
    return match is not None and (match["address"] is None or _is_address(match["address"]))


def _is_address(text: str) -> bool:
    """Tell whether a text is an address of version 6 of the Internet Protocol."""
    try:
        IPv6Address(text)
    except ValueError:
        return False
    return True
