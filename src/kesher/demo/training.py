"""Two who learnt at work in the demo town, at the Dune Garage: Oleksandr is there now, Almaz was and has her certificate.

Made as the rooms make it: proposed by Noa, signed by the person, by Dina for the garage and by Noa; then moved back in time, so
that a week's question is due.
"""

from collections.abc import Iterable
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Final

from django.utils import timezone

from kesher.accounts.models import Organisation, User
from kesher.accounts.roles import Role
from kesher.base.rows import acting_for
from kesher.base.transitions import Actor
from kesher.casework.hosting import agreements, certificates, going
from kesher.casework.hosting.agreements import Terms
from kesher.casework.models import TrainingAgreement, TrainingGoal, WeeklyCheck
from kesher.demo.people import ALMAZ, NOA, OLEKSANDR
from kesher.people.consents import PERSON
from kesher.people.models import Person

DINA: Final = "dina@demo.example"


def build_training() -> int:
    """One under way with a question due, one ended with a certificate; returns how many agreements there are."""
    noa, dina = (User.objects.get(email=email) for email in (NOA, DINA))
    office, garage = (one.memberships.get().organisation for one in (noa, dina))
    today, by = timezone.localdate(), noa.as_actor(office.pk)
    as_host = Actor(dina.pk, garage.pk, frozenset({Role.EMPLOYER.value}))

    def made(whose: str, words: str, about: str, name: str, goals: Iterable[str], pay: str) -> TrainingAgreement:
        """Signed by all three, from today on."""
        themselves = User.objects.get(email=whose)
        terms = Terms(
            trade_words=words,
            about=about,
            where="באר שבע, עמק שרה",
            tutor="יוסי",
            starts_on=today,
            ends_on=today + timedelta(days=60),
            hours_a_day=Decimal(6),
            hours_a_week=Decimal(30),
            day_from=time(8),
            day_to=time(15),
            pay=Decimal(pay),
        )
        with acting_for(user_id=noa.pk, organisation_ids=[office.pk]):
            person = Person.objects.visible_to(noa).active().filter(user=themselves).get()
            age = 34 if person.born is None else None
            agreement = agreements.propose(person, host=garage, terms=terms, goals=goals, age=age, by=by)
        with acting_for(user_id=themselves.pk):
            agreements.person_signs(agreement, terms=1, called=name, by=Actor(themselves.pk, roles=frozenset({PERSON})))
        with acting_for(user_id=dina.pk, organisation_ids=[garage.pk]):
            agreements.host_signs(TrainingAgreement.objects.get(pk=agreement.pk), terms=1, name=dina.name, by=as_host)
        with acting_for(user_id=noa.pk, organisation_ids=[office.pk]):
            signed: TrainingAgreement = TrainingAgreement.objects.select_related("person").get(pk=agreement.pk)
            agreements.start(signed, terms=1, by=by)
        return signed

    running = made(
        OLEKSANDR,
        "מכונאי רכב",
        "טיפולים, בלמים ואבחון עם מחשב, לצד יוסי.",
        "Олександр",
        ("להחליף רפידות בלמים", "לקרוא תקלה מהמחשב של הרכב", "לדבר עם לקוחות בעברית"),
        "42",
    )
    ended = made(
        ALMAZ,
        "ניהול מחסן חלפים",
        "קבלת חלפים, רישום במחשב ומסירה למכונאים.",
        "Almaz",
        ("לרשום חלפים במחשב", "לסדר מחסן"),
        "36",
    )
    _one_week_on(running, today, noa, office)
    with acting_for(user_id=noa.pk, organisation_ids=[office.pk]):
        for goal in TrainingGoal.objects.filter(agreement=ended).select_related("agreement__person").order_by("id"):
            going.learnt(goal, by=by)
        TrainingAgreement.objects.filter(pk=ended.pk).update(
            starts_on=today - timedelta(days=75), ends_on=today - timedelta(days=15)
        )
        ended.refresh_from_db()
        agreements.end(ended, reason="done", by=by)
        certificates.issue(ended, name="Almaz T.", work="የመለዋወጫ መጋዘን", hours=250, by=by)
        return TrainingAgreement.objects.filter(organisation=office).count()


def _one_week_on(running: TrainingAgreement, today: date, noa: User, office: Organisation) -> None:
    """As if it had begun nine days ago: the tutor has answered the first week, now both are asked."""
    by = noa.as_actor(office.pk)
    with acting_for(user_id=noa.pk, organisation_ids=[office.pk]):
        TrainingAgreement.objects.filter(pk=running.pk).update(starts_on=today - timedelta(days=9))
        WeeklyCheck.objects.filter(agreement=running).update(due_on=today - timedelta(days=2))
        first = (
            TrainingGoal.objects.filter(agreement=running).select_related("agreement__person").order_by("id").first()
        )
        assert first is not None
        going.learnt(first, by=by)
