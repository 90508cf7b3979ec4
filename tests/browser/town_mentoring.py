"""What stands on the pages of mentoring, beside the demo's own match: an offer, a young person, somebody asked, a concern."""

from typing import Any

from django.utils import timezone

from kesher.accounts.models import User
from kesher.base.transitions import Actor
from kesher.casework.mentoring import concerns, matches, offers
from kesher.casework.mentoring.offers import OF_THEMSELVES
from kesher.casework.models import CheckIn, Match, Mentor
from kesher.people.consents import give
from kesher.people.files import open_file
from kesher.people.models.consents import Purpose


def mentoring_things(noa: User) -> dict[str, dict[str, Any]]:
    """Name of a thing -> what the address of its page holds."""
    match = Match.objects.select_related("mentor", "organisation").get()
    mentor, office = match.mentor, match.organisation
    assert isinstance(mentor, Mentor)
    by = noa.as_actor(office.pk)
    somebody = User.objects.get(email="dina@demo.example")
    told = {"trade_words": "bookkeeper", "languages": ["he", "ru"], "times": ["morning"], "phone": "08-555-0171"}
    offered = offers.offer(office, user=somebody, called="Dina", of_age=True, **told)
    young = open_file(called="Selam", language="am", how="present", by=by)
    asked = open_file(called="Tigist", language="am", how="present", by=by)
    nobody = open_file(called="Yosef", language="he", how="present", by=by)
    give(nobody, Purpose.MATCHING, how="present", language="he", by=by)
    proposed = matches.propose(young, mentor, because=["language_first", "free"], minor=True, by=by)
    waits = matches.propose(asked, mentor, because=["language_first"], minor=False, by=by)
    matches.person_agrees(waits, shows=["called", "languages"], how="phone", words="I want to learn to bake.", by=by)
    check = CheckIn.objects.get(match=match, side="person")
    matches.answer(check, going="badly", words="She is often late.", by=by)
    CheckIn.objects.filter(match=match, answered_at=None).update(due_on=timezone.localdate())
    as_mentor = Actor(mentor.user_id, office.pk, OF_THEMSELVES)
    concern = concerns.raise_concern(
        office, match=match, side="mentor", kind="pressure", words="Somebody asks her for money.", by=as_mentor
    )
    return {
        "mentor": {"pk": mentor.pk},
        "mentor offered": {"pk": offered.pk},
        "person for a mentor": {"pk": nobody.pk},
        "person not to be compared": {"pk": young.pk},
        "match": {"pk": match.pk},
        "match proposed": {"pk": proposed.pk},
        "match asked": {"pk": waits.pk},
        "concern": {"pk": concern.pk},
    }
