"""What a town is trusted by, in the demo: two complaints, a named officer with one legal demand and one breach of data that
was told in time, an impact assessment, and an interview that was broken off when the bus came and goes on another day.

Made as the rooms make it, each on its day.
"""

from datetime import date, time, timedelta
from typing import Final

from django.utils import timezone

from kesher.accounts.models import Organisation, User
from kesher.accounts.roles import Role
from kesher.base.rows import acting_for
from kesher.demo import past
from kesher.demo.people import NOA, SERVICE, moment
from kesher.directory import breaches, legal
from kesher.directory.models.breaches import Breach, ImpactAssessment
from kesher.directory.models.legal import LegalDecision, LegalDemand, NamedOfficer
from kesher.people import interviews, parts
from kesher.people.models import LanguageSkill, Person, Wish
from kesher.referrals import complaints
from kesher.referrals.models.complaints import Complaint

#: Who decides about legal demands; she works with nobody's file.
RANA, TAMAR = "officer@demo.example", "administrator@demo.example"
#: Days since it was made, language, about what, what happened, what the answer was ("": it waits).
COMPLAINTS: Final = (
    (23, "ru", "treatment", "Меня попросили прийти снова без объяснения, и я потеряла рабочий день.", ""),
    (
        40,
        "he",
        "decision",
        "אמרו לי שאין לי זכות לקורס, ובמדריך כתוב שיש.",
        "צדקת: הקורס פתוח גם למי שעובדים. דיברנו עם הצוות, והמקום נשמר לך למחזור הבא.",
    ),
)
#: Whose interview it is, by how they are called, and what was spoken of before the bus came.
TALKED_WITH: Final = "Ibrahima"
SPOKEN_OF: Final = (
    ("worries", "done"),
    ("personal", "done"),
    ("expectations", "done"),
    ("languages", "done"),
    ("schooling", "skipped"),
)


def build_trust(today: date) -> str:
    """Make them; returns what there is, for the line of progress."""
    _complaints(today)
    _legal_demand(today)
    _data_protection(today)
    _half_an_interview(today)
    return f"{len(COMPLAINTS)} complaints, a legal demand and a breach with their officer, and an interview half done"


def _complaints(today: date) -> None:
    """About the employment service; so somebody of the municipality answers, who belongs to no part of it."""
    service = Organisation.objects.get(profile__external_id=SERVICE)
    for ago, language, about, words, reply in COMPLAINTS:
        with past.at(moment(today, ago, time(19, 15))):
            key = complaints.make(about=about, organisation=service, words=words, language=language)
        held = complaints.held_by(key)
        assert held is not None  # we made it
        if reply:
            with past.at(moment(today, ago - 11, time(9, 40))), acting_for(user_id=held.holder_id):
                complaint = Complaint.objects.select_related("answerer").get(pk=held.complaint_id)
                answers = _who_answers(complaint).as_actor(complaint.answerer_id)
                complaints.take(complaint, by=answers)
                complaints.answer(complaint, finding=Complaint.Finding.RIGHT, reply=reply, by=answers)


def _who_answers(complaint: Complaint) -> User:
    there = User.objects.filter(memberships__organisation=complaint.answerer, memberships__role=Role.MODERATOR)
    return there.order_by("email").get()


def _legal_demand(today: date) -> None:
    """One that was refused, and of which the person knows. The log outlives a reset of the demo: it is written once."""
    rana, tamar = User.objects.get(email=RANA), User.objects.get(email=TAMAR)
    chief = tamar.as_actor(tamar.memberships.get().organisation_id)
    by = rana.as_actor(rana.memberships.get().organisation_id)
    with past.at(moment(today, 90, time(11))):
        contact = "08-555-0198"
        legal.appoint(kind=NamedOfficer.Kind.LEGAL, user=rana, name=rana.name, contact=contact, by=chief)
    with acting_for(user_id=rana.pk), past.at(moment(today, 17, time(11))):
        if LegalDemand.objects.exists():
            return
        day = timezone.localdate()
        demand = legal.receive(
            received_on=day - timedelta(days=1),
            authority="יחידת אכיפה מחוזית (הדגמה)",
            reference="17/205",
            basis="מכתב בחתימת ראש היחידה, בלי צו של בית משפט",
            asked="רשימה של כל מי שהיתר העבודה שלהם מסתיים בחודשים הקרובים.",
            by=by,
        )
        why = "אין צו. רשימה כזאת אינה נערכת, והמערכת אינה יודעת לערוך אותה."
        legal.decide(demand, outcome=LegalDecision.Outcome.REFUSED, why=why, by=by)
        legal.told(demand, on=day, by=by)


def _data_protection(today: date) -> None:
    """A list left on a bus, told in time; and what was assessed before there were files. Written once, as the demand is."""
    rana, tamar = User.objects.get(email=RANA), User.objects.get(email=TAMAR)
    chief = tamar.as_actor(tamar.memberships.get().organisation_id)
    by = rana.as_actor(rana.memberships.get().organisation_id)
    with past.at(moment(today, 90, time(11, 20))):
        contact = "08-555-0198"
        legal.appoint(kind=NamedOfficer.Kind.PRIVACY, user=rana, name=rana.name, contact=contact, by=chief)
        if not ImpactAssessment.objects.exists():
            breaches.assessed(
                made_on=timezone.localdate() - timedelta(days=20),
                author="רנא חורי עם היועצת המשפטית (הדגמה)",
                kept_at="תיק 4/2026 בלשכה המשפטית",
                review_on=timezone.localdate() + timedelta(days=345),
                by=chief,
            )
    with acting_for(user_id=rana.pk):
        if Breach.objects.exists():
            return
        with past.at(moment(today, 12, time(9))):
            breach = breaches.record(
                aware_at=timezone.now() - timedelta(minutes=40),
                happened="רשימת המגיעים לקורס נשכחה באוטובוס. חברת האוטובוסים מצאה אותה והחזירה אותה לאחר שעתיים.",
                whose="מי שנרשמו לקורס עברית: שמות פרטיים ומספרי טלפון",
                people=14,
                likely="שיחות ממי שאינם מכירים",
                by=by,
            )
            breaches.note(breach, kind="done", words="מעכשיו הרשימה נשארת בכיתה; מספרי הטלפון אינם מודפסים.", by=by)
        with past.at(moment(today, 11, time(10))):
            breaches.note(breach, kind="reported", on=timezone.now(), words="בטופס המקוון של הרשות", by=by)
            words = "המדריכה סיפרה בתחילת השיעור מה קרה, ומה נעשה מאז."
            breaches.note(breach, kind="told", on=timezone.now(), words=words, people=14, by=by)


def _half_an_interview(today: date) -> None:
    noa = User.objects.get(email=NOA)
    office = noa.memberships.get().organisation_id
    by = noa.as_actor(office)
    with acting_for(user_id=noa.pk, organisation_ids=[office]), past.at(moment(today, 16, time(10, 30))):
        person = Person.objects.visible_to(noa).active().get(called__startswith=TALKED_WITH)
        own = LanguageSkill.Judge.PERSON
        for row in (
            Wish(hours_most=40, shifts=["day", "evening"], ways=["bus", "foot"], minutes_most=60),
            LanguageSkill(language="fr", judge=own, listening="C2", reading="C1", interaction="C2", writing="C1"),
            LanguageSkill(language="he", judge=own, listening="A1", interaction="A1"),
        ):
            row.person = person
            parts.keep(row, by=by)
        for section, state in SPOKEN_OF:
            interviews.note(person, section, state, by=by)
