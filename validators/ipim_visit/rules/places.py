"""Where things are: how places nest, what they are called elsewhere, and where events and offices lie."""

from collections.abc import Iterable, Iterator, Mapping

import pandas as pd

from factpack import View, rule
from ipim_visit.rules.joins import ancestors, grouped, looked_up, parents, verdicts

#: The kinds of places, by size; a place lies within one of a larger kind.
SIZES = {
    "country-group": 0,
    "country": 1,
    "region": 2,
    "special-administrative-region": 3,
    "province": 3,
    "city": 4,
    "area": 5,
}

#: The kinds of places that no code stands for, and those that GeoNames numbers and that it gives a point.
WITHOUT_CODE = ("region", "country-group")
NUMBERED = ("country", "special-administrative-region", "city")


def _within(places: pd.DataFrame) -> Mapping[str, str]:
    return parents(places, "place_id", "within_id")


@rule(references=["ISO 3166-1", "ISO 3166-2"])
def places_lie_within_larger_ones(places: pd.DataFrame) -> Iterator[View]:
    """A place lies within one of a larger kind; a country, or a group of them, lies within none."""
    own = places["kind"].astype(object).map(SIZES)
    above = looked_up(places["within_id"], places, "place_id", "kind").map(SIZES)
    yield View.of("places", ["kind", "within_id"], (above < own) | above.isna(), "must be the smaller place")
    holds = places["within_id"].isna() | (own > SIZES["country"])
    yield View.of("places", ["kind", "within_id"], holds, "must lie in nothing")


@rule(references=["ISO 3166-1", "ISO 3166-2", "GeoNames"])
def places_have_reference_data(places: pd.DataFrame, place_reference: pd.DataFrame) -> Iterator[View]:
    """A country, and a place in one for which there is a code, has reference data; no other place has."""
    is_placed = places["within_id"].notna() | (places["kind"] == "country")
    has_code = ~places["kind"].isin(WITHOUT_CODE) & is_placed
    holds = places["place_id"].isin(place_reference["place_id"]) == has_code
    expected = "must have reference data just if a code stands for it"
    yield View.of("places", ["kind", "within_id"], holds, expected)


def _inherited(
    places: pd.DataFrame, place_reference: pd.DataFrame, column: str, kinds: Iterable[str]
) -> list[str | None]:
    """Return, for each place with reference data, what the nearest place of some kinds around it has."""
    around = places[places["kind"].isin(kinds)]
    known = place_reference.dropna(subset=[column])
    known = known[known["place_id"].isin(around["place_id"])]
    codes = dict(zip(known["place_id"], known[column].astype(str), strict=True))
    within = _within(places)
    return [
        next((codes[outer] for outer in ancestors(key, within) if outer in codes), None)
        for key in place_reference["place_id"]
    ]


@rule(references=["ISO 3166-1"])
def country_codes_fit_the_place(places: pd.DataFrame, place_reference: pd.DataFrame) -> View:
    """A place has the code of the country in which it lies; a special administrative region has its own."""
    kinds = looked_up(place_reference["place_id"], places, "place_id", "kind")
    around = _inherited(places, place_reference, "country_code", ["country"])
    holds = (
        outer is None or (code == outer) != (kind == "special-administrative-region")
        for code, kind, outer in zip(place_reference["country_code"], kinds, around, strict=True)
    )
    expected = "must be that of the country, unless it is a special administrative region"
    return View.of("place_reference", "country_code", verdicts(place_reference, holds), expected)


@rule(references=["ISO 3166-2"])
def subdivision_codes_fit_the_place(places: pd.DataFrame, place_reference: pd.DataFrame) -> Iterator[View]:
    """The code of a subdivision begins with that of its country, and is that of the subdivision around it.

    A country has none. That of a special administrative region ends with the region's own country code.
    """
    kinds = looked_up(place_reference["place_id"], places, "place_id", "kind")
    codes = place_reference["subdivision_code"]
    is_missing = codes.isna() == (kinds == "country")
    yield View.of("place_reference", "subdivision_code", is_missing, "must stand, unless it is a country")
    countries = _inherited(places, place_reference, "country_code", ["country"])
    around = _inherited(places, place_reference, "subdivision_code", SIZES)
    regions = place_reference["country_code"].where(kinds == "special-administrative-region").astype(object)
    holds = (
        pd.isna(code)
        or (
            (country is None or str(code).startswith(f"{country}-"))
            and (outer is None or code == outer)
            and (pd.isna(region) or str(code).endswith(f"-{region}"))
        )
        for code, country, outer, region in zip(codes, countries, around, regions, strict=True)
    )
    expected = "must fit the country and the subdivision in which the place lies"
    yield View.of("place_reference", "subdivision_code", verdicts(place_reference, holds), expected)


@rule(references=["ISO 3166-2"])
def subdivisions_have_one_name(place_reference: pd.DataFrame) -> Iterator[View]:
    """The name of a subdivision stands beside its code, and one code has one name."""
    code, name = place_reference["subdivision_code"], place_reference["subdivision_name"]
    yield View.of(
        "place_reference", "subdivision_name", name.isna() == code.isna(), "must stand beside its code"
    )
    names = name.groupby(code).transform("nunique").fillna(1)
    yield View.of("place_reference", "subdivision_name", names == 1, "must be the one name of its code")


@rule(references=["GeoNames"])
def numbers_and_points_fit_the_place(places: pd.DataFrame, place_reference: pd.DataFrame) -> Iterator[View]:
    """Countries, special administrative regions and cities have a number of GeoNames; only cities a point."""
    kinds = looked_up(place_reference["place_id"], places, "place_id", "kind")
    holds = place_reference["geonames_id"].notna() == kinds.isin(NUMBERED)
    yield View.of("place_reference", "geonames_id", holds, "must stand for such a place, and for no other")
    for field in ("latitude", "longitude"):
        holds = place_reference[field].notna() == (kinds == "city")
        yield View.of("place_reference", field, holds, "must stand for a city, and for nothing else")


@rule(references=["schema.org, location"])
def events_lie_in_the_places_of_their_parents(
    events: pd.DataFrame, event_places: pd.DataFrame, places: pd.DataFrame
) -> View:
    """An event takes place within a place of the nearest event above it that has one."""
    above, within = parents(events, "event_id", "part_of_id"), _within(places)
    at = grouped(event_places, "event_id", "place_id")

    def holds(event: str, place: str) -> bool:
        outer = next((at[key] for key in ancestors(event, above) if key in at), None)
        return outer is None or bool(outer & {place, *ancestors(place, within)})

    verdicts = [holds(*line) for line in zip(event_places["event_id"], event_places["place_id"], strict=True)]
    series = pd.Series(verdicts, index=event_places.index, dtype=bool)
    return View.of("event_places", "place_id", series, "must lie within the place of the event above")


@rule(references=["docs/coding-rules.md, 1"])
def visits_and_series_have_a_place(events: pd.DataFrame, event_places: pd.DataFrame) -> View:
    """A visit leads to a place, and a series of events takes place somewhere."""
    needs = events["kind"].isin(("visit", "series"))
    holds = events["event_id"].isin(event_places["event_id"]) | ~needs
    return View.of("events", "kind", holds, "must have a place in event_places")


@rule(references=["docs/coding-rules.md, 9", "W3C Organization Ontology, siteAddress"])
def offices_lie_in_cities_of_their_group(agents: pd.DataFrame, places: pd.DataFrame) -> Iterator[View]:
    """The organizations of a group that has a place are called by distinct cities, which lie within it."""
    group = looked_up(agents["part_of_id"], agents, "agent_id", "kind") == "group"
    outer = looked_up(agents["part_of_id"], agents, "agent_id", "place_id")
    offices = agents[group & outer.notna() & (agents["kind"] == "organization")]
    kinds = looked_up(offices["place_id"], places, "place_id", "kind")
    within = _within(places)
    inside = (
        group_place in ancestors(str(place), within)
        for group_place, place in zip(outer[offices.index], offices["place_id"], strict=True)
    )
    yield View.of("agents", "place_id", kinds == "city", "must be a city")
    yield View.of("agents", "place_id", verdicts(offices, inside), "must lie in the place of its group")
    names = looked_up(offices["place_id"], places, "place_id", "name")
    called = (
        str(key).endswith(f"-{place}") and str(description).endswith(f" {name}")
        for key, description, place, name in zip(
            offices["agent_id"], offices["description"], offices["place_id"], names, strict=True
        )
    )
    fields = ["agent_id", "description"]
    yield View.of("agents", fields, verdicts(offices, called), "must end with the city's key, and its name")
    again = offices.duplicated(["part_of_id", "place_id"], keep=False)
    yield View.of("agents", "place_id", ~again, "must be another city than that of each other office")


@rule(references=["docs/coding-rules.md, 4"])
def agents_that_are_places_have_their_names(agents: pd.DataFrame, places: pd.DataFrame) -> Iterator[View]:
    """An agent with the key of a place, as each region has, is that place, and has its name."""
    both = agents[agents["agent_id"].isin(places["place_id"])]
    names = looked_up(both["agent_id"], places, "place_id", "name")
    yield View.of("agents", "name", names == both["name"].astype(object), "must be the name of the place")
    yield View.of("agents", "place_id", both["place_id"] == both["agent_id"], "must be the place of that key")
    regions = agents[agents["kind"] == "region"]
    yield View.of(
        "agents", "kind", regions["agent_id"].isin(both["agent_id"]), "must have the key of a place"
    )
