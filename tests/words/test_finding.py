"""Occupations and skills in what people write freely; and that ordinary wishes hold none."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from kesher.words import code, code_all, found_in
from kesher.words.finding import FURTHEST


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("I was a nurse in Addis Ababa, then I looked after my mother", ("2221", "3221", "5321")),
        ("baker from Aleppo with ten years experience", ("7512",)),
        ("работал водителем такси десять лет, потом машинист крана", ("8322", "8343")),
        ("أنا خباز من حلب", ("7512",)),
        ("we are looking for a cook and two waiters", ("5120", "5131")),
        ("עבדתי שנים בנמל, ואחר כך כמנופאית", ("8343",)),
    ],
)
def test_occupations_are_found_in_free_words(text: str, groups: tuple[str, ...]) -> None:
    assert found_in(text).isco08 == groups


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text",
    [
        "I need a Hebrew course near home",
        "nursery for my child, my rent is too high",
        "my landlord wants to evict me",
        "קורס עברית וצהרון לילדים",
        "je cherche un logement",
        "",
        "?!",
        "a a a a " * 200,
    ],
)
def test_wishes_that_name_no_work_hold_none(text: str) -> None:
    assert found_in(text).occupations == ()


class Properties(TestCase):
    @settings(max_examples=25, deadline=None)
    @given(st.text(alphabet=st.sampled_from("ab נהג водитель nurse,.\n"), max_size=80))
    def test_every_find_stands_in_the_text_in_order_and_once(self, text: str) -> None:
        found = found_in(text)
        for said in (found.occupations, found.skills):
            assert [one.start for one in said] == sorted(one.start for one in said)
            assert all(0 <= one.start < one.end <= min(len(text), FURTHEST) for one in said)
            assert all(text[one.start : one.end] == one.coding.text for one in said)
            assert len({one.best.uri for one in said}) == len(said)


@pytest.mark.django_db
def test_a_column_is_coded_as_each_of_its_texts_alone() -> None:
    column = [
        "Registered nurse (m/f), night shift",
        "נהג משאית",
        "сварщик",
        "Registered nurse (m/f), night shift",
        "",
        "zzqqxx",
    ]
    coded = code_all(column, language="en")
    assert coded == [code(text, language="en", top=1) for text in column]
    assert coded[0] is coded[3], "what stands there twice is looked up once"
    assert [one.candidates[0].isco08 for one in coded[:3]] == ["2221", "8332", "7212"]
    assert not any(one.candidates for one in coded[4:])
    assert code_all([]) == []
    (several,) = code_all(iter(["baker"]), top=3)
    assert len(several.candidates) > 1
