"""How many minutes it takes to type in the whole interview at a stated pace: a short, a middle and a long story.

Run: ``python benchmarks/interview_typing.py [--words-per-minute 40] [--read-aloud 150]``. In a database of its own a file
is opened for each of the three; then every section is asked for and sent over the pages as a caseworker does, until all
nine are done (it fails where one is not). What is counted is what the pages themselves ask to be done: each answer that
differs from what stood on the page.

A model, not a measurement of people: the keystroke-level model (Card, Moran & Newell, *The Keystroke-Level Model for User
Performance Time with Interactive Systems*, CACM 23(7), 1980) with its published times: K 0.28 s for a key of an average
typist (here 12 s divided by the words a minute, five keys to a word), M 1.35 s to make up one's mind, P 1.1 s to point, H
0.4 s from the mouse to the keyboard or back; a press of a button as a key of 0.28 s. A choice is M + P + press; words are M
+ P + press + H + keys + H; a list to choose from, a choice and one more P + press; sending is M + P + press, and the
server's answer as it took here. ``--read-aloud``: beside it, the time in which the questions (not every answer one may
choose) are read aloud at so many words a minute, which is an assumption of ours. Thinking about an answer and telling it is
in neither: that is what the medians of real interviews are for (``people/pace.py``, page "How long the interview takes").
Bar of the issue, as far as a model can say: under 20 minutes.
"""

import argparse
import logging
import os
import re
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests import database
from tests.factories import MembershipFactory, OrganisationFactory, PersonFactory

from kesher.accounts.roles import Role
from kesher.people.models import InterviewSection, Person

#: Seconds (Card, Moran & Newell 1980).
M, P, H, PRESS = 1.35, 1.1, 0.4, 0.28
CHOICE: Final = M + P + PRESS
LIST: Final = CHOICE + P + PRESS
SEND: Final = M + P + PRESS
BAR: Final = 20
SECTIONS: Final = InterviewSection.Section.values
Answers = dict[str, Any]


@dataclass
class Spent:
    """What was done for a section."""

    choices: int = 0
    lists: int = 0
    texts: int = 0
    keys: int = 0
    sent: int = 0
    server: float = 0.0
    asked: int = 0  # words of questions on the page, as it was first shown

    def seconds(self, key: float) -> float:
        by_hand = self.choices * CHOICE + self.lists * LIST + self.texts * (M + P + PRESS + 2 * H) + self.keys * key
        return by_hand + self.sent * SEND + self.server


@dataclass
class Asked(HTMLParser):
    """What a page asks: the kind of each field, what it holds, and the words of its questions."""

    kinds: dict[str, str] = field(default_factory=dict)
    held: dict[str, list[str]] = field(default_factory=dict)
    values: dict[str, list[str]] = field(default_factory=dict)
    words: int = 0
    _in: list[str] = field(default_factory=list)
    _select: str = ""

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        name = told.get("name", "")
        if tag == "legend" or (tag == "label" and "field__label" in told.get("class", "")):
            self._in.append(tag)
        elif tag == "input" and name:
            kind = told.get("type", "text")
            self.kinds.setdefault(name, kind)
            self.values.setdefault(name, []).append(told.get("value", ""))
            if kind not in ("radio", "checkbox") or "checked" in told:
                self.held.setdefault(name, []).append(told.get("value", ""))
        elif tag in ("select", "textarea") and name:
            self.kinds[name] = tag
            self._select = name
        elif tag == "option" and "selected" in told:
            self.held.setdefault(self._select, []).append(told.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if self._in and self._in[-1] == tag:
            self._in.pop()

    def handle_data(self, data: str) -> None:
        if self._in:
            self.words += len(re.findall(r"\w+", data))


@dataclass
class Typist:
    """Fills the pages of one person's interview and notes what it took."""

    client: Client
    person: Person
    spent: dict[str, Spent] = field(default_factory=lambda: {one: Spent() for one in SECTIONS})

    def page(self, section: str) -> Asked:
        begin = time.perf_counter()
        response = self.client.get(self.at(section))
        spent = self.spent[section]
        spent.server += time.perf_counter() - begin
        assert response.status_code == 200, section
        asked = Asked()
        asked.feed(response.content.decode().split("<main", 1)[1].split("</main>", 1)[0])
        spent.asked = spent.asked or asked.words
        return asked

    def at(self, section: str) -> str:
        return reverse("caseworker_interview_section", kwargs={"pk": self.person.pk, "section": section})

    def send(self, section: str, answers: Answers, do: str = "on") -> None:
        """Over the page as it stands: what differs from it is counted."""
        asked, spent = self.page(section), self.spent[section]
        hidden = {
            name: asked.held[name] for name, kind in asked.kinds.items() if kind == "hidden" and name in asked.held
        }
        for name, value in answers.items():
            self._count(spent, asked, name, value if isinstance(value, list) else [value])
        stood = {name: held for name, held in asked.held.items() if asked.kinds[name] != "hidden" and name != "do"}
        hidden.pop("csrfmiddlewaretoken", None)
        begin = time.perf_counter()
        response = self.client.post(self.at(section), stood | hidden | answers | {"do": do})
        spent.server += time.perf_counter() - begin
        spent.sent += 1
        assert response.status_code == 302, (
            section,
            do,
            re.findall(r'(?s)class="errorlist.*?</ul>', response.content.decode()),
        )

    @staticmethod
    def _count(spent: Spent, asked: Asked, name: str, values: list[str]) -> None:
        held, kind = asked.held.get(name, []), asked.kinds.get(name, "missing")
        assert kind != "missing", f"nothing on the page asks for {name}"
        assert kind not in ("radio", "checkbox") or set(values) <= set(asked.values[name]), (
            f"no such choice: {name} {values}"
        )
        if kind in ("radio", "checkbox"):
            spent.choices += len(set(values) ^ set(held)) if kind == "checkbox" else values != held
        elif kind == "select":
            spent.lists += values != held
        elif kind != "hidden" and values != held:
            spent.texts += 1
            spent.keys += len(values[0])


@dataclass(frozen=True)
class Story:
    """Who tells: answers of the plain sections, each work as told, how many cards and skills are answered."""

    name: str
    plain: dict[str, Answers]
    languages: tuple[Answers, ...]
    schooling: tuple[Answers, ...]
    works: tuple[str, ...]
    cards: int
    skills: int


def _language(code: str, level: str, *names: str) -> Answers:
    return {"language": code, "script": "fluent", **dict.fromkeys(names or ("listening", "interaction"), level)}


FIVE: Final = ("listening", "reading", "interaction", "production", "writing")
STORIES: Final = (
    Story(
        "short",
        {
            "worries": {"worries": ["money"]},
            "expectations": {"goal": "any work, soon", "sure": "3", "hours_least": "20"},
            "digital": {},
        },
        (_language("am", "C2"),),
        (),
        ("I cleaned offices for three years",),
        4,
        2,
    ),
    Story(
        "middle",
        {
            "worries": {"worries": ["money", "papers", "language"]},
            "expectations": {
                "goal": "a car mechanic, one day with a workshop of my own",
                "sure": "3",
                "in_the_way": "my Hebrew is not enough for the examination",
                "hours_least": "30",
                "hours_most": "42",
                "shifts": ["morning", "day"],
                "minutes_most": "45",
                "ways": ["bus"],
            },
            "digital": {"information": "1", "communication": "2"},
        },
        (_language("am", "C2", *FIVE), _language("he", "A2", *FIVE)),
        ({"title": "Motor mechanic, two years at a trade school", "proof": "lost", "begun": "2004", "ended": "2006"},),
        (
            "ten years as a car mechanic in my uncle's garage, I repaired engines and changed brakes and tyres",
            "then I drove a taxi in the evenings",
        ),
        10,
        6,
    ),
    Story(
        "long",
        {
            "worries": {"worries": ["money", "papers", "language"]},
            "expectations": {
                "goal": "to run a kitchen for many people and to teach young ones to cook what we cooked at home",
                "sure": "4",
                "in_the_way": "I look after my mother in the afternoons, my diploma stayed behind, and they say I am too old",
                "hours_least": "20",
                "hours_most": "35",
                "shifts": ["morning", "day", "weekend"],
                "minutes_most": "60",
                "ways": ["bus", "foot"],
                "care": "my mother, every afternoon from two until the evening, and my sister's children in the holidays",
                "wage_floor": "7000",
                "sectors": "kitchens, bakeries, schools, homes for old people",
            },
            "digital": {"information": "1", "communication": "2", "safety": "1"},
        },
        (
            _language("ru", "C2", *FIVE),
            _language("uk", "C1", *FIVE),
            _language("he", "A2", *FIVE),
            _language("en", "A1", *FIVE),
        ),
        (
            {
                "title": "Cook and pastry cook, college of food technology",
                "proof": "lost",
                "begun": "1988",
                "ended": "1991",
            },
            {
                "title": "Course for heads of kitchens, evening school",
                "proof": "held",
                "begun": "1997",
                "ended": "1998",
            },
        ),
        (
            "fourteen years as a cook in a school kitchen, for three hundred children a day, I planned the menus, ordered the"
            " goods, kept the store and the books, and taught the girls who came from the trade school",
            "then six years in a bakery at night, bread and cakes, first at the ovens and later I led the shift of five people",
            "when the bakery closed I cleaned a hospital and looked after an old lady, washed her, cooked for her, gave her the"
            " medicines",
            "at home I brought up three children and kept the garden, we sold vegetables and preserves at the market",
        ),
        16,
        10,
    ),
)


def interview(typist: Typist, story: Story) -> None:
    """All nine sections, in their order."""
    typist.send("worries", story.plain["worries"])
    typist.send("personal", {})
    typist.send("expectations", story.plain["expectations"])
    _each(typist, "languages", story.languages)
    _each(typist, "schooling", story.schooling)
    for words in story.works:
        typist.send("work", {"words": words, "kind": "paid"}, "add")
    _confirm_works(typist)
    typist.send("work", {})
    _cards(typist, story.cards)
    typist.send("digital", story.plain["digital"])
    page = typist.page("next")
    said = page.values.get("said", [])[: story.skills]
    if said:
        typist.send("next", {"said": said}, "confirm-skills")
    typist.send("next", {"kind": "papers", "who": "person", "how": "present", "due_on": _in_a_week()}, "step")
    typist.send("next", {})
    done = set(typist.person.interview_sections.filter(state="done").values_list("section", flat=True))
    assert done == set(SECTIONS), set(SECTIONS) - done


def _each(typist: Typist, section: str, rows: tuple[Answers, ...]) -> None:
    for row in rows[:-1]:
        typist.send(section, row, "add")
    typist.send(section, rows[-1] if rows else {})


def _confirm_works(typist: Typist) -> None:
    """The first that is proposed for each, which the person says is right, and so thinks the caseworker."""
    client, spent = typist.client, typist.spent["work"]
    page = client.get(typist.at("work")).content.decode()
    first = r'name="experience" value="([^"]+)".*?name="choice" value="([^"]+)"'
    for experience, uri in re.findall(first, page, re.DOTALL):
        begin = time.perf_counter()
        told = {"do": "confirm-work", "experience": experience, "choice": uri, "said": "on", "judged": "on"}
        response = client.post(typist.at("work"), told)
        spent.server += time.perf_counter() - begin
        assert response.status_code == 302
        spent.choices += 3
        spent.sent += 1


def _cards(typist: Typist, count: int) -> None:
    page = typist.page("cards")
    names = [name for name, kind in page.kinds.items() if kind == "radio" and "-task" in name][:count]
    groups = page.values.get("isco08", [])
    typist.send(
        "cards",
        {name: str(1 + number % 4) for number, name in enumerate(names)} | ({"isco08": groups} if groups else {}),
    )


def _in_a_week() -> str:
    return (timezone.localdate() + timedelta(days=7)).isoformat()


def told(story: Story, typist: Typist, key: float, aloud: int, say: Callable[[str], None] = print) -> float:
    """The table of one; its minutes of filling in."""
    say(f"\n{story.name}: choices, lists, texts (keys), sent, server s; minutes by hand; questions aloud, minutes")
    whole = read = 0.0
    for section, one in typist.spent.items():
        minutes, spoken = one.seconds(key) / 60, one.asked / aloud
        whole, read = whole + minutes, read + spoken
        say(
            f"  {section:13} {one.choices:3} {one.lists:3} {one.texts:3} ({one.keys:4}) {one.sent:3} {one.server:5.1f}"
            f"   {minutes:5.1f}   {spoken:4.1f}"
        )
    say(
        f"  {'together':13} {whole:5.1f} min. by hand, with the questions read aloud {whole + read:5.1f} min. (bar {BAR})"
    )
    return whole


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--words-per-minute", type=int, default=40, metavar="N")
    parser.add_argument("--read-aloud", type=int, default=150, metavar="N", help="words a minute")
    arguments = parser.parse_args()
    logging.disable(logging.ERROR)
    name = database.make_test_database("interview_typing")
    here = OrganisationFactory(approved=True)
    user = MembershipFactory(organisation=here, role=Role.CASEWORKER).user
    client = Client(headers={"host": "localhost", "accept-language": "en"})
    client.force_login(user)
    print(
        f"{arguments.words_per_minute} words a minute, questions read aloud at {arguments.read_aloud}; {M=} {P=} {H=} {PRESS=}"
    )
    warm = Typist(client, PersonFactory(keeper=here, language="en"))
    interview(warm, STORIES[0])  # lists are loaded and templates compiled once
    good = True
    for story in STORIES:
        typist = Typist(client, PersonFactory(keeper=here, language="en"))
        interview(typist, story)
        good = told(story, typist, 12 / arguments.words_per_minute, arguments.read_aloud) < BAR and good
    database.drop_test_database(name)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
