"""A town of files, deterministic: people, what hangs on them, and those who work with them. For benchmarks of lists.

The first 5,000 people are made as the application makes them and written by ``COPY``; those after them are the same once more,
an hour older each time: ``INSERT … SELECT`` in the database, with keys (version 7: 48 bits of milliseconds first) set back so
far. So each office keeps ten times as many files in a town of 50,000, spread as in one of 5,000, and it is made in a tenth of
the time. Names come again, as names do. Neither history nor foreign keys are written or checked: they are not measured.
"""

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any, Final

from benchmarks.search_speed import copy_rows
from django.db import connection, models
from django.utils import timezone

from kesher.accounts.models import Membership, Organisation, SavedView, User
from kesher.base.keys import uuid7
from kesher.base.models import Event
from kesher.casework.models import Appointment, Caseworker, Match, Mentor, Plan, Review, Step
from kesher.directory.models import Service
from kesher.people.models import Access, Consent, ConsentText, Person, Worry
from kesher.people.name_keys import keys as name_keys
from kesher.referrals.models import Cohort, Complaint, FollowUp, Loop, PlaceQuestion, Referral

SEED: Final = 20261128
ORGANISATIONS, KEEPERS, WORKERS = 500, 40, 200
BLOCK: Final = 5_000
REFERRALS_EACH: Final = 4
#: How referrals stand: most have ended.
STATES: Final = ("requested", "accepted", "in-progress", "rejected", *("completed",) * 5, "cancelled")
ANSWERS: Final = {"accepted": "accept", "in-progress": "accept", "completed": "accept", "rejected": "reject"}
GIVEN: Final = ("Almaz", "Bogdan", "Fatma", "Yosef", "Olena", "Ahmad", "Sara", "Dmitri", "Miriam", "Tesfaye")
SOUNDS: Final = ("ba", "den", "gor", "ha", "kov", "lem", "man", "ner", "rashi", "sol", "ta", "zar")
LANGUAGES: Final = ("am", "ar", "ru", "he", "uk", "en")
#: What hangs on a person and is made again with them, in the order in which it is written.
OF_PEOPLE: Final = (
    Person, Worry, Consent, Access, Caseworker, Plan, Step, Review, Appointment, Loop, Referral, FollowUp, Event,
)  # fmt: skip
#: Columns that hold a key of these although no foreign key says so, and what must differ each time.
KEYS_ELSEWHERE: Final = {(Event, "about_id"): "pg_temp.earlier(about_id, %(hours)s)"}
DIFFERENT: Final = {
    (Consent, "receipt"): "left(upper(md5(receipt || %(hours)s)), 11)",
    (Event, "data"): "CASE WHEN data ? 'referral' THEN jsonb_set(data, '{referral}',"
    " to_jsonb(pg_temp.earlier((data->>'referral')::uuid, %(hours)s)::text)) ELSE data END",
}
#: Of five people so many agreed to be counted.
COUNTED_OF_FIVE: Final = 3
EARLIER: Final = """
CREATE FUNCTION pg_temp.earlier(key uuid, hours int) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT (lpad(to_hex(('x' || left(replace(key::text, '-', ''), 12))::bit(48)::bigint - hours * 3600000::bigint), 12, '0')
            || substr(replace(key::text, '-', ''), 13))::uuid
$$
"""


@dataclass(frozen=True, slots=True)
class Staff:
    """Who works there: caseworkers of the offices that keep files; teachers and convenors, one of each office."""

    workers: list[User]
    teachers: list[User]
    convenors: list[User]


@cache
def _found_by(called: str) -> tuple[str, ...]:
    return tuple(sorted(name_keys(called)))


class Town:
    """What is drawn from while people are made."""

    def __init__(self) -> None:
        self.draw, self.draw_answers = random.Random(SEED), random.Random(SEED + 1)
        self.now, self.day = timezone.now(), timezone.localdate()
        self.organisations = [Organisation(name={"en": f"Office {n}"}, state="approved") for n in range(ORGANISATIONS)]
        self.keepers = self.organisations[:KEEPERS]
        self.workers = [_user("worker", n) for n in range(WORKERS)]
        self.teachers = [_user("teacher", n) for n in range(KEEPERS)]
        self.convenors = [_user("convenor", n) for n in range(KEEPERS)]
        self.services = [
            Service(organisation=one, name={"en": f"Service {n}"}, state="published")
            for n, one in enumerate(self.organisations)
        ]
        self.texts = {text.purpose: text for text in ConsentText.objects.all()}

    def write_staff(self) -> None:
        copy_rows(Organisation, self.organisations)
        copy_rows(User, [*self.workers, *self.teachers, *self.convenors])
        copy_rows(
            Membership,
            [
                Membership(user=user, organisation=self.keepers[n % KEEPERS], role=role)
                for role, users in (
                    ("caseworker", self.workers),
                    ("college", self.teachers),
                    ("convenor", self.convenors),
                )
                for n, user in enumerate(users)
            ],
        )
        copy_rows(Service, self.services)
        views = [
            SavedView(user=user, of=of, name=f"View {n}", filters={"language": "am"})
            for user in self.workers
            for of in ("people", "steps", "sent", "inbox")
            for n in range(3)
        ]
        copy_rows(SavedView, views)

    # --- people ---

    def people(self, count: int) -> list[Person]:
        """Write so many people and what hangs on them; gives them."""
        rows: dict[type, list[Any]] = {kind: [] for kind in OF_PEOPLE}
        for number in range(count):
            for row in self._person(number):
                rows[type(row)].append(row)
        for kind in OF_PEOPLE:
            copy_rows(kind, rows[kind])
        return rows[Person]

    def _person(self, number: int) -> Iterable[models.Model]:
        draw = self.draw
        called = f"{draw.choice(GIVEN)} {''.join(draw.choice(SOUNDS) for _ in range(3)).title()}"
        person = Person(
            called=called,
            language=draw.choice(LANGUAGES),
            phone=f"050-555-{number:04}",
            last_step_at=self.now - timedelta(days=draw.randint(0, 300)),
        )
        person.name_keys = list(_found_by(called))
        yield person
        for kind in draw.sample(("money", "work", "language", "papers", "home"), draw.randint(0, 2)):
            yield Worry(person=person, kind=kind)
        keeper = number % KEEPERS
        agreed = self._agreed(person, "file", keeper)
        yield agreed
        yield self._access(person, "keeper", keeper, agreed)
        if number // KEEPERS % 5 < COUNTED_OF_FIVE:  # of each office
            yield self._agreed(person, "statistics", None)
        other = draw.randrange(KEEPERS)
        if number % 3 == 0 and other != keeper:
            shared = self._agreed(person, "share", other)
            yield shared
            yield self._access(person, "shared", other, shared)
        if draw.random() < 0.8:
            worker = self.workers[keeper + KEEPERS * draw.randrange(WORKERS // KEEPERS)]
            yield Caseworker(person=person, organisation=self.keepers[keeper], user=worker)
        yield from self._plan(person)
        if number % 3 == 0:
            yield self._meeting(person, keeper)
        for _ in range(REFERRALS_EACH):
            yield from self._referral(person, keeper, agreed)

    def _agreed(self, person: Person, purpose: str, place: int | None) -> Consent:
        return Consent(
            person=person,
            purpose=purpose,
            organisation=None if place is None else self.keepers[place],
            text=self.texts[purpose],
            language="am",
            how="present",
        )

    def _access(self, person: Person, kind: str, place: int, consent: Consent) -> Access:
        return Access(person=person, kind=kind, organisation=self.keepers[place], consent=consent, since=self.now)

    def _plan(self, person: Person) -> Iterable[models.Model]:
        draw, day = self.draw, self.day
        dues = sorted(day + timedelta(days=draw.randint(-10, 120)) for _ in range(draw.choice((0, 2, 2, 3))))
        moved = self.now - timedelta(days=draw.randint(0, 40))
        yield Plan(person=person, next_on=dues[0] if dues else None, moved_at=moved)
        for due in dues:
            yield Step(person=person, kind="papers", text="Passport", due_on=due, agreed_on=day)
        for _ in range(draw.randint(0, 4)):
            yield Step(person=person, kind="call", due_on=day, state="done", ended_at=self.now)
        kind, ahead = draw.choice(("permit", "plan", "course")), draw.randint(-5, 400)
        yield Review(person=person, kind=kind, on=day + timedelta(days=ahead))

    def _meeting(self, person: Person, keeper: int) -> Appointment:
        draw = self.draw
        meeting = Appointment(
            person=person,
            organisation=self.keepers[keeper],
            with_whom="Worker",
            place="Room 3",
            language="am",
            interpreting=draw.choice(("none", "phone")),
            starts_at=self.now + timedelta(hours=draw.randint(-2000, 1000)),
        )
        if meeting.starts_at < self.now:
            meeting.state = draw.choice(("kept", "kept", "kept", "missed"))
        return meeting

    def _referral(self, person: Person, keeper: int, consent: Consent) -> Iterable[models.Model]:
        draw = self.draw
        place, state = draw.randrange(ORGANISATIONS), draw.choice(STATES)
        ended = {"completed": "met", "cancelled": "withdrawn"}.get(state, "")
        loop = Loop(
            person=person,
            organisation=self.keepers[keeper],
            wish="a Hebrew course",
            closing=ended,
            closed_at=self.now if ended else None,
        )
        yield loop
        sent = self.now - timedelta(days=draw.randint(0, 300))
        answered = sent + timedelta(days=2)
        closed = sent + timedelta(days=9) if state in ("rejected", "completed", "cancelled") else None
        referral = Referral(
            person=person,
            loop=loop,
            service=self.services[place],
            sender=self.keepers[keeper],
            receiver=self.organisations[place],
            sender_user_id=self.workers[0].pk,
            worker_name="" if state in ("requested", "rejected", "cancelled") else "Worker",
            state=state,
            why="Knows no Hebrew yet.",
            carries=["contact"],
            language="am",
            consent=consent,
            sent_at=sent,
            answered_at=answered if state in ANSWERS else None,
            closed_at=closed,
            reason={"rejected": "no_capacity", "cancelled": "started_work"}.get(state, ""),
            outcome="met" if state == "completed" else "",
            attended=True if state == "completed" else None,
            done="the course" if state == "completed" else "",
        )
        yield referral
        yield self._event("send", referral, sent)
        if state in ANSWERS:
            yield self._event(ANSWERS[state], referral, answered)
        if closed is not None and state != "rejected":
            yield self._event("finish" if state == "completed" else "withdraw", referral, closed)
        if state == "completed" and closed is not None:
            for after in (30, 90):
                due = timezone.localdate(closed) + timedelta(days=after)
                asked = self.now if due <= self.day else None
                how = draw.choice(("mail", "sender")) if asked else ""
                question = FollowUp(referral=referral, day=after, due_on=due, how=how, asked_at=asked)
                yield question
                if asked:
                    yield from self._said(question)

    def _said(self, question: FollowUp) -> Iterable[Event]:
        """That it was asked; and, of two in three, the answer (in the trail alone: the lists wait for one)."""
        about: dict[str, Any] = {"day": question.day, "referral": str(question.referral_id)}
        yield self._of_question("asked", question, about)
        if self.draw_answers.random() < 0.66:
            said = self.draw_answers.choice(FollowUp.Answer.values)
            yield self._of_question("answered", question, about | {"answer": said})

    def _of_question(self, name: str, question: FollowUp, data: dict[str, Any]) -> Event:
        return Event(
            name=f"follow_up.{name}", about_type="referrals.followup", about_id=question.pk, at=self.now, data=data
        )

    def _event(self, name: str, referral: Referral, at: Any) -> Event:
        return Event(
            name=f"referral.{name}",
            about_type="referrals.referral",
            about_id=referral.pk,
            at=at,
            reason="no_capacity" if name == "reject" else "",
            data={
                "sender": str(referral.sender_id),
                "receiver": str(referral.receiver_id),
                "service": str(referral.service_id),
            },
        )

    # --- once ---

    def write_rest(self, people: list[Person]) -> None:
        """Groups, questions for places, complaints, mentors: as many in a small town as in a large one."""
        draw, now, day = self.draw, self.now, self.day
        copy_rows(
            Cohort,
            [
                Cohort(service=service, name=f"Group {n}", starts_on=day + timedelta(days=10 * n - 150), seats=20)
                for service in self.services[:KEEPERS]
                for n in range(30)
            ],
        )
        pairs = {(draw.randrange(ORGANISATIONS), draw.randrange(KEEPERS)) for _ in range(4 * ORGANISATIONS)}
        copy_rows(
            PlaceQuestion,
            [
                PlaceQuestion(
                    service=self.services[asked],
                    sender=self.keepers[asks],
                    receiver=self.organisations[asked],
                    asked_by_id=self.workers[asks].pk,
                )
                for asked, asks in sorted(pairs)
            ],
        )
        complaints = []
        for number in range(4 * ORGANISATIONS):
            state = draw.choice(("received", "taken", "answered", "answered"))
            complaint = Complaint(
                about="organisation",
                organisation=draw.choice(self.organisations[KEEPERS:]),  # nobody answers for themselves
                words="Nobody called back.",
                language="am",
                holder_id=uuid7(),
                state=state,
                answerer=self.keepers[number % KEEPERS],
                due_on=day + timedelta(days=draw.randint(-30, 30)),
            )
            if state != "received":
                complaint.handler_id = self.convenors[number % KEEPERS].pk
            if state == "answered":
                complaint.finding, complaint.reply, complaint.answered_at = "right", "We will.", now
            complaints.append(complaint)
        copy_rows(Complaint, complaints)
        self._write_mentors(people)

    def _write_mentors(self, people: list[Person]) -> None:
        users = [_user("mentor", n) for n in range(50 * KEEPERS)]
        mentors = [
            Mentor(
                organisation=self.keepers[n % KEEPERS],
                user=user,
                called=f"Mentor {n}",
                trade_words="baker",
                languages=["he", "am"],
                times=["day"],
                mentees_at_most=2,
                of_age=True,
                state="ready",
                vetting="references",
                vetted_on=self.day,
                vetted_by_id=self.workers[0].pk,
                trained_on=self.day,
                trained_by_id=self.workers[0].pk,
            )
            for n, user in enumerate(users)
        ]
        matches = [
            Match(
                person=people[n],  # of the same office: both are dealt out in turn
                mentor=mentor,
                mentor_user_id=mentor.user_id,
                organisation=self.keepers[n % KEEPERS],
                caseworker=self.workers[n % KEEPERS],
                state="active",
                place=1,
                mentor_called=mentor.called,
                person_agreed_on=self.day,
                mentor_agreed_on=self.day,
                started_on=self.day,
            )
            for n, mentor in enumerate(mentors[: len(people)])
        ]
        copy_rows(User, users)
        copy_rows(Mentor, mentors)
        copy_rows(Match, matches)


def _user(kind: str, number: int) -> User:
    return User(email=f"{kind}{number}@example.org", name=f"{kind.title()} {number}", language="en")


def _once_more(hours: int, born: Any) -> None:
    """Everything that hangs on the first people again, so many hours older. ``born``: a key older than all of theirs."""
    with connection.cursor() as cursor:
        for kind in OF_PEOPLE:
            columns, values = [], []
            for field in kind._meta.concrete_fields:
                said = KEYS_ELSEWHERE.get((kind, field.column)) or DIFFERENT.get((kind, field.column))
                if said is None and (field.primary_key or field.related_model in OF_PEOPLE):
                    said = f'pg_temp.earlier("{field.column}", %(hours)s)'
                columns.append(f'"{field.column}"')
                values.append(said or f'"{field.column}"')
            cursor.execute(
                f"INSERT INTO {kind._meta.db_table} ({', '.join(columns)})"
                f" SELECT {', '.join(values)} FROM {kind._meta.db_table} WHERE id >= %(born)s ORDER BY id",
                {"hours": hours, "born": born},
            )


def generate(people: int) -> None:
    """Write the town; ``people``: a multiple of 5,000, or fewer than that."""
    if people > BLOCK and people % BLOCK:
        raise SystemExit(f"{people} people: more than {BLOCK} are made in blocks of as many")
    town = Town()
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
    town.write_staff()
    born = uuid7()
    made = town.people(min(people, BLOCK))
    with connection.cursor() as cursor:
        cursor.execute(EARLIER)
    for hours in range(1, max(people // BLOCK, 1)):
        _once_more(hours, born)
    town.write_rest(made)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("SELECT referrals_figures_anew()")  # no trigger has seen the trail
        cursor.execute("VACUUM (ANALYZE)")  # as a server does by itself


def staff() -> Staff:
    """Those of the town that is there."""

    def of(role: str) -> list[User]:
        return list(User.objects.filter(memberships__role=role).order_by("email"))

    return Staff(of("caseworker"), of("college"), of("convenor"))
