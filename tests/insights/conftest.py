"""Four places of an invented land, and its table of figures as a pack."""

import pytest

from kesher.areas.models import Area
from kesher.base.history import System, acting
from kesher.formats.statistics.mapping import Pack, parse_pack
from kesher.insights import latest

PACK = """
name = "land"
title = "An invented land"

[[areas]]
level = "country"
scheme = "land"
words = { L = { en = "Land", he = "ארץ" } }

[[areas]]
level = "authority"
scheme = "land-town"
file = "towns.csv"
code = "code"
names = { en = "name" }
parent = { scheme = "land", constant = "L" }

[[table]]
dataset = "land-work"
title = "Work in the land"
source = "Office of the land"
licence = "CC BY 4.0"
retrieved = 2026-05-01
file = "work.csv"
period = { column = "year" }
measures = ["rate", "income", "people"]
nothing = { s = "suppressed" }
[table.dimensions.town]
column = "code"
[table.places]
dimension = "town"
scheme = "land-town"
[table.serves]
rate = "unemployment-rate"
income = "income-per-head"
[[table.breaks]]
from = "2021"
reason = "another question was asked"
"""
TOWNS = "code,name\n1,Arad\n2,Yeruham\n3,Dimona\n"
WORK = "code,year,rate,income,people\n1,2020,4.5,100,9\n1,2021,5.5,110,9\n2,2020,s,90,8\n2,2021,7.25,,8\n9,2021,1,1,1\n"


@pytest.fixture(autouse=True)
def nothing_held():
    """Figures are held in memory by the process; those of another test are of a database that is gone."""
    latest.forget()
    yield
    latest.forget()


@pytest.fixture
def land(tmp_path):
    """The folder of the pack's files."""
    folder = tmp_path / "land"
    folder.mkdir()
    (folder / "towns.csv").write_text(TOWNS)
    (folder / "work.csv").write_text(WORK)
    return folder


@pytest.fixture
def pack() -> Pack:
    return parse_pack(PACK, "land.toml")


@pytest.fixture
def home(tmp_path):
    """Where vintages lie."""
    return tmp_path / "statistics"


@pytest.fixture
def many_towns(db):
    """Twelve towns, all in one country, the last one with other figures than the rest."""
    with acting(actor=System("tests"), reason="places"):
        country = Area.objects.create(scheme="c", code="C", level="country", name={"en": "Country"}, path="c.C/")
        return [
            Area.objects.create(
                scheme="t",
                code=str(n),
                level="authority",
                name={"en": f"Town {n}"},
                parent=country,
                path=f"c.C/{n:02}/",
            )
            for n in range(12)
        ]
