"""Tells GeoJSON and TopoJSON from other JSON, as frictionless's profiles describe them.

jsonschema is slow at it. Of the common kinds, geometries and features with one, it is told at once where they
have nothing but what they must have.
"""

from collections.abc import Callable, Iterator
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


def _is_position(item: Any) -> bool:
    return isinstance(item, list) and len(item) == 2 and all(type(part) in NUMBERS for part in item)


def _array_of(is_one: Callable[[Any], bool], least: int) -> Callable[[Any], bool]:
    return lambda item: isinstance(item, list) and len(item) >= least and all(map(is_one, item))


NUMBERS = (int, float, Decimal)
_LINE, _RING = _array_of(_is_position, 2), _array_of(_is_position, 4)

#: What tells the coordinates of each type of geometry.
COORDINATES = {
    "Point": _is_position,
    "MultiPoint": _array_of(_is_position, 0),
    "LineString": _LINE,
    "MultiLineString": _array_of(_LINE, 0),
    "Polygon": _array_of(_RING, 0),
    "MultiPolygon": _array_of(_array_of(_RING, 0), 0),
}


def _is_plain_geometry(value: Any) -> bool:
    """Tell whether a value is surely a geometry, with nothing besides."""
    if not isinstance(value, dict) or value.keys() != {"type", "coordinates"}:
        return False
    are_its_own = COORDINATES.get(value["type"]) if isinstance(value["type"], str) else None
    return are_its_own is not None and are_its_own(value["coordinates"])


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
