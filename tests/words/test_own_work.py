"""The work people say they did, in seven languages; and that asking for somebody's work, or for help, says none."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from kesher.words.finding import FURTHEST
from kesher.words.own_work import work_in
from kesher.words.typical import head_words


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("I was a nurse in Addis", "2221"),
        ("I worked as a welder for ten years", "7212"),
        ("looking for work as a cook", "5120"),
        ("nurse", "2221"),
        ("I built houses", "7111"),
        ("בניתי בתים", "7111"),
        ("ניקיתי בתים", "9111"),
        ("הייתי אחות בבית חולים", "2221"),
        ("עבדתי כנהג משאית", "8332"),
        ("מחפשת עבודה כאחות", "2221"),
        ("كنت ممرضة في حلب", "2221"),
        ("بنيت بيوت", "7111"),
        ("عملت خباز", "7512"),
        ("أنا كهربائي", "7411"),
        ("я строил дома", "7111"),
        ("працювала медсестрою", "2221"),
        ("j'étais infirmière", "2221"),
        ("je construisais des maisons", "7111"),
        ("በአዲስ አበባ ነርስ ነበርኩ", "2221"),
    ],
)
def test_who_speaks_of_their_own_work_is_understood(text: str, group: str) -> None:
    work = work_in(text)
    assert work is not None
    assert group in [one.isco08 for one in work.candidates[:2]]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("I was a nurse in Addis", False),
        ("I was a nurse, I need a nursery for my son", True),
        ("looking for work as a cook", False),
        ("הייתי אחות בבית חולים", False),
        ("הייתי אחות, צריכה מעון לילד", True),
        ("كنت ممرضة وبدي حضانة", True),
        ("я была медсестра, ищу детский сад", True),
    ],
)
def test_whether_something_is_asked_for_besides_is_told(text: str, asks: bool) -> None:
    work = work_in(text)
    assert work is not None
    assert work.asks is asks


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text",
    [
        "I need a lawyer",
        "the electrician cheated me",
        "my husband was a nurse",
        "day care for my child",
        "i lost my home",
        "learn Hebrew",
        "food",
        "צריכה עורך דין",
        "אני צריך רופא",
        "איבדתי את הבית",
        "עברית למתחילים",
        "بحاجة لمحامي",
        "بدي دكتور أسنان",
        "нужен адвокат",
        "потрібна няня для дитини",
        "je cherche un logement",
        "ሐኪም እፈልጋለሁ",
        "",
        "?!",
    ],
)
def test_who_asks_for_help_or_for_others_is_not_taken_for_a_worker(text: str) -> None:
    assert work_in(text) is None


class Anything(TestCase):
    """No text makes it fail, and what was said stands in the text."""

    @settings(max_examples=30, deadline=None)
    @given(st.text(max_size=FURTHEST + 20) | st.sampled_from(["I was a nurse", "כאח עבדתי"]))
    def test_any_text_is_answered(self, text: str) -> None:
        work = work_in(text)
        assert work is None or (work.said and work.candidates)


def test_a_group_goes_by_words_of_its_own() -> None:
    assert head_words("2221", "en") == ("nurse",)
    assert "אחות" in head_words("2221", "he")
    assert "חשמלאי" in head_words("7411", "he")
    assert head_words("7512", "fr")
    assert head_words("7512", "de") == head_words("0000", "en") == ()
    assert not {"and", "for", "worked"} & {word for code in ("7512", "5120", "5322") for word in head_words(code, "en")}
