"""The codebook: all that is declared, what stands in the data, and nothing that a value could do to the page."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, MakePackage
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token
from test_cli import run

from factpack.codebook import codebook, codebook_page
from factpack.markdown import anchors, code, paragraph, prose, row, table
from factpack.mermaid import diagram
from factpack.package import open_package
from factpack.visible import visible

MARKDOWN = MarkdownIt("commonmark").enable("table")


def two_tables(make_package: MakePackage) -> Path:
    parent = {
        "fields": [{"name": "id", "type": "string", "constraints": {"required": True}}],
        "primaryKey": "id",
    }
    key = {"fields": "of", "reference": {"resource": "parents", "fields": "id"}}
    child = {
        "fields": [
            {"name": "of", "type": "string", "title": "Of | for", "description": "Whose.", "example": "a|b"},
            {
                "name": "kind",
                "type": "string",
                "categories": [{"value": "x"}, {"value": "y", "label": "Why"}],
            },
        ],
        "uniqueKeys": [["of", "kind"]],
        "foreignKeys": [key],
    }
    return make_package(parents=("id\na\n", parent), children=("of,kind\na,x\n", child))


def test_the_diagram_shows_tables_keys_and_references(make_package: MakePackage) -> None:
    lines = diagram(open_package(two_tables(make_package))).splitlines()

    assert lines == [
        "```mermaid",
        "erDiagram",
        "    parents {",
        "        string id PK",
        "    }",
        "    children {",
        "        string of FK",
        "    }",
        '    parents |o--o{ children : "of"',
        "```",
    ]


#: A line of a diagram as Mermaid reads it: the words of a table, of a field, or of a reference.
LINE = re.compile(
    r'    (?:(?P<alias>[A-Za-z_][\w-]*)(?:\["[^"%\\\n]+"\])? \{|\}'
    r'|    [a-z]+ [A-Za-z_][\w-]*(?: PK,| PK| FK)+(?: "[^"%\\\n]+")?'
    r'|[A-Za-z_][\w-]* \|[o|]--o\{ [A-Za-z_][\w-]* : "[^"%\\\n]+")'
)


@pytest.mark.parametrize(
    "name", ["two words", 'a"b', "end", "Class-list", "a]b{c", "é", "a\nb", "1", "%%", "`", "Direction TB"]
)
def test_a_name_that_mermaid_would_misread_is_shown_in_quotes(name: str, make_package: MakePackage) -> None:
    key = {"fields": [name], "reference": {"resource": name, "fields": [name]}}
    table = {
        "name": name,
        "type": "table",
        "data": [[name], ["x"]],
        "schema": {"fields": [{"name": name, "type": "string"}], "primaryKey": [name], "foreignKeys": [key]},
    }
    descriptor = make_package(table_1=("a\n", [{"name": "a", "type": "string"}]))
    content = json.loads(descriptor.read_text(encoding="utf-8"))
    content["resources"].append(table)
    descriptor.write_text(json.dumps(content), encoding="utf-8")

    lines = diagram(open_package(descriptor)).splitlines()

    found = [LINE.fullmatch(line) for line in lines[2:-1]]
    assert all(found)
    assert not re.search(r"direction\s", "\n".join(lines), re.IGNORECASE)
    aliases = [match["alias"] for match in found if match and match["alias"]]
    assert aliases == ["table_1", "table_2"]
    shown = re.sub("#([0-9]+);", lambda code: chr(int(code[1])), "\n".join(lines))
    assert f'table_2["{visible(name)}"] {{' in shown


def test_the_word_for_a_table_is_the_name_of_no_other(make_package: MakePackage) -> None:
    descriptor = make_package(table_2=("a\n", [{"name": "a", "type": "string"}]))
    content = json.loads(descriptor.read_text(encoding="utf-8"))
    content["resources"].append(content["resources"][0] | {"name": "two words"})
    descriptor.write_text(json.dumps(content), encoding="utf-8")

    assert '_table_2["two words"]' in diagram(open_package(descriptor))


def test_a_field_named_as_a_mark_of_mermaid_is_none(make_package: MakePackage) -> None:
    schema = {"fields": [{"name": "pk", "type": "string"}], "primaryKey": ["pk"]}

    assert '        string _pk PK "pk"' in diagram(open_package(make_package(t=("pk\na\n", schema))))


def test_the_codebook_tells_all_that_a_schema_declares(make_package: MakePackage) -> None:
    text = codebook(open_package(two_tables(make_package)))

    assert "| [parents](#parents) | 1 | 1 |" in text
    assert "## children\n\n- File: `children.csv`\n- Rows: 1\n- Primary key: none\n" in text
    assert "- Unique: `of`, `kind`\n" in text
    assert "- Foreign key: `of` to [parents](#parents), `id`\n" in text
    assert "- Referred to from: [children](#children) by `of`\n" in text
    assert "| `of` | string | **Of &#124; for.** Whose. | `a\\|b` | none | 1 different |" in text
    assert "| `id` | string | **id.** | required | none | 1 different |" in text
    assert "`kind` is one of:\n\n- `x` (1)\n- `y` (0): Why\n" in text


def test_values_of_json_are_shown_as_json(make_package: MakePackage) -> None:
    schema = {"minimum": 1, "enum": [None, True]}
    constraints = {"jsonSchema": schema}
    fields = [{"name": "o", "type": "object", "constraints": constraints, "example": [True, 0.5, "x"]}]

    text = codebook(open_package(make_package(t=('o\n"{}"\n', fields))))

    assert '{"minimum": 1, "enum": [null, true]}' in text
    assert '[true, 0.5, "x"]' in text


def test_the_codebook_tells_what_stands_in_the_data(make_package: MakePackage) -> None:
    fields = [
        {"name": "n", "type": "integer"},
        {"name": "d", "type": "date"},
        {"name": "b", "type": "boolean"},
        {"name": "c", "type": "string", "categories": ["x", "y"], "missingValues": ["-"]},
        {"name": "s", "type": "string"},
    ]
    data = "n,d,b,c,s\n10,2020-02-01,true,x,p\n9,,false,-,p\nno,2019-12-31,true,z,q\n,,,x,\n"

    text = codebook(open_package(make_package(t=(data, fields))))

    assert "| `n` | integer | **n.** | 25% | `9` to `10`; 1 not of the type |" in text
    assert "| `d` | date | **d.** | 50% | `2019-12-31` to `2020-02-01` |" in text
    assert "| `b` | boolean | **b.** | 25% | true 2; false 1 |" in text
    assert "| `c` | string | **c.** | 25% | 2 different |" in text
    assert "| `s` | string | **s.** | 25% | 2 different |" in text
    assert "- `x` (2)\n- `y` (0)\n- something else, which is an error (1)\n" in text


@pytest.mark.parametrize(
    ("nulls", "rows", "shown"),
    [(0, 3, "none"), (1, 400, "less than 1%"), (399, 400, "more than 99%"), (3, 3, "all"), (1, 3, "33%")],
)
def test_a_share_of_nulls_is_never_rounded_to_none_or_all(
    nulls: int, rows: int, shown: str, make_package: MakePackage
) -> None:
    data = "a,b\n" + "1,\n" * nulls + "1,1\n" * (rows - nulls)

    text = codebook(open_package(make_package(t=(data, [{"name": "a"}, {"name": "b"}]))))

    assert f"| `b` | any | **b.** | {shown} |" in text


def test_a_table_that_cannot_be_read_has_its_declarations_and_the_reason(make_package: MakePackage) -> None:
    descriptor = make_package(
        t=(b"a\n1\n", [{"name": "a", "type": "integer"}]), resource={"compression": "gz"}
    )

    text = codebook(open_package(descriptor))

    assert "- Rows: not read: the file cannot be unpacked as gz" in text
    assert "| `a` | integer | **a.** |\n" in text


def test_moments_without_an_order_have_no_bounds(make_package: MakePackage) -> None:
    field = {"name": "a", "type": "datetime", "format": "any"}
    descriptor = make_package(t=("a\n2020-01-01T00:00:00Z\n2020-01-01T00:00:00\n", [field]))

    assert "| 2 different |" in codebook(open_package(descriptor))


def test_not_a_number_is_no_bound(make_package: MakePackage) -> None:
    descriptor = make_package(t=("a\nNaN\n2\n-INF\n", [{"name": "a", "type": "number"}]))

    assert "| `-INF` to `2` |" in codebook(open_package(descriptor))


def test_a_table_has_its_own_licence_and_sources(make_package: MakePackage) -> None:
    own = {"licenses": [{"name": "CC-BY-4.0"}], "sources": [{"title": "A | B"}]}

    text = codebook(open_package(make_package(t=("a\n", [{"name": "a"}]), resource=own)))

    assert "- Licence: CC-BY-4.0\n- Sources: A &#124; B\n" in text


def test_the_command_prints_a_page_or_writes_it(make_package: MakePackage, tmp_path: Path) -> None:
    descriptor = make_package(
        t=("a\n1\n", [{"name": "a"}]),
        package={"title": "Two *tables*", "version": "2.0", "description": "# What"},
    )

    printed = run("codebook", descriptor)
    written = run("codebook", descriptor, "--output", tmp_path / "page.md")
    nowhere = run("codebook", descriptor, "--output", tmp_path / "nowhere" / "page.md")

    assert printed.stdout.startswith("# Codebook: Two \\*tables\\*\n\nVersion 2.0.\n\n\\# What\n\n| table |")
    assert (written.returncode, written.stdout) == (0, "")
    assert (tmp_path / "page.md").read_text(encoding="utf-8") == printed.stdout
    assert (nowhere.returncode, nowhere.stdout) == (2, "")


def test_every_field_of_the_dataset_is_in_its_codebook() -> None:
    text = (ROOT / "docs" / "codebook.md").read_text(encoding="utf-8")

    for resource in json.loads((ROOT / "datapackage.json").read_text(encoding="utf-8"))["resources"]:
        schema = json.loads((ROOT / resource["schema"]).read_text(encoding="utf-8"))
        (chapter,) = re.findall(rf"^## {resource['name']}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
        for field in schema["fields"]:
            assert re.search(rf"^\| `{field['name']}` \|", chapter, re.MULTILINE)


def test_every_link_of_the_codebook_leads_to_a_heading() -> None:
    text = (ROOT / "docs" / "codebook.md").read_text(encoding="utf-8")
    headings = anchors(re.findall(r"^#+ (.*)$", text, re.MULTILINE))

    links = set(re.findall(r"\]\(#([^)]*)\)", text))

    assert len(links) == 22
    assert links <= set(headings)


def test_headings_that_look_alike_have_links_of_their_own() -> None:
    assert anchors(["a.b", "ab", "A b", "Ä_1"]) == ["ab", "ab-1", "a-b", "ä_1"]


# What breaks tables, headings, links, code and HTML, more often than chance would draw it.
BREAKING = st.lists(
    st.sampled_from(
        [
            *(
                "|",
                "\\",
                "`",
                "``",
                "\n",
                "\r",
                "\t",
                " ",
                "<b>",
                "</td>",
                "&amp;",
                "<!--",
                "-->",
                "*",
                "_",
                "__",
            ),
            *(
                "[a](javascript:x)",
                "![",
                "](",
                "~~",
                "# ",
                "- ",
                "1. ",
                "> ",
                "---",
                "===",
                ":--",
                "$x$",
                "\x1b[",
            ),
            *("\u202e", "a", "b", "é", "0"),
        ]
    ),
    min_size=1,
    max_size=8,
).map("".join)
TEXTS = BREAKING | st.text(max_size=10)


def shown(tokens: list[Token]) -> str:
    """Return what a reader sees of a line."""
    (inline,) = [token for token in tokens if token.type == "inline"]
    kinds = {child.type for child in inline.children or ()}
    assert kinds <= {"text", "text_special", "code_inline", "html_inline", "strong_open", "strong_close"}
    tags = [child.content for child in inline.children or () if child.type == "html_inline"]
    assert tags == ["<code>", "</code>"] * (len(tags) // 2)
    return "".join(child.content for child in inline.children or () if child.type != "html_inline")


@given(text=TEXTS)
@example("`` ` ``")
@example("a\\|b")
@example("\\")
@example("x ")
def test_code_shows_just_the_characters_also_in_a_table(text: str) -> None:
    assert shown(MARKDOWN.parse(f"x {code(text)} y")) == f"x {visible(text)} y"
    assert shown(cells(code(text))[0]) == visible(text)


@given(text=TEXTS)
@example("1. a")
@example("- `a`")
@example("= =")
def test_prose_shows_its_words_and_begins_nothing(text: str) -> None:
    words = " ".join(text.split())
    assume(words)

    tokens = MARKDOWN.parse(paragraph(text))

    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    assert unticked(shown(tokens)) == unticked(visible(words))
    heading = MARKDOWN.parse(f"## {prose(text)}")
    assert [token.type for token in heading] == ["heading_open", "inline", "heading_close"]
    assert unticked(shown(heading)) == unticked(visible(words))
    assert unticked(shown(cells(prose(text))[0])) == unticked(visible(words))


def unticked(text: str) -> str:
    """Return a text without the backticks and spaces that stand around code."""
    return re.sub(r"[` ]", "", text)


def cells(*texts: str) -> list[list[Token]]:
    """Return the tokens of the cells of a row of a table, between one cell before and one after."""
    lines = [*table([str(place) for place in range(len(texts) + 2)], [["first", *texts, "last"]])]
    tokens = MARKDOWN.parse("\n".join(lines))
    assert [token.type for token in (tokens[0], tokens[-1])] == ["table_open", "table_close"]
    found = [[tokens[place + 1]] for place, token in enumerate(tokens) if token.type == "td_open"]
    assert [found[0][0].content, found[-1][0].content] == ["first", "last"]
    assert len(found) == len(texts) + 2
    return found[1:-1]


def test_a_row_keeps_its_cells_apart() -> None:
    assert row(["a", "`b|c`"]) == "| a | `b\\|c` |"


def test_a_table_leaves_out_columns_without_anything() -> None:
    assert list(table(["a", "b"], [["1", ""], ["2", ""]])) == ["| a |", "|---|", "| 1 |", "| 2 |"]


@given(
    words=st.fixed_dictionaries(
        dict.fromkeys(("title", "description", "provenance", "source", "example", "table", "value"), TEXTS)
    )
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_of_a_descriptor_breaks_the_page(words: dict[str, Any], make_package: MakePackage) -> None:
    field = {name: words[name] for name in ("title", "description", "provenance", "source", "example")}
    field |= {
        "name": "a",
        "type": "string",
        "categories": [{"value": words["value"], "label": words["title"]}],
    }
    package = {"title": words["title"], "description": words["description"]}
    resource = {"description": words["table"], "licenses": [{"name": words["source"]}]}

    text = codebook_page(open_package(make_package(t=("a\n", [field]), resource=resource, package=package)))

    tokens = MARKDOWN.parse(text)
    assert [token.tag for token in tokens if token.type == "heading_open"] == ["h1", "h2"]
    assert sum(token.type == "table_open" for token in tokens) == 2
    assert sum(token.type == "tr_open" for token in tokens) == 4
    assert not [token for token in tokens if token.type in ("html_block", "fence", "code_block", "hr")]
    links = [child.attrs for token in tokens for child in token.children or () if child.type == "link_open"]
    assert links == [{"href": "#t"}]
    assert not [child for token in tokens for child in token.children or () if child.type == "image"]
