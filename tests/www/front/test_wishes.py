"""One wish or several: what marks, an "and" and the themes say."""

import pytest

from kesher.directory.models import ServiceTerm, Term
from kesher.directory.search import index
from kesher.directory.taxonomies import load_taxonomies
from kesher.www.front.orientation.topics import TOPICS, tiles_of
from kesher.www.front.orientation.wishes import wishes_of
from tests import factories as make

pytestmark = pytest.mark.django_db
CODES = (
    "human_services:education:more_education:english_as_a_second_language_esl",
    "human_services:care:daytime_care",
    "human_services:work:help_find_work",
    "human_services:housing:help_find_housing",
    "human_services:health:mental_health_care:counseling:family_counseling",
    "human_situations:household:families:single_parent",
    "human_situations:citizenship:olim",
)


@pytest.fixture
def town() -> None:
    load_taxonomies()
    for code in CODES:
        named = make.ServiceFactory(published=True, name={"en": f"Place {code[-6:]}"}, description={})
        ServiceTerm.objects.create(service=named, term=Term.objects.get(code=code))
    make.ServiceFactory(published=True, name={"en": "Welding"}, description={})
    make.ServiceFactory(published=True, name={"en": "Room 19"}, description={})
    index()


@pytest.mark.parametrize(
    ("words", "wishes"),
    [
        ("Hebrew course, nursery", ["Hebrew course", "nursery"]),
        ("19, need a nursery", ["19, need a nursery"]),  # an age, though a room is called so
        ("Hebrew course and a nursery for my baby", ["Hebrew course", "a nursery for my baby"]),
        ("קורס עברית ומעון לתינוק", ["קורס עברית", "מעון לתינוק"]),
        ("دورة عبرية وحضانة لابني", ["دورة عبرية", "حضانة لابني"]),
        ("welding, nursery", ["welding", "nursery"]),
        # the "and" before the last of several, where both its sides are known, and where they but look like a list
        ("Hebrew course, help to find work and a nursery", ["Hebrew course", "help to find work", "a nursery"]),
        ("קורס עברית, ייעוץ זוגי ומעון לתינוק", ["קורס עברית", "ייעוץ זוגי", "מעון לתינוק"]),
        ("Курс иврита, признание диплома и детский сад", ["Курс иврита", "признание диплома", "детский сад"]),
        ("የቋንቋ ትምህርት፣ የነርስ እውቅና እና ለልጄ መዋያ", ["የቋንቋ ትምህርት", "የነርስ እውቅና", "ለልጄ መዋያ"]),
        ("Hebrew course, salt and pepper for my table", ["Hebrew course, salt and pepper for my table"]),
        # when somebody can is no wish of its own
        ("Hebrew course, only in the evening, nursery", ["Hebrew course", "only in the evening, nursery"]),
        ("יכולה רק בערב, קורס עברית, מעון", ["יכולה רק בערב, קורס עברית", "מעון"]),
        # one story: every part of it is about the same, or only one part says what is needed
        ("we fight a lot, divorce, marriage problems", ["we fight a lot, divorce, marriage problems"]),
        ("we immigrated, Hebrew course", ["we immigrated, Hebrew course"]),
        ("Hebrew course and ulpan", ["Hebrew course and ulpan"]),
        # who asks belongs to what is asked next
        ("we immigrated, Hebrew course, nursery", ["we immigrated, Hebrew course", "nursery"]),
        ("Hebrew course, nursery, thanks a lot", ["Hebrew course", "nursery, thanks a lot"]),
        ("zzzqqq, xxxyyy", ["zzzqqq, xxxyyy"]),
        ("", []),
        ("?!", []),
    ],
)
def test_wishes(town: None, words: str, wishes: list[str]) -> None:
    assert wishes_of(words) == wishes


def test_a_topic_leads_to_its_theme_where_services_stand_under_it_and_to_its_words_elsewhere() -> None:
    load_taxonomies()
    assert {topic.theme for topic in TOPICS} == set(
        Term.objects.filter(parent__code="business").values_list("code", flat=True)
    )
    asked = dict(tiles_of({"business:people"}))
    assert [query for topic, query in asked.items() if topic.code in ("people", "money")] == [
        "need=business%3Apeople",
        "topic=money",
    ]
