"""What it may be about: complete in every language of the front door, and read by the model that runs."""

import csv
from pathlib import Path

import numpy as np
from django.conf import settings

import kesher.www
from kesher.directory.concerns import BROAD, CONCERN_OF, CONCERNS, PARTS_OF, PLACES, as_question, digest, offers
from kesher.directory.facts import Who
from kesher.directory.search import meaning
from kesher.directory.taxonomies import DATA
from kesher.www.front.orientation.shelves import SHELVES

ICONS = (Path(kesher.www.__file__).parent / "static/vendor/icons.svg").read_text(encoding="utf-8")


def test_every_concern_is_named_in_every_language_with_its_picture_and_its_themes() -> None:
    tables = [(DATA / name).read_text(encoding="utf-8") for name in ("open_eligibility.csv", "business.csv")]
    known = {row["code"] for table in tables for row in csv.DictReader(table.splitlines())}
    assert len(CONCERN_OF) == len(CONCERNS)
    for one in CONCERNS:
        assert set(one.name) == {code for code, _name in settings.LANGUAGES}
        assert all(one.name.values()), one.code
        assert set(one.themes) <= known, one.code
        assert f'id="{one.picture}"' in ICONS, one.code
    for code, _name in settings.LANGUAGES:
        for some in (*([one for one in BROAD if one.door is door] for door in Who), *PARTS_OF.values()):
            names = [one.name[code] for one in some]
            assert len(set(names)) == len(names), (code, names)


def test_a_part_is_of_one_whole_and_every_whole_has_its_place_on_the_shelves() -> None:
    assert all(one.of in CONCERN_OF and not CONCERN_OF[one.of].of for one in CONCERNS if one.of)
    assert all(len(parts) != 1 for parts in PARTS_OF.values())  # one is no choice
    placed = [code for _heading, codes in SHELVES for code in codes]
    assert sorted(placed) == sorted(one.code for one in BROAD)


def test_their_places_are_of_these_words_and_of_the_model_that_runs() -> None:
    """Else nobody is ever asked: run ``python benchmarks/training/concerns.py``."""
    with np.load(PLACES) as file, np.load(meaning.FILE) as model:
        assert str(file["digest"]) == digest()
        assert str(file["model"]) == str(model["name"])
        assert len(file["places"]) == len(CONCERNS)


def test_each_concern_stands_nearest_to_itself_and_asks_for_its_own_themes() -> None:
    held = offers()
    assert held is not None
    places = held.places.astype(np.float32)
    places /= np.linalg.norm(places, axis=1, keepdims=True)
    assert ((places @ places.T).argmax(axis=1) == np.arange(len(CONCERNS))).all()
    for one in CONCERNS:
        asked = as_question(one)
        assert asked is not None
        named = [meaning.codes().index(code) for code in one.themes if code in meaning.codes()]
        assert asked.chances[named].sum() > 0.3, one.code
