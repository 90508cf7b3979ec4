"""The coding field in any form: a round trip without a script, nothing chosen beforehand, nothing lost."""

import re

import pytest
from django import forms
from django.utils import translation

from kesher.formats.isco import ESCO_GROUP
from kesher.www.coding import LIKELY, NONE, Coded, CodingField, WithCoding, in_words

pytestmark = pytest.mark.django_db
LORRY = ESCO_GROUP + "8332"


class Vacancy(WithCoding, forms.Form):
    occupation = CodingField(label="Whom do you look for?", help_text="In your words.")
    also = CodingField(kind="skill", label="What should they be able to do?", required=False)
    pay = forms.IntegerField()


def sent(**data: str) -> Vacancy:
    return Vacancy({name.replace("_", "-"): value for name, value in data.items()})


def test_find_proposes_and_refuses_nothing() -> None:
    form = sent(occupation="נהג משאית", occupation_find="1", pay="x")
    assert form.is_looking
    assert not form.is_valid()
    assert not form.errors
    page = str(form)
    assert page.count("ds-validation-message") == 0
    assert 'value="x"' in page, "what was typed elsewhere stays"
    assert LORRY in page
    assert "checked" not in page, "a person chooses"


def test_each_proposal_says_why_and_in_whose_language() -> None:
    with translation.override("en"):
        page = str(sent(occupation="נהג משאית", occupation_find="1"))
    first = page[page.index('id="id_occupation_why_1"') :].split("</div>", 1)[0]
    assert "almost certain" in first
    assert "ISCO 8332" in first
    assert '<bdi lang="he" dir="rtl">נהג משאית</bdi>' in first
    assert "(Hebrew)" in first
    with translation.override("ar"):
        page = str(sent(occupation="baker", occupation_find="1"))
    assert "<bdi>خبازون وصانعو حلويات</bdi>" in page
    assert '<bdi lang="en" dir="ltr">Baker</bdi>' in page


def test_every_choice_has_its_label_and_its_reason() -> None:
    page = str(sent(occupation="driver", occupation_find="1"))
    for tag in re.findall(r'<input class="ds-input" type="radio"[^>]*>', page):
        identity = re.search(r' id="([^"]+)"', tag)
        assert identity
        assert f'<label for="{identity.group(1)}">' in page
        why = re.search(r'aria-describedby="([^"]+)"', tag)
        assert why is None or f'id="{why.group(1)}"' in page


def test_a_choice_is_owed_and_then_kept() -> None:
    form = sent(occupation="נהג משאית", pay="1")
    assert form.errors.as_data()["occupation"][0].code == "choose"
    assert LORRY in str(form), "and here is what to choose among"
    form = sent(occupation="  נהג   משאית ", occupation_choice=LORRY, pay="1")
    assert form.is_valid(), form.errors
    chosen = form.cleaned_data["occupation"]
    assert (chosen.text, chosen.candidate.isco08) == ("נהג משאית", "8332")
    assert form.cleaned_data["also"] is None
    refused = sent(occupation="נהג משאית", occupation_choice=LORRY)
    assert re.search(rf'value="{LORRY}"[^>]* checked', str(refused)), "kept when something else is refused"


def test_none_of_these_is_an_answer() -> None:
    form = sent(occupation="qwzx vbnm", occupation_choice=NONE, pay="1")
    assert form.is_valid()
    assert form.cleaned_data["occupation"].candidate is None
    assert form.cleaned_data["occupation"].coding.candidates == ()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ({"occupation": ""}, "required"),
        ({"occupation": "   ", "occupation_choice": NONE}, "required"),
        ({"occupation": "baker " * 200}, "long"),
        ({"occupation": "baker", "occupation_choice": LORRY}, "changed"),
        ({"occupation": "baker", "occupation_choice": "urn:made-up"}, "changed"),
    ],
)
def test_what_is_refused(data: dict[str, str], code: str) -> None:
    form = sent(**data, pay="1")
    assert form.errors.as_data()["occupation"][0].code == code
    str(form)


def test_a_skill_is_looked_for_among_skills() -> None:
    page = str(sent(also="לנהוג במשאית", also_find="1"))
    assert "urn:kesher:skill:drive-lorry" in page
    assert "ISCO" not in page


def test_it_may_begin_with_words() -> None:
    assert "חשמלאי" in str(Vacancy(initial={"occupation": "חשמלאי", "also": Coded("לבשל")}))


def test_words_are_escaped() -> None:
    assert "<b>" not in str(sent(occupation="<b>baker</b>", occupation_find="1"))


@pytest.mark.parametrize(("confidence", "said"), [(1, 0), (0.9, 0), (0.89, 1), (0.3, 2), (0.1, 3), (0.0, 4)])
def test_confidence_in_words(confidence: float, said: int) -> None:
    assert in_words(confidence) == str(LIKELY[said][1])
