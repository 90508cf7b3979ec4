"""The tags the components lean on."""

import pytest
from django.template import Context, Template
from django.utils import translation

ROWS = (
    '<c-table caption="x"><thead><tr><th scope="col">What &amp; why</th><th scope="col" class="number"><b>How</b> many</th>'
    '</tr></thead><tbody><tr><th scope="row">Tea</th><td class="number">3</td></tr></tbody></c-table>'
)


def drawn(text: str) -> str:
    from django_cotton.compiler_regex import CottonCompiler

    return Template(CottonCompiler().process(text)).render(Context({}))


def test_each_cell_of_a_table_knows_its_heading_and_its_role() -> None:
    page = drawn(ROWS)
    assert 'role="table"' in page
    assert (
        '<th role="rowheader" scope="row">Tea</th><td role="cell" class="number" data-label="How many">3</td>' in page
    )
    assert page.count('role="columnheader"') == 2
    assert page.count('role="rowgroup"') == 2


def test_a_narrow_table_fits_as_it_is() -> None:
    page = drawn(ROWS.replace("<c-table", '<c-table narrow="true"'))
    assert "data-label" not in page
    assert "role=" not in page


def test_a_component_is_its_tag() -> None:
    tag = Template('{% icon "x" label="Close" %}|{% pill "free" "fits" %}').render(Context({}))
    component = drawn('<c-icon name="x" label="Close" />|<c-pill kind="fits">free</c-pill>')
    assert "".join(component.split()) == "".join(tag.split())
    assert 'role="img" aria-label="Close"' in tag
    removed = drawn('<c-pill href="?a=1&amp;b=2" removes="true">in town</c-pill>')
    assert "<a " in removed
    assert "(remove)" in removed


def test_long_text_is_cut_between_words() -> None:
    told = {"en": "Five mornings a week for five months. Small groups."}
    page = Template("{{ told|short_words:42 }}").render(Context({"told": told}))
    assert page == "<bdi>Five mornings a week for five months…</bdi>", page
    whole = Template("{{ told|short_words:60 }}").render(Context({"told": told}))
    assert whole == f"<bdi>{told['en']}</bdi>"


@pytest.mark.parametrize(
    ("language", "written"), [("en", "2,350 | ₪2,350"), ("he", "2,350 | 2,350 ₪"), ("ar", "2,350 | 2,350 ₪")]
)
def test_thousands_are_parted(language: str, written: str) -> None:
    with translation.override(language):
        found = Template("{{ n }} | {{ n|money:'ILS' }}").render(Context({"n": 2350}))
    assert found.replace("\N{RIGHT-TO-LEFT MARK}", "").replace("\N{NO-BREAK SPACE}", " ") == written
