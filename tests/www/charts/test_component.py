"""The component: sentence first, then drawing, then table; everything typed is text."""

import json
import re

import pytest
from django.template import Context, Template
from django.test import Client
from django.utils import translation
from django_cotton.compiler_regex import CottonCompiler

from kesher.www.charts import Picture, Place, Reading, Role, Unit, bars
from kesher.www.front.design_charts import samples

HOSTILE = "</script><script>alert(1)</script><b>\"&\\n' + alert(2) + '"


def page(picture: Picture, more: str = "") -> str:
    text = f'<c-chart :picture="picture" id="one" {more} />'
    return Template(CottonCompiler().process(text)).render(Context({"picture": picture}))


def test_sentence_then_drawing_then_table() -> None:
    shown = page(samples()["bars"], 'csv="/a.csv" png="/a.png"')
    order = [shown.index(part) for part in ("chart__sentence", "chart__canvas", "<details", "source-note", "/a.csv")]
    assert order == sorted(order)
    assert re.search(r'<div class="chart__canvas" dir="ltr" role="img" aria-label="[^"]{40,}"', shown)
    assert '<details class="ds-details chart__table" open>' in shown, "without a script the table is open"
    assert shown.count("<tr") == len(samples()["bars"].twin.rows) + 1
    assert 'href="/a.png" download' in shown
    assert "style=" not in shown


def test_the_data_block_is_what_is_drawn() -> None:
    picture = samples()["lines"]
    (block,) = re.findall(r'<script id="one-data" type="application/json">(.*?)</script>', page(picture))
    assert json.loads(block) == json.loads(json.dumps(picture.payload))


def test_names_are_text_everywhere() -> None:
    picture = bars(HOSTILE, Unit(HOSTILE), [Place(HOSTILE, Reading(1.0), Role.OURS)]).with_words(source=HOSTILE)
    shown = page(picture)
    assert "<script>" not in shown
    assert "<b>" not in shown
    expressions = set(re.findall(r'"test": ("(?:[^"\\]|\\.)*")', json.dumps(picture.panels[0].wide)))
    assert len(expressions) == 1
    # the name stands in the expression as one string: nothing of it is read as an expression
    compared = re.fullmatch(r"datum\.value === (\"(?:[^\"\\]|\\.)*\")", json.loads(expressions.pop()))
    assert compared
    assert json.loads(compared.group(1)) == picture.datasets["rows"][0]["wide"]


def test_nothing_to_show_is_said_and_not_drawn() -> None:
    shown = page(samples()["nothing"])
    assert "chart__none" in shown
    assert "chart__canvas" not in shown
    assert "application/json" not in shown
    assert "too few to show" in shown


@pytest.mark.parametrize(
    ("language", "written"), [("en", "−1,234.5"), ("he", "\u2066−1,234.5\u2069"), ("ar", "\u2066−1,234.5\u2069")]
)
def test_numbers_are_written_as_the_house_writes_them(language: str, written: str) -> None:
    with translation.override(language):
        assert Unit("", decimals=1).said(-1234.5) == written
        config = bars("Title", Unit(""), [Place("A", Reading(1.0))]).payload["config"]
    assert (config["locale"]["number"]["decimal"], config["locale"]["number"]["thousands"]) == (".", ",")
    assert len(set(config["locale"]["time"]["months"])) == 12


@pytest.mark.django_db
def test_only_pages_with_a_chart_load_what_draws_it(client: Client) -> None:
    assert b"vega" in client.get("/en/design/charts/").content
    assert b"vega" not in client.get("/en/design/").content
