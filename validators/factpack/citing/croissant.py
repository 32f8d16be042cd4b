"""A data package as a Croissant dataset in JSON-LD, which loaders for machine learning read.

Source: Croissant Format Specification 1.0.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from factpack.citing import bibtex
from factpack.citing.schema_org import described
from factpack.citing.work import DataFile, Work, present, text_of
from factpack.dialect import Dialect
from factpack.formats import DELIMITERS, MEDIA_TYPES, format_of
from factpack.package import Resource
from factpack.table_schema import Field, ForeignKey, TableSchema

REQUIRED = ("name", "description", "license", "creator", "url", "datePublished")

#: The context that the specification gives.
CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}

#: The data types of the types of Table Schema, where the texts of a field are what a reader expects.
DATA_TYPES = {
    "string": "sc:Text",
    "integer": "sc:Integer",
    "number": "sc:Float",
    "boolean": "sc:Boolean",
    "date": "sc:Date",
    "datetime": "sc:DateTime",
    "time": "sc:Time",
    "year": "sc:Integer",
}

#: The properties of a field that make its texts other than that, each with the values that do not.
UNUSUAL: Mapping[str, Sequence[Any]] = {
    "trueValues": ("true", "True", "TRUE"),
    "falseValues": ("false", "False", "FALSE"),
    "decimalChar": (".",),
    "groupChar": ("",),
    "bareNumber": (True,),
}


def content(work: Work, prefix: str = "") -> dict[str, Any]:
    """Return the file as an object; `prefix` leads from it to the folder of the descriptor."""
    tables = _tables(work)
    references = references_of({resource.name: schema for resource, schema in tables})
    fields = {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        **described(work),
        "citeAs": bibtex.render(work),
        "distribution": [_file_object(file, prefix) for file in work.files],
        "recordSet": [
            record_set
            for resource, schema in tables
            for record_set in _record_sets(resource, schema, references)
        ],
    }
    return present(fields)


def _tables(work: Work) -> list[tuple[Resource, TableSchema]]:
    found = {file.resource.name for file in work.files}
    return [
        (resource, resource.schema)
        for resource in work.package.resources
        if resource.name in found and resource.schema is not None and is_read_alike(resource)
    ]


def is_read_alike(resource: Resource) -> bool:
    """Tell whether a reader of CSV or TSV that knows no dialect reads what the descriptor says.

    Croissant 1.0 has no words for other delimiters, labels or encodings. Then only the files are told of.
    """
    form = format_of(resource.descriptor)
    if resource.file is None or resource.is_open or form not in DELIMITERS:
        return False
    usual = Dialect(delimiter=DELIMITERS[form], encoding=resource.dialect.encoding)
    return resource.dialect == usual and resource.dialect.codec.lower().replace("_", "-") in ("utf-8", "utf8")


def _file_object(file: DataFile, prefix: str) -> dict[str, Any]:
    resource = file.resource
    plain = [kind for kind, form in MEDIA_TYPES.items() if form == format_of(resource.descriptor)]
    is_plain = plain and resource.source.compression is None
    return {
        "@type": "cr:FileObject",
        "@id": file.path,
        "name": file.path.rpartition("/")[2],
        "contentUrl": prefix + file.path,
        "contentSize": f"{file.size} B",
        "encodingFormat": plain[0] if is_plain else file.media_type,
        "sha256": file.sha256,
    }


def _record_sets(
    resource: Resource, schema: TableSchema, references: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    """Yield a table, and before it the categories of its fields, as enumerations."""
    for field in schema.fields:
        if _is_enumerated(field):
            yield _enumeration(resource, field)
    description = resource.descriptor.get("description")
    fields = {
        "@type": "cr:RecordSet",
        "@id": resource.name,
        "name": resource.name,
        "description": text_of(description),
        "key": [{"@id": f"{resource.name}/{name}"} for name in schema.primary_key],
        "field": [_field(resource, field, references) for field in schema.fields],
    }
    yield present(fields)


def _field(resource: Resource, field: Field, references: Mapping[str, str]) -> dict[str, Any]:
    name, description = f"{resource.name}/{field.name}", field.descriptor.get("description")
    target = references.get(name, f"{name}/categories/value" if _is_enumerated(field) else None)
    fields = {
        "@type": "cr:Field",
        "@id": name,
        "name": field.name,
        "description": text_of(description),
        "dataType": data_type(field),
        "source": {"fileObject": {"@id": resource.path}, "extract": {"column": field.name}},
        "references": {"field": {"@id": target}} if target else None,
    }
    return present(fields)


def data_type(field: Field) -> str:
    """Return the data type of a field: text where a reader could not know how its values are written."""
    if field.type == "string" and field.format == "uri":
        return "sc:URL"
    is_usual = field.format == "default" and field.missing_values <= {""}
    is_usual &= all(_is_usual(field.descriptor.get(name), values) for name, values in UNUSUAL.items())
    return DATA_TYPES.get(field.type, "sc:Text") if is_usual else "sc:Text"


def _is_usual(declared: Any, usual: Sequence[Any]) -> bool:
    values = declared if isinstance(declared, list) else [declared]
    return declared is None or all(value in usual for value in values)


def references_of(tables: Mapping[str, TableSchema]) -> dict[str, str]:
    """Return what fields refer to, both as `table/field`.

    That is so of a foreign key of one field to one that is unique by itself. Croissant has no keys of several
    fields, and a reference by one of these would be to many rows. What closes a circle of tables is left out,
    since readers join the tables in the order of their references.
    """
    found: dict[str, str] = {}
    parents: dict[str, set[str]] = {name: set() for name in tables}
    for name, schema in tables.items():
        for key in schema.foreign_keys:
            if _is_simple(key, tables) and name not in _reached(key.resource, parents):
                found[f"{name}/{key.fields[0]}"] = f"{key.resource}/{key.reference_fields[0]}"
                parents[name].add(key.resource)
    return found


def _is_simple(key: ForeignKey, tables: Mapping[str, TableSchema]) -> bool:
    parent = tables.get(key.resource)
    return (
        len(key.fields) == 1
        and parent is not None
        and key.reference_fields in [parent.primary_key, *parent.unique_keys]
    )


def _reached(start: str, parents: Mapping[str, set[str]]) -> set[str]:
    """Return a table, and all that it refers to, through others too."""
    found: set[str] = set()
    left = [start]
    while left:
        name = left.pop()
        if name not in found:
            found.add(name)
            left.extend(parents[name])
    return found


def _is_enumerated(field: Field) -> bool:
    return field.type == "string" and bool(field.categories)


def _enumeration(resource: Resource, field: Field) -> dict[str, Any]:
    name = f"{resource.name}/{field.name}/categories"
    rows = [
        {
            f"{name}/value": item.value,
            f"{name}/description": item.description or item.label or str(item.value),
        }
        for item in field.category_items
    ]
    columns = [
        {"@type": "cr:Field", "@id": f"{name}/{part}", "name": part, "dataType": "sc:Text"}
        for part in ("value", "description")
    ]
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "dataType": "sc:Enumeration",
        "key": {"@id": f"{name}/value"},
        "field": columns,
        "data": rows,
    }
