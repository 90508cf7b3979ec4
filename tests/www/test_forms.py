"""Any Django form, drawn by our templates: labels, hints, errors tied to their fields, nothing lost."""

import re

import pytest
from django import forms

from kesher.www.forms import LongSelect
from kesher.www.front.design import DesignForm


def attribute(page: str, identity: str, name: str) -> str | None:
    tag = re.search(rf'<[a-z]+ [^>]*\bid="{identity}"[^>]*>', page)
    assert tag, f"no element with id {identity}"
    value = re.search(rf'\b{name}="([^"]*)"', tag.group())
    return value.group(1) if value else None


@pytest.fixture
def refused() -> str:
    form = DesignForm({"name": "", "email": "olena@", "story": "Кухар <b>", "language": ["he"]})
    assert not form.is_valid()
    return str(form)


def test_every_field_has_its_label() -> None:
    page = str(DesignForm())
    for identity in re.findall(r'<(?:input|select|textarea) [^>]*\bid="([^"]+)"', page):
        assert f'<label for="{identity}"' in page or f'for="{identity}">' in page, identity


def test_errors_are_tied_to_their_fields(refused: str) -> None:
    assert attribute(refused, "id_name", "aria-invalid") == "true"
    described = (attribute(refused, "id_name", "aria-describedby") or "").split()
    assert described == ["id_name_helptext", "id_name_error"]
    for identity in described:
        assert f'id="{identity}"' in refused


def test_summary_leads_to_each_refused_field(refused: str) -> None:
    summary = refused[: refused.index("</ul>")]
    for target in re.findall(r'href="#([^"]+)"', summary):
        assert f'id="{target}"' in refused
    assert 'href="#id_level_0"' in summary, "a group of choices is reached at its first choice"


def test_what_was_typed_is_kept(refused: str) -> None:
    assert "Кухар &lt;b&gt;" in refused
    assert attribute(refused, "id_email", "value") == "olena@"
    assert re.search(r'value="he"[^>]*checked|checked[^>]*value="he"', refused)


def test_groups_are_fieldsets(refused: str) -> None:
    assert refused.count("<fieldset") == 2
    assert refused.count("<legend") == 2


def test_a_choice_among_hundreds_is_drawn_as_django_draws_it() -> None:
    class Chooses(forms.Form):
        short = forms.ChoiceField(choices=[("", "all"), ("a&b", "<b>"), ("2", 'two"')], required=False)

    class ChoosesLong(Chooses):
        short = forms.ChoiceField(choices=Chooses.base_fields["short"].choices, required=False, widget=LongSelect)  # type: ignore[attr-defined]

    def drawn(form: forms.Form) -> tuple[list[str], list[str]]:
        shown = form["short"].as_widget(attrs={"class": "x"})
        whole = " ".join(re.findall("<select[^>]*>", shown))
        return sorted(re.findall(r'[\w-]+="[^"]*"', whole)), re.findall("<option.*?</option>", shown, re.DOTALL)

    for data in ({}, {"short": "a&b"}, {"short": "2"}, {"short": "gone"}):
        assert drawn(ChoosesLong(data)) == drawn(Chooses(data))
