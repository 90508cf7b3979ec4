"""A mentor of the demo town and her match: Batya, who cooked for thirty years, goes along with Almaz.

Made as the rooms make it: named, offered, checked, trained, proposed, agreed by both, begun three weeks ago.
"""

from datetime import timedelta
from typing import Final

from django.utils import timezone

from kesher.accounts.models import User
from kesher.accounts.roles import Role
from kesher.base.rows import acting_for
from kesher.base.transitions import Actor
from kesher.casework.mentoring import matches, offers
from kesher.casework.mentoring.offers import OF_THEMSELVES
from kesher.casework.models import CheckIn, Match
from kesher.demo.people import ALMAZ, NOA
from kesher.people.consents import PERSON
from kesher.people.models import Person

BATYA: Final = "mentor@demo.example"


def build_mentoring() -> int:
    """One mentor, one match; returns how many matches there are."""
    noa, batya, almaz = (User.objects.get(email=email) for email in (NOA, BATYA, ALMAZ))
    office = noa.memberships.get().organisation
    today, by = timezone.localdate(), noa.as_actor(office.pk)
    as_mentor = Actor(batya.pk, office.pk, OF_THEMSELVES)
    offers.name_safeguarding(office, user=noa, by=Actor(None, office.pk, frozenset({Role.ORGANISATION_ADMIN})))
    mentor = offers.offer(
        office,
        user=batya,
        called=batya.name,
        trade_words="טבחית",
        isco08="5120",
        trade="http://data.europa.eu/esco/isco/C5120",
        languages=["he", "am"],
        times=["evening", "weekend"],
        hours=6,
        mentees_at_most=2,
        about="לבשל לקבוצות, ואיך מדברים במטבח.",
        phone="08-555-0170",
        of_age=True,
    )
    with acting_for(user_id=noa.pk, organisation_ids=[office.pk]):
        offers.vet(mentor, vetting="police", on=today - timedelta(days=60), by=by)
        offers.train(mentor, on=today - timedelta(days=45), by=by)
        person = Person.objects.visible_to(noa).active().filter(user=almaz).get()
        match = matches.propose(person, mentor, because=["language_first", "free"], minor=False, by=by)
    with acting_for(user_id=almaz.pk):
        shows = ["called", "languages", "goal", "times"]
        matches.person_agrees(match, shows=shows, words="ምግብ ማብሰል እወዳለሁ", by=Actor(almaz.pk, roles=frozenset({PERSON})))
    with acting_for(user_id=batya.pk):
        matches.mentor_agrees(Match.objects.get(pk=match.pk), by=as_mentor)
    with acting_for(user_id=noa.pk, organisation_ids=[office.pk]):
        match.refresh_from_db()
        matches.start(match, by=by)
        matches.set_goal(match, "לקרוא מתכון בעברית", by=by)
        matches.meet(match, on=today - timedelta(days=9), place="centre", where="מתנ״ס", note="בישלנו מרק", by=by)
        matches.meet(match, on=today + timedelta(days=5), place="library", where="ספריית העיר", by=by)
        # as if three weeks and more had gone by: both are asked now
        Match.objects.filter(pk=match.pk).update(started_on=today - timedelta(days=28))
        CheckIn.objects.filter(match=match).update(due_on=today + timedelta(days=2))
        return Match.objects.count()
