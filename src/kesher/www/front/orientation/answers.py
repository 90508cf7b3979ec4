"""What a visitor has told us, kept in their own browser and nowhere else.

    answers = Answers.of(request)                 what the cookie holds; nothing when it is missing, old or not ours
    answers.keep(response); forget(response)

One signed, compressed cookie (``kesher_answers``): scripts cannot read it, other sites do not send it, it goes when the
browser is closed and counts for twelve hours at most. It is sent to the find pages only. An address here begins with the
language, so the cookie is set once for each: whoever changes the language keeps what they said. One cookie for "/" would be
lighter, and would send somebody's answers along with every page, log-in and picture; a prefix of the find pages' own before
the language would make them the only pages whose address does not begin with it. The weight is carried by the one answer to a
press (a redirect without a body); each request carries one of the seven.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils import translation

from kesher.directory.concerns import CONCERN_OF, PARTS_OF
from kesher.directory.facts import AREA_QUESTIONS, QUESTION_OF, QUESTIONS, VOCABULARY, Question, Who
from kesher.engine.eligibility.values import Json

#: With a path of its own it cannot be a "__Host-" cookie.
COOKIE: Final = "__Secure-kesher_answers" if settings.SESSION_COOKIE_SECURE else "kesher_answers"
HOURS: Final = 12
SALT: Final = "kesher.front.orientation"
VERSION: Final = 1
MOST_QUESTIONS: Final = 5
#: How often one is asked what the same words are most about, at most; these count among the questions.
MOST_ASKED_ABOUT: Final = 3
MOST_WORDS: Final = 200
MOST_NEEDS: Final = 8
MOST_LANGUAGES: Final = 6
DISTANCES: Final = (2, 5, 10, 25, 50)
#: What a code of a theme and of a language look like: the cookie stays small, whatever a link says.
_CODE: Final = re.compile(r"[\w:.-]{1,120}", re.ASCII)
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?")
_KEYS: Final = {question.key for question in (*QUESTIONS, *AREA_QUESTIONS.values())}
#: What was understood of earlier words, when something else is said. That it was asked still counts.
AFRESH: Final[Mapping[str, Any]] = {
    "without_work": False, "about": "", "passed": (), "unsaid": False, "whole": False, "openly": False,
    "rounds": 0,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answers:
    """``words``: as they were typed; ``needs``: codes of themes that were chosen, the first first; ``topic``: one of the
    business door's subjects. ``facts``: for the rules; ``skipped``: keys of questions. ``without_work``: what the words say of
    work is not meant, or not now. ``about``: the code of what the words are most about, once that was asked and answered;
    ``passed``: codes of what was offered and they are not about; ``asked_about``: how often that was
    asked, of these words and of others, and ``rounds``, of these words; ``whole``: of what they are about, no part in
    particular; ``openly``: they would choose from all there are; ``unsaid``: the visitor would rather not say."""

    door: Who = Who.PERSON
    words: str = ""
    topic: str = ""
    needs: tuple[str, ...] = ()
    area: UUID | None = None
    within: int | None = None
    speaks: tuple[str, ...] = ()
    spoken_only: bool = False
    remote: bool = False
    facts: Mapping[str, Json] = field(default_factory=dict)
    skipped: tuple[str, ...] = ()
    without_work: bool = False
    about: str = ""
    passed: tuple[str, ...] = ()
    asked_about: int = 0
    unsaid: bool = False
    whole: bool = False
    openly: bool = False
    rounds: int = 0
    area_asked: bool = False  # where they live was one of the questions
    card: UUID | None = None  # in which card they answered just now: it stays before them, wherever it belongs

    @classmethod
    def of(cls, request: HttpRequest) -> "Answers":
        """What the visitor's cookie holds."""
        return cls.signed(request.COOKIES.get(COOKIE, ""), salt=SALT)

    @classmethod
    def signed(cls, written: str, *, salt: str) -> "Answers":
        """What was signed and is not too old; nothing when it is missing, old or not ours."""
        try:
            return cls._read(signing.loads(written, salt=salt, serializer=_Compact, max_age=HOURS * 3600))
        except (signing.BadSignature, ValueError, TypeError, KeyError, AttributeError):
            return cls()

    @classmethod
    def _read(cls, kept: dict[str, Any]) -> "Answers":
        if kept["v"] != VERSION:  # of another version of the portal: better nothing than something misread
            return cls()
        facts = {path: value for path, value in kept["f"].items() if path in VOCABULARY}
        return cls(
            door=Who(kept["d"]),
            words=kept["w"],
            topic=kept["t"],
            needs=tuple(kept["n"]),
            area=UUID(kept["a"]) if kept["a"] else None,
            within=kept["k"],
            speaks=tuple(kept["l"]),
            spoken_only=bool(kept["o"]),
            remote=bool(kept["r"]),
            facts={path: value for path, value in facts.items() if not VOCABULARY[path].problem(value)},
            skipped=tuple(key for key in kept["s"] if key in _KEYS),
            without_work=bool(kept.get("x")),  # a cookie of before this was asked has it not
            about=kept.get("b", "") if kept.get("b", "") in CONCERN_OF else "",
            passed=tuple(code for code in kept.get("p", ()) if code in CONCERN_OF),
            asked_about=int(kept.get("q", 0)),
            unsaid=bool(kept.get("u")),
            whole=bool(kept.get("h")),
            openly=bool(kept.get("e")),
            rounds=int(kept.get("i", 0)),
            area_asked=bool(kept.get("y")),
            card=UUID(kept["c"]) if kept.get("c") else None,
        )

    def keep(self, response: HttpResponse) -> None:
        """Put it into the visitor's browser, for as long as it is open."""
        _set(response, self.sign(salt=SALT))

    def sign(self, *, salt: str) -> str:
        """All of it as a signed text, which :meth:`signed` reads."""
        kept = {
            "v": VERSION,
            "d": str(self.door),
            "w": self.words,
            "t": self.topic,
            "n": self.needs,
            "a": self.area.hex if self.area else "",
            "k": self.within,
            "l": self.speaks,
            "o": int(self.spoken_only),
            "r": int(self.remote),
            "f": self.facts,
            "s": self.skipped,
            "x": int(self.without_work),
            "b": self.about,
            "p": self.passed,
            "q": self.asked_about,
            "u": int(self.unsaid),
            "h": int(self.whole),
            "e": int(self.openly),
            "i": self.rounds,
            "y": int(self.area_asked),
            "c": self.card.hex if self.card else "",
        }
        return signing.dumps(kept, salt=salt, serializer=_Compact, compress=True)

    @property
    def asked(self) -> tuple[Question, ...]:
        """The questions answered or skipped."""
        known = {QUESTION_OF[path].key for path in self.facts} | set(self.skipped)
        where = AREA_QUESTIONS[self.door]
        if self.area_asked:
            known.add(where.key)
        return tuple(one for one in (*QUESTIONS, where) if one.key in known and one.who is self.door)

    @property
    def questions(self) -> int:
        """How many were asked."""
        return len(self.asked) + self.asked_about

    @property
    def may_be_asked(self) -> bool:
        return self.questions < MOST_QUESTIONS

    @property
    def may_be_asked_about(self) -> bool:
        """Whether it may be asked what the words are most about; of a theme that was chosen that is known."""
        known = bool(self.about) and (self.whole or not PARTS_OF.get(self.about))
        enough = known or self.unsaid or self.rounds >= MOST_ASKED_ABOUT
        return bool(self.words) and not enough and self.may_be_asked

    @property
    def says_something(self) -> bool:
        return bool(self.words or self.topic or self.needs)

    def at(self, door: Who) -> "Answers":
        """The same visitor at this door: what was asked for stays behind, who they are comes along."""
        if door is self.door:
            return self
        return replace(self, door=door, words="", topic="", needs=(), asked_about=0, **AFRESH)

    def with_link(self, query: QueryDict) -> "Answers":
        """As a link says (a tile, or one that somebody sent): needs, area and languages, never answers."""
        changed = self
        if needs := _short(query.getlist("need"), MOST_NEEDS, _CODE):
            changed = replace(changed, words="", topic="", needs=needs, **AFRESH)
        if topic := query.get("topic", "")[:40]:
            changed = replace(changed, words="", topic=topic, needs=(), **AFRESH)
        if area := _uuid(query.get("area", "")):
            changed = replace(changed, area=area)
        if speaks := _short(query.getlist("speaks"), MOST_LANGUAGES, _LANGUAGE):
            changed = replace(changed, speaks=speaks)
        return changed

    def saying(self, words: str) -> "Answers":
        """Something new was said in own words."""
        return replace(self, words=words[:MOST_WORDS], topic="", needs=(), **AFRESH)

    def being_about(self, code: str) -> "Answers":
        """What the words are most about, or what part of that."""
        return replace(self._asked_about(), about=code)

    def passing(self, offered: Iterable[str]) -> "Answers":
        """They are about none of these. Where all there are were offered, it is left open; where parts, it is the whole."""
        asked = self._asked_about()
        if self.about:
            return replace(asked, whole=True)
        all_of_them = self.passed or self.openly
        return replace(asked, unsaid=True) if all_of_them else replace(asked, passed=tuple(offered))

    def not_saying(self) -> "Answers":
        return replace(self._asked_about(), unsaid=True)

    def about_anything(self) -> "Answers":
        """As if it had not been asked what they are about."""
        afresh = {**AFRESH, "without_work": self.without_work}
        return replace(self, asked_about=max(self.asked_about - self.rounds, 0), **afresh)

    def _asked_about(self) -> "Answers":
        return replace(self, asked_about=self.asked_about + 1, rounds=self.rounds + 1)

    def needing(self, code: str) -> "Answers":
        return replace(self, needs=(*(one for one in self.needs if one != code), code)[-MOST_NEEDS:])

    def not_needing(self, code: str) -> "Answers":
        return replace(self, needs=tuple(one for one in self.needs if one != code))

    def answering(self, question: Question, facts: Mapping[str, Json]) -> "Answers":
        rest = self.without(question)
        return replace(rest, facts={**rest.facts, **facts})

    def living_in(self, area: UUID) -> "Answers":
        """Where they live, or where the business is, once that was asked."""
        return replace(self.without(AREA_QUESTIONS[self.door]), area=area, area_asked=True)

    def skipping(self, question: Question) -> "Answers":
        rest = self.without(question)
        return replace(rest, skipped=(*rest.skipped, question.key))

    def without(self, question: Question) -> "Answers":
        """As if it had not been asked."""
        where = question in AREA_QUESTIONS.values()
        return replace(
            self,
            area=None if where and self.area_asked else self.area,
            area_asked=self.area_asked and not where,
            facts={path: value for path, value in self.facts.items() if path not in question.facts},
            skipped=tuple(key for key in self.skipped if key != question.key),
        )


def forget(response: HttpResponse) -> None:
    """Take it out of the visitor's browser."""
    _set(response, "", max_age=0)


class _Compact:
    """JSON as it is written, not with six characters for each Hebrew or Amharic letter."""

    def dumps(self, value: Any) -> bytes:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "ignore")

    def loads(self, written: bytes) -> Any:
        return json.loads(written)


def _paths() -> Iterator[str]:
    """Where the find pages are, in each language."""
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            yield reverse("find_person").removesuffix("person/")


def _set(response: HttpResponse, value: str, *, max_age: int | None = None) -> None:
    set_on_paths(response, COOKIE, value, _paths(), max_age=max_age)


def set_on_paths(
    response: HttpResponse, name: str, value: str, paths: Iterable[str], *, max_age: int | None = None
) -> None:
    """One cookie for each of the paths, for as long as the browser is open; ``max_age`` 0 takes it out."""
    secure = settings.SESSION_COOKIE_SECURE
    for path in paths:
        if name in response.cookies:
            # Under a key of its own, or the next path would replace it: Django names each cookie of a response once.
            response.cookies[f"{name} {path}"] = response.cookies.pop(name)
        response.set_cookie(name, value, max_age, path=path, secure=secure, httponly=True, samesite="Lax")


def _short(values: list[str], most: int, form: re.Pattern[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if form.fullmatch(value)))[:most]


def _uuid(written: str) -> UUID | None:
    try:
        return UUID(written)
    except ValueError:
        return None
