"""Tells GeoJSON and TopoJSON from other JSON, as frictionless's profiles describe them.

jsonschema is slow at it. Of the common kinds, geometries and features with one, it is told at once where they
have nothing but what they must have.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import islice
from typing import Any

#: The formats of the type `geojson`.
FORMATS = ("default", "topojson")


def is_geojson(value: dict[str, Any], form: str) -> bool:
    """Tell whether a JSON object is GeoJSON, or TopoJSON in the format of that name."""
    is_plain = form == "default" and (_is_plain_geometry(value) or _is_plain_feature(value))
    return is_plain or bool(_validator(form).is_valid(value))


#: How many items the arrays around the positions of a type of geometry have at least, the outermost first.
COORDINATES = {
    "Point": (),
    "MultiPoint": (0,),
    "LineString": (2,),
    "MultiLineString": (0, 2),
    "Polygon": (0, 4),
    "MultiPolygon": (0, 0, 4),
}
NUMBERS = (int, float, Decimal)


def _is_plain_geometry(value: Any) -> bool:
    """Tell whether a value is surely a geometry, with nothing besides."""
    if not isinstance(value, dict) or value.keys() != {"type", "coordinates"}:
        return False
    least = COORDINATES.get(value["type"]) if isinstance(value["type"], str) else None
    return least is not None and _are_coordinates(value["coordinates"], least)


def _are_coordinates(item: Any, least: Sequence[int]) -> bool:
    """Tell whether an item is a position, or arrays around positions with so many items at least."""
    if not isinstance(item, list):
        return False
    if least:
        return len(item) >= least[0] and all(_are_coordinates(part, least[1:]) for part in item)
    return len(item) == 2 and all(type(part) in NUMBERS for part in item)


def _is_plain_feature(value: dict[str, Any]) -> bool:
    """Tell whether an object is surely a feature with a geometry, with nothing besides."""
    return (
        value.keys() == {"type", "geometry", "properties"}
        and value["type"] == "Feature"
        and isinstance(value["properties"], dict | None)
        and _is_plain_geometry(value["geometry"])
    )


@lru_cache
def _validator(form: str) -> Any:
    """Return what frictionless judges GeoJSON or TopoJSON by, except that it stops at the first error."""
    import jsonschema
    from frictionless import settings

    profile = settings.GEOJSON_PROFILE if form == "default" else settings.TOPOJSON_PROFILE
    known = jsonschema.validators.validator_for(profile)
    types = known.TYPE_CHECKER.redefine("integer", lambda _, value: _is_whole(value))
    return jsonschema.validators.extend(known, {"oneOf": _one_of}, type_checker=types)(profile)


def _is_whole(value: Any) -> bool:
    """Tell whether a value of JSON is a whole number, which is a decimal if it is very long."""
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _one_of(validator: Any, schemas: Any, instance: Any, schema: Any) -> Iterator[Any]:
    """Yield the error of an instance that does not meet just one of the schemas."""
    import jsonschema

    met = (other for other in schemas if next(validator.descend(instance, other), None) is None)
    if len(list(islice(met, 2))) != 1:
        yield jsonschema.ValidationError("not just one of the schemas is met")
