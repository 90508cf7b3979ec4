"""What stands on the pages of referrals: each state once, between Noa's office and Samir's association."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from kesher.accounts.models import Membership, Organisation, User
from kesher.accounts.roles import Role
from kesher.base.keys import uuid7
from kesher.base.transitions import Actor
from kesher.directory.agreements import in_force, record
from kesher.directory.models import Capacity, Service
from kesher.people.consents import give
from kesher.people.files import READ_NOTHING, open_file
from kesher.people.models import Person
from kesher.people.models.consents import Purpose
from kesher.referrals import answering, cohorts, follow_ups, places, sending
from kesher.referrals.links import Purpose as For
from kesher.referrals.links import key_for
from kesher.referrals.models import FollowUp, Referral
from kesher.referrals.vocabularies import RECEIVERS, SENDERS, Outcome, Reason


def referral_things(noa: User, samir: User) -> dict[str, dict[str, Any]]:
    """Name of a thing -> what the address of its page holds."""
    office = Membership.objects.in_force().filter(user=noa, role__in=SENDERS).order_by("id")[0].organisation
    association = Membership.objects.in_force().filter(user=samir, role__in=RECEIVERS).order_by("id")[0].organisation
    officer = Actor(uuid7(), None, frozenset({Role.OFFICER}))
    if not in_force(office.pk, association.pk):
        for organisation in (office, association):
            record(organisation, document="Agreement of the table, 2026", by=officer)
    service = Service.objects.published().filter(organisation=association).order_by("id")[0]
    Capacity.objects.get_or_create(service=service, defaults={"available": 4, "updated": timezone.now()})
    by, theirs = noa.as_actor(office.pk), samir.as_actor(association.pk)
    person = open_file(called="Almaz Tessema", language="am", how="present", by=by, phone="050-555-0199")
    person.reach_when = "mornings, not on Sunday"
    person.save()

    other = open_file(called="Tesfaye", language="am", how="phone", by=by, phone="050-555-0198")

    def draft(wish: str, person: Person = person) -> Referral:
        begun = sending.draft(person, service, wish, by=by)
        sending.write(
            begun,
            by=by,
            why="Worked as a nurse, knows no Hebrew yet, can come in the mornings.",
            carries=["contact"],
            wait_list=True,
            safe_contact="Call in the morning; do not leave a message.",
            interpreter="phone",
            seen=READ_NOTHING,
        )
        return begun

    open_draft = draft("a Hebrew course", other)  # who has not agreed yet
    give(person, Purpose.REFERRAL, with_=association, how="present", language="am", by=by)

    def sent(wish: str) -> Referral:
        one = draft(wish)
        sending.send(one, by=by)
        return one

    waits, asked_by_link, silent = sent("a course in the morning"), sent("a course by link"), sent("somebody to call")
    Referral.objects.filter(pk=silent.pk).update(sent_at=timezone.now() - timedelta(days=5))
    to_nobody = sent("advice on a flat")
    Referral.objects.filter(pk=to_nobody.pk).update(to_call=True)  # as where their address has gone
    on_paper = sent("a place to sit")
    alone = Organisation.objects.create(
        name={"en": "Neighbours' kitchen", "he": "מטבח השכנים", "ar": "مطبخ الجيران"}, state=Organisation.State.APPROVED
    )
    Referral.objects.filter(pk=on_paper.pk).update(receiver=alone, to_call=True)  # nobody there has an account
    refused = sent("child care")
    answering.reject(refused, by=theirs, reason=Reason.NO_CAPACITY, words="Full until Passover.")
    under_way, done = sent("a mentor"), sent("help with a form")
    for one in (under_way, done):
        answering.accept(one, by=theirs, worker_name="Samir")
        answering.first_contact(one, by=theirs, on=timezone.localdate())
    answering.finish(done, by=theirs, outcome=Outcome.MET, attended=True, done="Filled in together and sent.")
    questions = [
        FollowUp.objects.create(
            referral=done,
            day=day,
            due_on=timezone.localdate() + timedelta(days=day),
            asked_at=timezone.now() if day < 90 else None,
            how="sender" if day < 90 else "",
        )
        for day in follow_ups.DAYS
    ]
    recalled = sent("a visit")
    sending.withdraw(recalled, by=by, reason=Reason.STARTED_WORK)
    erased = sent("a talk")  # whose row went with the file
    sending.withdraw(erased, by=by, reason=Reason.STARTED_WORK)
    gone = {"key": key_for(For.RECALL, erased.pk, association.pk)}
    Referral.objects.filter(pk=erased.pk).delete()
    question = places.ask(service, by=by)
    day = timezone.localdate()
    cohort = cohorts.open_cohort(
        service,
        name="קבוצת בוקר Morning",
        starts_on=day + timedelta(days=30),
        ends_on=day + timedelta(days=120),
        seats=12,
        taken_elsewhere=3,
        by=theirs,
    )
    cohorts.seat(under_way, cohort, by=theirs)

    def link(purpose: For, about: Any, organisation: Any) -> dict[str, Any]:
        return {"key": key_for(purpose, about.pk, organisation.pk)}

    return {
        "person to refer": {"pk": person.pk},
        "referral draft": {"pk": open_draft.pk},
        "referral waiting": {"pk": waits.pk},
        "referral refused": {"pk": refused.pk},
        "referral to nobody": {"pk": to_nobody.pk},
        "referral on paper": {"pk": on_paper.pk},
        "referral under way": {"pk": under_way.pk},
        "referral done": {"pk": done.pk},
        "referral recalled": {"pk": recalled.pk},
        "cohort": {"pk": cohort.pk},
        "link to answer": link(For.ANSWER, asked_by_link, association),
        "link to report": link(For.REPORT, under_way, association),
        "link to erase": link(For.RECALL, recalled, association),
        "link to say it is erased": gone,
        "link for a place": link(For.PLACE, question, association),
        "link that helped": link(For.FOLLOW_UP, questions[1], office),
        "link that is used": link(For.ANSWER, refused, association),
    }
