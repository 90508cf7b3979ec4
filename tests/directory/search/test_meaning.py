"""Finding by meaning: with the encoder that runs here, and without."""

from collections.abc import Iterator, Sequence

import numpy as np
import pytest
from django.db import connection

from kesher.adapters.encoders import choose, tuned
from kesher.directory.models import SearchDocument, Service, ServiceTerm, Term
from kesher.directory.search import PUBLIC, find_scores, index, meaning, tend
from kesher.directory.taxonomies import load_taxonomies
from kesher.www.apps import _encoder
from tests.directory.search.town import service

pytestmark = pytest.mark.django_db
PANTRY = "human_services:food:food_pantry"
FRIDGE = "nothing in the fridge until friday"


@pytest.fixture
def encoder() -> Iterator[meaning.Encoder]:
    """The encoder of a fresh installation."""
    assert choose().own, choose().why
    encoder = tuned()
    assert encoder is not None
    meaning.provide(lambda: encoder)
    yield encoder
    meaning.provide(_encoder)


@pytest.fixture
def town(encoder: meaning.Encoder) -> dict[str, Service]:
    load_taxonomies()
    made = {
        "food": service(
            "Hand in hand", text="Volunteers give out groceries and hot meals to families with little money."
        ),
        "choir": service("Evening choir", text="We sing together once a week, all voices welcome."),
        "law": service("Law clinic", text="Free advice of a lawyer about debts, courts and letters from offices."),
    }
    index()
    return made


def best(text: str) -> Service | None:
    return next((Service.objects.get(pk=key) for key in find_scores(text, PUBLIC)), None)


def test_a_service_is_found_that_has_none_of_the_words(town: dict[str, Service]) -> None:
    assert best(FRIDGE) is None
    assert tend() == 3
    assert best(FRIDGE) == town["food"]
    assert best("הבנק עיקל לי את החשבון") == town["law"]
    assert best("بحب أغني مع ناس") == town["choir"]


def test_a_theme_given_in_error_does_not_outweigh_what_a_service_says(town: dict[str, Service]) -> None:
    """A table of keywords gave it the theme of food; the soup kitchen was given none."""
    ServiceTerm.objects.create(service=town["law"], term=Term.objects.get(code=PANTRY))
    index()
    tend()
    assert best(FRIDGE) == town["food"]
    scores = find_scores(FRIDGE, PUBLIC)
    assert scores.get(town["law"].pk, 0.0) < 0.8


def test_until_it_is_read_a_service_goes_by_its_themes_in_full(town: dict[str, Service]) -> None:
    tend()
    fresh = service("Blue door", text="Open on Mondays.", terms=(PANTRY,))
    index([fresh.pk])
    unread = find_scores(FRIDGE, PUBLIC)
    assert unread[fresh.pk] > 0.7  # a quarter of its themes would not even be found beside what says that it gives food
    tend()
    assert best(FRIDGE) == town["food"]
    # by then it is known that it says nothing of food
    assert find_scores(FRIDGE, PUBLIC).get(fresh.pk, 0.0) < unread[fresh.pk] - 0.2


def test_names_in_capitals_are_read_like_others(encoder: meaning.Encoder) -> None:
    load_taxonomies()
    name = "emergency groceries for families"
    loud, quiet = service(name.upper()), service(name)
    index()
    tend()
    by_key = dict(SearchDocument.objects.values_list("service_id", "meaning"))
    assert bytes(by_key[loud.pk]) == bytes(by_key[quiet.pk])


@pytest.mark.parametrize("text", ["zzzzqqqq", "thanks a lot", "שלום, מה נשמע", "شكرا كتير", "asdkjh qwoei"])
def test_what_asks_for_nothing_finds_nothing(text: str, town: dict[str, Service]) -> None:
    tend()
    assert find_scores(text, PUBLIC) == {}


def test_without_an_encoder_everything_goes_by_the_words(town: dict[str, Service]) -> None:
    tend()
    meaning.provide(None)
    assert best(FRIDGE) is None
    assert best("choir") == town["choir"]
    assert tend() == 0
    assert meaning.name() == ""


def test_what_is_edited_is_read_again(town: dict[str, Service]) -> None:
    tend()
    assert meaning.waiting(10) == []
    Service.objects.filter(pk=town["choir"].pk).update(
        name={"en": "Noon kitchen"}, description={"en": "Volunteers give out groceries and hot meals to families."}
    )
    index([town["choir"].pk])
    assert meaning.waiting(10) == [town["choir"].pk]
    tend()
    assert set(find_scores(FRIDGE, PUBLIC)) == {town["food"].pk, town["choir"].pk}


def test_what_another_model_made_is_not_looked_at_and_made_anew(town: dict[str, Service]) -> None:
    tend()
    for document in SearchDocument.objects.all():
        document.meaning = b"otherone" + bytes(document.meaning)[8:]
        document.save(update_fields=["meaning"])
    assert best(FRIDGE) is None
    assert len(meaning.waiting(10)) == 3
    tend()
    assert best(FRIDGE) == town["food"]


def test_an_edit_during_the_reading_is_not_lost(town: dict[str, Service]) -> None:
    """The themes are of the words that were read; the document says so, and waits on."""
    key = town["choir"].pk
    document = SearchDocument.objects.get(pk=key)
    said = {key: (document.said, "Evening choir", "We sing.")}
    Service.objects.filter(pk=key).update(description={"en": "We cook."})
    index([key])
    meaning.write(said)
    assert key in meaning.waiting(10)


def test_an_encoder_our_model_was_not_trained_for_is_not_used(town: dict[str, Service]) -> None:
    class Other:
        name = "another encoder"

        def encode(self, texts: Sequence[str]) -> meaning.Floats:
            return np.ones((len(texts), 384), np.float32)

    meaning.provide(Other)
    assert meaning.name() == ""
    assert tend() == 0


def test_the_words_of_a_visitor_are_kept_nowhere(town: dict[str, Service]) -> None:
    tend()
    secret = "my husband hits me xqzwvk"
    find_scores(secret, PUBLIC)
    assert meaning._remembered
    assert all(isinstance(key, bytes) and len(key) == 32 for key in meaning._remembered)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM directory_searchword WHERE word LIKE '%xqzwvk%'")
        assert cursor.fetchone() == (0,)


def test_every_theme_of_the_model_is_a_term_that_ships(encoder: meaning.Encoder) -> None:
    load_taxonomies()
    assert set(meaning.codes()) <= set(Term.objects.values_list("code", flat=True))
    assert meaning.name().endswith(encoder.name)


@pytest.mark.parametrize("text", ["", "   ", "?!", "\x00", "\ud800", "a" * 500, "🙂"])
def test_nothing_typed_can_break_it(text: str, encoder: meaning.Encoder) -> None:
    meaning.understood(text)
    find_scores(text, PUBLIC)
