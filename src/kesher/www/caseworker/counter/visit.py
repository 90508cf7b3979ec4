"""A visit: somebody stands here, or has rung up, and says what they need. It is in the worker's browser, and nowhere else.

    visit = Visit.of(request); visit.keep(response, request); end(response)

One signed cookie, as at the front door (:mod:`kesher.www.front.orientation.answers`): sent to the counter's pages alone, gone
when the browser is closed, and read by nobody else who logs in at the same desk. It is kept in a file only when the visitor
agrees to one.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation

from kesher.www.caseworker.access import signed_in
from kesher.www.front.orientation.answers import Answers, set_on_paths

COOKIE: Final = "kesher_visit"
SALT: Final = "kesher.caseworker.counter"


@dataclass(frozen=True, slots=True)
class Visit:
    """``language``: in which we speak with them; "" before it was chosen."""

    language: str = ""
    answers: Answers = field(default_factory=Answers)

    @classmethod
    def of(cls, request: HttpRequest) -> "Visit":
        language, _colon, written = request.COOKIES.get(COOKIE, "").partition("|")
        if language not in dict(settings.LANGUAGES):
            return cls()
        return cls(language, Answers.signed(written, salt=_salt(request)))

    def keep(self, response: HttpResponse, request: HttpRequest) -> None:
        """In this browser, for this user."""
        set_on_paths(response, COOKIE, f"{self.language}|{self.answers.sign(salt=_salt(request))}", _paths())

    def saying(self, answers: Answers) -> "Visit":
        return replace(self, answers=answers)

    @property
    def wish(self) -> str:
        """In the visitor's words, where they used any."""
        return self.answers.words.strip()


def end(response: HttpResponse) -> None:
    """The visitor has gone: nothing of them stays."""
    set_on_paths(response, COOKIE, "", _paths(), max_age=0)


def _salt(request: HttpRequest) -> str:
    return f"{SALT}.{signed_in(request).pk}"


def _paths() -> Iterator[str]:
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            yield reverse("counter")
