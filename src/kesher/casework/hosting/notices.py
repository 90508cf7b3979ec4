"""Who is told that something waits: a link, and nothing about anybody. A workplace without an account gets it by mail.

What is done each night: workplaces are asked how it goes, once for each question; how old people are; what is over.
"""

import uuid
from datetime import date
from typing import Any, Final

from django.conf import settings
from django.core.mail import send_mail
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import timezone, translation

from kesher.accounts.models import Membership, Organisation, User
from kesher.base.events import emit, on
from kesher.base.history import THE_SYSTEM, acting
from kesher.base.models import Event
from kesher.base.notifications import notify
from kesher.base.rows import acting_for
from kesher.base.tasks import enqueue, every, task
from kesher.base.transitions import Actor
from kesher.casework.hosting.ages import as_old_as_the_file_says, run_out
from kesher.casework.hosting.links import LASTS, PAGE, Link, Purpose, address_on_record, key_for
from kesher.casework.mentoring.notices import there_or_colleagues
from kesher.casework.models import TrainingAgreement, WeeklyCheck
from kesher.casework.models.training import HOSTS

#: As whom somebody is told -> the page behind the link.
PAGES: Final = {"person": "me/training/", "worker": "caseworker/training/{pk}/"}
HOME, AGREEMENT = "employer/", "employer/agreements/{pk}/"
ASKED, NOWHERE = "training.check_asked", "training.no_address"


def users_of(host_id: uuid.UUID) -> QuerySet[User]:
    """Who acts for a workplace today, each once."""
    there = Membership.objects.in_force().filter(
        organisation=host_id, organisation__state=Organisation.State.APPROVED, role__in=HOSTS
    )
    return User.objects.filter(pk__in=there.values("user_id"), is_active=True).order_by("pk")


@on("training.propose", "training.tell")
def tell(event_id: uuid.UUID) -> None:
    """As whoever is told: the database shows each only their own notices."""
    event = Event.objects.get(pk=event_id)
    users = User.objects.filter(pk=event.data.get("tell"), is_active=True)
    if event.data["side"] == "worker" and "organisation" in event.data:
        users = there_or_colleagues(users, uuid.UUID(event.data["organisation"]))
    for user in users.order_by("pk"):
        path = PAGES[event.data["side"]].format(pk=event.about_id)
        with acting_for(user_id=user.pk):
            notify(user.pk, "training_news", language=user.language, link=f"/{user.language}/{path}")


@on("training.host")
def tell_the_host(event_id: uuid.UUID) -> None:
    """By account; where nobody has one, by a link that signs while there is something to sign."""
    event = Event.objects.get(pk=event_id)
    host = uuid.UUID(event.data["host"])
    gone = event.data["about"] in ("close", "decline", "change")
    users = list(users_of(host))
    for user in users:
        path = HOME if gone else AGREEMENT.format(pk=event.about_id)
        with acting_for(user_id=user.pk):
            notify(user.pk, "training_news", language=user.language, link=f"/{user.language}/{path}")
    if not users and event.data["about"] == "person signs":
        enqueue_link(Link(Purpose.SIGN, event.about_id, host))


def enqueue_link(link: Link) -> None:
    """Mail this link to the address on record, after commit."""
    enqueue(mail_link, purpose=link.purpose.value, about=str(link.about), host=str(link.host))


@task(queue="mail")
def mail_link(*, purpose: str, about: str, host: str) -> None:
    """One mail in the languages every page is complete in, for nobody knows which the workplace reads."""
    link = Link(Purpose(purpose), uuid.UUID(about), uuid.UUID(host))
    with acting_for(organisation_ids=[link.host]):
        thing = waiting(link)
        if thing is None:
            return  # answered or taken back meanwhile
        address = address_on_record(link.host)
        if not address:
            emit(NOWHERE, thing, by=Actor.the_system(), data={"purpose": purpose})
            return
        subject, body = written(link)
        send_mail(subject, body, None, [address])
        emit("training.link_sent", thing, by=Actor.the_system(), data={"purpose": purpose})


def waiting(link: Link) -> Any:
    """What the link is about, while there is something to answer; as the host sees it."""
    if not Organisation.objects.approved().filter(pk=link.host).exists():
        return None  # a business that was suspended signs nothing
    if link.purpose == Purpose.SIGN:
        asked = TrainingAgreement.objects.filter(pk=link.about, host=link.host)
        return asked.filter(state=TrainingAgreement.State.ASKED).select_related("organisation", "host").first()
    question = WeeklyCheck.objects.filter(pk=link.about, host=link.host, side=WeeklyCheck.Side.TUTOR, answered_at=None)
    return question.filter(agreement__state=TrainingAgreement.State.ACTIVE).select_related("agreement").first()


def written(link: Link) -> tuple[str, str]:
    """Subject and body: the link and how long it holds, in each language, nothing of whom it is about."""
    key, subjects, bodies = key_for(link), [], []
    for language in settings.COMPLETE_LANGUAGES:
        with translation.override(language):
            said = {"link": f"{settings.PUBLIC_URL}/{language}/{PAGE}{key}/", "days": LASTS[link.purpose].days}
            text = render_to_string(f"notifications/training_link_{link.purpose.name.lower()}.txt", said)
        subject, _rest, body = text.strip().partition("\n")
        subjects.append(subject.strip())
        bodies.append(body.strip())
    return " · ".join(subjects), "\n\n---\n\n".join(bodies) + "\n"


def ask_hosts(organisation_id: uuid.UUID, day: date) -> int:
    """Tell each workplace of this sender's that its weekly question is due, once for each; returns how many questions."""
    count = 0
    with acting_for(organisation_ids=[organisation_id]):
        due = WeeklyCheck.objects.filter(
            organisation=organisation_id, side=WeeklyCheck.Side.TUTOR, answered_at=None, due_on__lte=day
        ).filter(agreement__state=TrainingAgreement.State.ACTIVE)
        asked = Event.objects.filter(name=ASKED, about_id__in=due.values("pk")).values_list("about_id", flat=True)
        for check in due.exclude(pk__in=list(asked)).order_by("id"):
            users = list(users_of(check.host_id))
            for user in users:
                with acting_for(user_id=user.pk):
                    link = f"/{user.language}/{AGREEMENT.format(pk=check.agreement_id)}"
                    notify(user.pk, "training_news", language=user.language, link=link)
            if not users:
                enqueue_link(Link(Purpose.WEEK, check.pk, check.host_id))
            emit(ASKED, check, by=Actor.the_system())
            count += 1
    return count


@every("35 5 * * *")
def each_morning() -> None:
    """Each organisation by itself: the database shows each only its own. One that has lost its approval asks nobody; but a
    child is one there, too, and what is over is over.
    """
    today = timezone.localdate()
    with acting(actor=THE_SYSTEM, reason="learning at work: each morning"):
        for organisation in Organisation.objects.order_by("id").only("state"):
            as_old_as_the_file_says(organisation.pk, today)
            run_out(organisation.pk, today)
            if organisation.state == Organisation.State.APPROVED:
                ask_hosts(organisation.pk, today)
