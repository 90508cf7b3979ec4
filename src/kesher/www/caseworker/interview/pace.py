"""When a section of an interview was first opened, kept in the session alone until it is finished; and the page of the medians.

The session knows the file by a mark that nobody can turn back, and forgets it with the section. What is counted then is how
long it took, and nothing else (:mod:`kesher.people.pace`).
"""

from datetime import timedelta
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.views import View

from kesher.accounts.roles import Role
from kesher.people import interviews, pace
from kesher.people.models import FILE_ROLES, InterviewSection, Person
from kesher.www.referrals.access import InARole

Section = InterviewSection.Section
OPENED: Final = "interview_opened"
#: What was opened earlier lies about.
FORGOTTEN: Final = timedelta(hours=3)


def _mark(person: Person, section: str) -> str:
    return salted_hmac("kesher.interview.pace", f"{person.pk} {section}", algorithm="sha256").hexdigest()[:20]


def opened(request: HttpRequest, person: Person, section: str) -> None:
    """A section is read for the first time; one of which something is noted already is not measured."""
    if InterviewSection.objects.filter(person=person, section=section).exists():
        return
    now = timezone.now().timestamp()
    known: dict[str, float] = request.session.get(OPENED, {})
    fresh = {mark: at for mark, at in known.items() if now - at < FORGOTTEN.total_seconds()}
    fresh.setdefault(_mark(person, section), now)
    if fresh != known:
        request.session[OPENED] = fresh


def finished(request: HttpRequest, person: Person, section: str) -> None:
    """The section is done: that it took so long is counted, and forgotten here."""
    known: dict[str, float] = request.session.get(OPENED, {})
    mark = _mark(person, section)
    if mark not in known:
        return
    began = known[mark]
    request.session[OPENED] = {other: at for other, at in known.items() if other != mark}
    took = timedelta(seconds=timezone.now().timestamp() - began)
    if took < FORGOTTEN:
        pace.count(section, took, today=timezone.localdate())


def left(request: HttpRequest, person: Person, section: str) -> None:
    """The section is skipped: nothing is counted."""
    known: dict[str, float] = request.session.get(OPENED, {})
    if (mark := _mark(person, section)) in known:
        request.session[OPENED] = {other: at for other, at in known.items() if other != mark}


def beside_the_guess() -> dict[str, Any]:
    """Each section with what we guess and what it took; ``whole``: the sum of the medians, where each section has one."""
    typical = pace.medians(timezone.localdate())
    rows = [
        {"label": Section(key).label, "guess": interviews.MINUTES[key], "typical": typical.get(key)}
        for key in Section.values
    ]
    all_known = len(typical) == len(rows)
    return {
        "rows": rows,
        "guess": sum(interviews.MINUTES.values()),
        "whole": sum(one.minutes for one in typical.values()) if all_known else None,
    }


class PaceView(InARole, View):
    """How long each section takes, beside our guess: for whoever holds interviews, and for who answers for the forms."""

    roles_let_in = FILE_ROLES | {Role.OFFICER, Role.MANAGER, Role.ORGANISATION_ADMIN}

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "caseworker/interview/pace.html", beside_the_guess())
