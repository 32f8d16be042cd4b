"""Tells GeoJSON, as RFC 7946 describes it, and TopoJSON, as frictionless's profile does, from other JSON."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache, partial
from itertools import islice
from typing import Any

#: The formats of the type `geojson`.
FORMATS = ("default", "topojson")

Json = Mapping[str, Any]

#: The members that are of one kind of object, and of no other (RFC 7946, section 7.1).
OF_GEOMETRIES = ("coordinates", "geometries")
OF_FEATURES = ("geometry", "properties")
OF_COLLECTIONS = ("features",)

#: How many items the arrays around the positions of a type of geometry have at least, the outermost first.
#: The innermost of a polygon is a ring, which ends where it began.
COORDINATES = {
    "Point": (),
    "MultiPoint": (0,),
    "LineString": (2,),
    "MultiLineString": (0, 2),
    "Polygon": (0, 4),
    "MultiPolygon": (0, 0, 4),
}
RINGS = ("Polygon", "MultiPolygon")


def is_geojson(value: Json, form: str) -> bool:
    """Tell whether a JSON object is GeoJSON, or TopoJSON in the format of that name.

    Source: RFC 7946, sections 3, 5 and 7.1.
    """
    return bool(_topojson().is_valid(value)) if form == "topojson" else _is_one_of(JUDGES, value)


def _is_one_of(types: Collection[str], value: Any) -> bool:
    """Tell whether a value is an object of GeoJSON, and of one of some types."""
    if not isinstance(value, Mapping):
        return False
    kind = value.get("type")
    return isinstance(kind, str) and kind in types and _has_sound_bbox(value) and JUDGES[kind](value)


def _has_sound_bbox(value: Json) -> bool:
    """Tell whether a bounding box, if there is one, has two corners of two or more dimensions."""
    if "bbox" not in value:
        return True
    bbox = value["bbox"]
    return isinstance(bbox, list) and len(bbox) >= 4 and len(bbox) % 2 == 0 and all(map(_is_number, bbox))


def _has_none(value: Json, *members: str) -> bool:
    return value.keys().isdisjoint(members)


def _is_geometry(value: Json, *, least: Sequence[int], is_ring: bool) -> bool:
    return (
        "coordinates" in value
        and _has_none(value, *OF_FEATURES, *OF_COLLECTIONS)
        and _are_coordinates(value["coordinates"], least, is_ring=is_ring)
    )


def _are_coordinates(item: Any, least: Sequence[int], *, is_ring: bool) -> bool:
    """Tell whether an item is a position, or arrays around positions with so many items at least."""
    if not isinstance(item, list):
        return False
    if not least:
        return len(item) >= 2 and all(map(_is_number, item))
    if len(item) < least[0] or not all(_are_coordinates(part, least[1:], is_ring=is_ring) for part in item):
        return False
    return len(least) > 1 or not is_ring or item[0] == item[-1]


def _is_number(item: Any) -> bool:
    return isinstance(item, int | float | Decimal) and not isinstance(item, bool)


def _is_geometry_collection(value: Json) -> bool:
    geometries = value.get("geometries")
    return (
        isinstance(geometries, list)
        and _has_none(value, *OF_FEATURES, *OF_COLLECTIONS)
        and all(_is_one_of(GEOMETRIES, geometry) for geometry in geometries)
    )


def _is_feature(value: Json) -> bool:
    return (
        value.keys() >= {"geometry", "properties"}
        and (value["geometry"] is None or _is_one_of(GEOMETRIES, value["geometry"]))
        and isinstance(value["properties"], Mapping | None)
        and ("id" not in value or isinstance(value["id"], str) or _is_number(value["id"]))
        and _has_none(value, *OF_GEOMETRIES, *OF_COLLECTIONS)
    )


def _is_feature_collection(value: Json) -> bool:
    features = value.get("features")
    return (
        isinstance(features, list)
        and _has_none(value, *OF_GEOMETRIES, *OF_FEATURES)
        and all(_is_one_of(["Feature"], feature) for feature in features)
    )


#: What tells whether an object of a type is sound.
JUDGES: dict[str, Callable[[Json], bool]] = {
    **{
        kind: partial(_is_geometry, least=least, is_ring=kind in RINGS) for kind, least in COORDINATES.items()
    },
    "GeometryCollection": _is_geometry_collection,
    "Feature": _is_feature,
    "FeatureCollection": _is_feature_collection,
}
GEOMETRIES = (*COORDINATES, "GeometryCollection")


@lru_cache(1)
def _topojson() -> Any:
    """Return what frictionless judges TopoJSON by, except that it stops at the first error."""
    import jsonschema
    from frictionless import settings

    known = jsonschema.validators.validator_for(settings.TOPOJSON_PROFILE)
    types = known.TYPE_CHECKER.redefine("integer", lambda _, value: _is_whole(value))
    extended = jsonschema.validators.extend(known, {"oneOf": _one_of}, type_checker=types)
    return extended(settings.TOPOJSON_PROFILE)


def _is_whole(value: Any) -> bool:
    """Tell whether a value of JSON is a whole number, which is a decimal if it is very long."""
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _one_of(validator: Any, schemas: Any, instance: Any, schema: Any) -> Iterator[Any]:
    """Yield the error of an instance that does not meet just one of the schemas."""
    import jsonschema

    met = (other for other in schemas if next(validator.descend(instance, other), None) is None)
    if len(list(islice(met, 2))) != 1:
        yield jsonschema.ValidationError("not just one of the schemas is met")
