"""What stands on the pages of complaints and legal demands: one of each, between Noa's office and a table beside it."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from kesher.accounts.models import Membership, Organisation, User
from kesher.accounts.roles import Role
from kesher.base.rows import acting_for
from kesher.base.transitions import Actor
from kesher.directory import breaches, legal
from kesher.referrals import complaints
from kesher.referrals.models import Complaint


def trust_things(office: Organisation) -> dict[str, dict[str, Any]]:
    """Name of a thing -> what the address of its page holds. Makes the visitors "convenor", "auditor", "suspended"."""
    table = Organisation.objects.create(
        name={"en": "Table of the town", "he": "שולחן העיר", "ar": "طاولة المدينة"}, state=Organisation.State.APPROVED
    )
    people = {
        role: User.objects.get_or_create(email=f"{role}@trust.example", defaults={"name": name, "language": "en"})[0]
        for role, name in ((Role.CONVENOR, "Yael"), (Role.AUDITOR, "Omar"))
    }
    for role, user in people.items():
        Membership.objects.create(user=user, organisation=table, role=role)
    convenor = people[Role.CONVENOR]
    closed = Organisation.objects.create(
        name={"en": "The closed club", "he": "המועדון הסגור", "ar": "النادي المغلق"}, state=Organisation.State.SUSPENDED
    )
    member = User.objects.get_or_create(email="suspended@trust.example", defaults={"name": "Gal"})[0]
    Membership.objects.create(user=member, organisation=closed, role=Role.PROVIDER)

    def complain(words: str, language: str) -> tuple[str, Complaint]:
        key = complaints.make(about="treatment", organisation=office, words=words, language=language)
        held = complaints.held_by(key)
        assert held is not None
        with acting_for(user_id=held.holder_id):
            complaint = Complaint.objects.get(pk=held.complaint_id)
        if complaint.answerer_id != table.pk:  # the demo's own offices come first; here the table answers
            Complaint.objects.filter(pk=complaint.pk).update(answerer=table)
            complaint.refresh_from_db()
        return key, complaint

    waits, waiting = complain("ሦስት ጊዜ መጣሁ፣ ማንም አላናገረኝም።", "am")
    done, answered = complain("אמרו לי לבוא עם הבת שלי שתתרגם.", "he")
    by = convenor.as_actor(table.pk)
    for complaint in (waiting, answered):
        complaints.take(complaint, by=by)
    complaints.answer(answered, finding="right", reply="את צודקת, וילדים לא מתרגמים. מעכשיו מזמינים מתורגמנית.", by=by)
    chief = Actor(convenor.pk, table.pk, frozenset({Role.PLATFORM_ADMIN}))
    dana = User.objects.get_or_create(email="dana@trust.example", defaults={"name": "Dana"})[0]
    legal.appoint(kind="legal", user=dana, name="דנה לוי", contact="08-999-0001", by=chief)
    legal.appoint(kind="privacy", user=dana, name="דנה לוי", contact=settings.DEFAULT_FROM_EMAIL, by=chief)
    demand = legal.receive(
        received_on=timezone.localdate(),
        authority="Court of the district",
        reference="12-345",
        basis="Order of 2 May 2026",
        asked="Whether somebody came to appointments in April",
        by=Actor(dana.pk),
    )
    legal.decide(
        demand, outcome="part", why="The order names April", given="That they came on two days", by=Actor(dana.pk)
    )
    breach = breaches.record(
        aware_at=timezone.now() - timedelta(hours=51),
        happened="רשימת המגיעים לקורס נשכחה באוטובוס.",
        whose="מי שנרשמו לקורס: שמות ומספרי טלפון",
        people=14,
        likely="שיחות ממי שאינם מכירים",
        by=Actor(dana.pk),
    )
    breaches.note(breach, kind="done", words="הרשימה הוחזרה לאחר שעתיים.", by=Actor(dana.pk))
    return {
        "breach": {"pk": breach.pk},
        "complaint": {"pk": waiting.pk},
        "complaint link": {"key": waits},
        "complaint link answered": {"key": done},
        "legal demand": {"pk": demand.pk},
    }
