"""What a page shows of what a descriptor says: licences, sources, contributors, how to cite the package."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from factpack.addresses import mail_address
from factpack.citing import text
from factpack.citing.work import Contributor, License, Origin, Work, licenses_of, origins_of


@dataclass(frozen=True)
class Named:
    """Something that has a name, maybe an address that is safe to follow, and more to be said of it."""

    title: str
    href: str | None
    more: str


@dataclass(frozen=True)
class About:
    """What is said of a package."""

    work: Work
    licenses: list[Named]
    sources: list[Named]
    contributors: list[Named]
    citation: str


def about(work: Work) -> About:
    """Return what a page shows of a work."""
    return About(
        work=work,
        licenses=list(map(_license, work.licenses)),
        sources=list(map(_source, origins_of(work.package.descriptor))),
        contributors=list(map(_contributor, work.contributors)),
        citation=text.render(work),
    )


def licenses(descriptor: Mapping[str, Any]) -> list[Named]:
    """Return the licences of a resource."""
    return list(map(_license, licenses_of(descriptor)))


def sources(descriptor: Mapping[str, Any]) -> list[Named]:
    """Return the sources of a resource."""
    return list(map(_source, origins_of(descriptor)))


def _license(licence: License) -> Named:
    more = licence.name if licence.title else None
    return Named(licence.title or licence.shown, licence.address, more or "")


def _source(origin: Origin) -> Named:
    href = origin.address or mail_address(origin.email)
    return Named(origin.title, href, _listed([origin.publisher, origin.version]))


def _contributor(one: Contributor) -> Named:
    return Named(one.name, one.address or mail_address(one.email), _listed([*one.roles, one.organization]))


def _listed(texts: Iterable[str | None]) -> str:
    return ", ".join(filter(None, texts))
