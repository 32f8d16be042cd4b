"""The laws of the canonical form."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factpack.evidence.canonical import _INVISIBLE, canonical, fingerprint

TEXT = st.text(
    st.one_of(
        st.characters(codec="utf-8"),
        st.sampled_from(
            "aé'\"- \n\t\u00a0\u2003\u00ad\u200b\u2060\ufeff\u2018\u2019\u201c\u201d\u2013\u00b4\u0301\ufb01"
        ),
    )
)
SPACE = st.text(st.sampled_from(" \t\r\n\u00a0\u2003\u2028"), min_size=1, max_size=4)
STYLES = {
    "'": "'\u2018\u2019\u201a\u2039\u203a",
    '"': '"\u201c\u201d\u201e\u00ab\u00bb',
    "-": "-\u2010\u2011\u2013\u2014",
}


@given(TEXT)
def test_it_is_idempotent(text: str) -> None:
    assert canonical(canonical(text)) == canonical(text)


@given(TEXT, st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]))
def test_composition_makes_no_difference(text: str, form: str) -> None:
    assert canonical(unicodedata.normalize(form, text)) == canonical(text)


@given(st.lists(TEXT), st.data())
def test_white_space_makes_no_difference(words: list[str], data: st.DataObject) -> None:
    spaced = "".join(word + data.draw(SPACE) for word in words)

    assert canonical(data.draw(SPACE) + spaced) == canonical(" ".join(words))


@given(TEXT, st.data())
def test_the_style_of_quotes_and_dashes_makes_no_difference(text: str, data: st.DataObject) -> None:
    styled = "".join(data.draw(st.sampled_from(STYLES[char])) if char in STYLES else char for char in text)

    assert canonical(styled) == canonical(text)


@given(TEXT, st.data())
def test_invisible_characters_make_no_difference(text: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(text)))

    assert canonical(text[:place] + data.draw(st.sampled_from(_INVISIBLE)) + text[place:]) == canonical(text)


@given(TEXT)
def test_no_invisible_character_and_no_double_space_is_left(text: str) -> None:
    result = canonical(text)

    assert not set(result) & set(_INVISIBLE)
    assert result == result.strip()
    assert "  " not in result
    assert unicodedata.is_normalized("NFKC", result)


@pytest.mark.parametrize(
    ("text", "result"),
    [
        (" a\r\n\r\nb\u00a0c ", "a b c"),
        ("\u201cso\u00adcalled\u201d \u2013 it\u2019s", '"socalled" - it\'s'),
        ("e\u0301\u200bo", "éo"),
        ("\ufb01ne\u2026", "fine..."),
        ("\u200b", ""),
    ],
)
def test_examples(text: str, result: str) -> None:
    assert canonical(text) == result


def test_positions_are_code_points() -> None:
    assert canonical("𝄞 x").index("x") == 2


def test_a_fingerprint_is_sha_256_of_utf_8() -> None:
    assert fingerprint("é") == "4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c"
