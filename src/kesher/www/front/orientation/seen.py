"""What somebody agreed to is what they were shown: a page asks "keep this?", and another visitor's answers come in between.

    <input type="hidden" name="seen" value="{{ seen }}">        seal(answers, person)
    is_as_shown(request, answers, person)                       False: show it anew, keep nothing

The page carries a keyed digest (HMAC-SHA256) of what stands on it, and none of the answers themselves.
"""

import json
from typing import Final

from django.http import HttpRequest
from django.utils.crypto import constant_time_compare, salted_hmac

from kesher.people.models import Person
from kesher.www.front.orientation.answers import Answers

SALT: Final = "kesher.front.orientation.seen"


def seal(answers: Answers, person: Person) -> str:
    """64 hexadecimal digits; others for any other answers, area, words, themes, or for another person."""
    shown = {
        "person": str(person.pk),
        "facts": dict(answers.facts),
        "area": str(answers.area or ""),
        "words": answers.words,
        "needs": list(answers.needs),
    }
    written = json.dumps(shown, sort_keys=True, ensure_ascii=True)
    return salted_hmac(SALT, written, algorithm="sha256").hexdigest()


def is_as_shown(request: HttpRequest, answers: Answers, person: Person) -> bool:
    """Whether the page that was sent showed this of this person. A page that does not say what it showed did not."""
    return constant_time_compare(request.POST.get("seen", ""), seal(answers, person))
