"""Opening a person's file, giving it to its owner, and noting that something has happened in it.

person = open_file(called="Almaz", language="am", how="present", by=caseworker)
key = claim_key(person)                          stands in the link that is sent to their own address
claim(key, user=user)                            from then on the file is theirs to read, share and take along
claim_key(person, handed_by=caseworker.pk)       in the link that somebody prints: it waits for a second person (.claiming)
"""

import uuid
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any, Final

from django.core import signing
from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from kesher.accounts.models import Organisation, User
from kesher.base.access import record_read, record_reads
from kesher.base.events import emit
from kesher.base.history import acting
from kesher.base.keys import uuid7
from kesher.base.models import Event
from kesher.base.rows import acting_for
from kesher.base.transitions import Actor, Refused
from kesher.people.consents import acts_for_file, give
from kesher.people.models import FILE_ROLES, Access, Person
from kesher.people.models.consents import Purpose

#: What one may look at a file for, as the person reads it under "who looked at my file" ("Noa, of the office, …").
LOOKED_FOR: Final[Mapping[str, Any]] = {
    "file": _("opened your file"),
    "change": _("corrected your file"),
    "merge": _("compared two files"),
    "receipt": _("showed you a receipt"),
    "consent": _("spoke with you about what you agree to"),
    "mentoring": _("worked on your mentoring"),
    "training": _("worked on your learning at work"),
    "help": _("helped you"),
    "interview": _("talked with you about work"),
    "profile": _("printed or took along your profile"),
    "counter": _("spoke with you at the counter or on the telephone"),
    "plan": _("looked at your plan"),
    "notes": _("looked at the notes about you"),
    "appointment": _("looked at your appointments"),
    "team": _("looked at who helps you with what"),
    "referral": _("looked at where you are referred"),
    "link": _("opened the link with your referral"),
    "papers": _("looked at your papers"),
    "paper": _("opened one of your papers"),
    "export": _("took your referral along for other software"),
    "list": _("took you along in a list for their work"),
    "own": _("looked at your own file"),
    "looks": _("printed who looked at your file"),
}

#: What is said of a person in one form, and corrected together.
SAID: Final = (
    "called",
    "other_names",
    "born",
    "language",
    "phone",
    "email",
    "identity_number",
    "reach_by",
    "reach_when",
    "discreet",
    "area_id",
)
#: What a row has beside what is said in it.
_NOT_SAID: Final = frozenset({"id", "person_id", "created_at", "updated_at", "noted_by_id"})
#: The stamp of whoever read nothing before, and writes over nothing that somebody typed: tasks, say.
READ_NOTHING: Final = None
SALT: Final = "kesher.people.claim"
CLAIM_WITHIN: Final = timedelta(days=14)


def open_file(
    *,
    called: str,
    language: str,
    how: str,
    by: Actor,
    consent_language: str = "",
    form_key: uuid.UUID | None = None,
    **known: Any,
) -> Person:
    """Open a file for somebody who has agreed to it, kept by the organisation ``by`` acts for.

    ``known``: whatever else of :class:`Person` was said. ``form_key``: of the form it comes from; what comes twice from one
    form (a button pressed twice) is one file. Raises :class:`Refused` for whoever does not work with files,
    and for an organisation that is not approved.
    """
    if by.organisation_id is None or not by.roles & FILE_ROLES:
        raise Refused(_("Your role does not allow this."), "role")
    organisation = Organisation.objects.approved().filter(pk=by.organisation_id).first()
    if organisation is None:
        raise Refused(_("Your organisation is not approved."), "organisation")
    with transaction.atomic(), acting(actor=by, reason="file opened"):
        if form_key is not None and (there := _opened_by(form_key, by)) is not None:
            return there
        # The access comes first, for the database shows and takes rows of a file only where there is one; the keys it
        # names follow before the transaction ends.
        person_id, consent_id = uuid7(), uuid7()
        Access.objects.create(
            person_id=person_id, kind=Access.Kind.KEEPER, organisation=organisation, consent_id=consent_id
        )
        person = Person.objects.create(pk=person_id, called=called.strip(), language=language, **known)
        give(
            person,
            Purpose.FILE,
            with_=organisation,
            how=how,
            language=consent_language or language,
            by=by,
            consent_id=consent_id,
        )
        of_form = {"form": str(form_key)} if form_key is not None else {}
        emit("file.opened", person, by=by, data={"organisation": str(organisation.pk)} | of_form)
        return person


def _opened_by(form_key: uuid.UUID, by: Actor) -> Person | None:
    """The file that this form of theirs has opened already; of two presses at once the second waits for the first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"file.opened {form_key}"])
    opened = Event.objects.filter(name="file.opened", actor_id=by.user_id, organisation_id=by.organisation_id)
    event = opened.filter(data__form=str(form_key)).first()
    return Person.objects.filter(pk=event.about_id).first() if event is not None else None


def read(person: Person, *, by: Actor, purpose: str, request_id: str = "") -> None:
    """Note that ``by`` has looked at the file. The person reads it under "who looked at my file".

    Raises :class:`ValueError` for a purpose nobody has put into words for them (:data:`LOOKED_FOR`).
    """
    if purpose not in LOOKED_FOR:
        raise ValueError(f"{purpose!r} is no purpose of files.LOOKED_FOR: the person would read a code")
    record_read(person, by=by, purpose=purpose, request_id=request_id)


def read_many(
    read_for: Mapping[uuid.UUID, uuid.UUID | None], *, user_id: uuid.UUID, purpose: str, request_id: str = ""
) -> None:
    """The same for each of these people (person's key -> the organisation for which it was read)."""
    if purpose not in LOOKED_FOR:
        raise ValueError(f"{purpose!r} is no purpose of files.LOOKED_FOR: the person would read a code")
    record_reads(Person, read_for.items(), user_id=user_id, purpose=purpose, request_id=request_id)


def something_happened(person: Person) -> None:
    """The file is in use: its time before it is erased starts anew. Not that of a file which was erased at this very moment: of
    two who act at once this one waits for the other, and the file is gone."""
    now = timezone.now()
    in_use = Person.objects.filter(pk=person.pk).exclude(state=Person.State.CLOSED)
    if in_use.update(last_step_at=now, updated_at=now):
        person.last_step_at = now


class Changed(Exception):
    """Somebody has changed the file since it was read: nothing is written. ``rows``: what was to be written over, as it
    stands there now; an empty one where it was taken out."""

    def __init__(self, *rows: Any) -> None:
        super().__init__("changed meanwhile")
        self.rows = rows


def must_be_as_seen(there: Any, told: Mapping[str, Any], *, seen: str | None, now: str) -> None:
    """Before ``told`` is written over ``there``, which is locked: nobody writes over what they have not read.

    ``seen``: the stamp of what was read before, or :data:`READ_NOTHING`;
    ``now``: that of what stands there. Raises :class:`Changed` where they differ, unless all of it stands there already
    (somebody pressed twice).
    """
    if seen is not None and seen != now and any(getattr(there, name) != value for name, value in told.items()):
        raise Changed(there)


def stamp(person: Person) -> str:
    """What tells one state of what is said of the person from another (:data:`SAID`), as 32 hexadecimal digits.

    Not the time of the row: that moves with whatever happens in the file, and most of it has nothing to do with these.
    """
    return stamp_of(person, SAID)


def stamp_of(row: models.Model | None, names: Iterable[str] = ()) -> str:
    """The same of any row: of these fields, else of all that is said in it; "" where nothing is written down yet."""
    if row is None or row._state.adding:
        return ""
    return said_in(row, names)


def said_in(row: models.Model, names: Iterable[str] = ()) -> str:
    """What a row says, written down or not, as 32 hexadecimal digits: another for whatever else it would say."""
    beside = _NOT_SAID | getattr(row, "NOT_SAID", frozenset())
    own = [*names] or [one.attname for one in row._meta.concrete_fields if one.attname not in beside]
    said = repr([getattr(row, name) for name in own])
    return salted_hmac("kesher.people.files.stamp", said, algorithm="sha256").hexdigest()[:32]


def correct(person: Person, told: Mapping[str, Any], *, seen: str, by: Actor, reason: str = "file corrected") -> None:
    """Write what is said of the person. ``seen``: the :func:`stamp` of what was read before; raises :class:`Changed` where it
    stands there no more, unless all that is said stands there already (somebody pressed twice), and :class:`Refused` for
    whoever may not write into the file."""
    if not acts_for_file(person, by):
        raise Refused(_("This file is not open to you."), "role")
    with transaction.atomic(), acting(actor=by, reason=reason):
        locked = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
        must_be_as_seen(locked, told, seen=seen, now=stamp(locked))
        for name, value in told.items():
            if getattr(locked, name) != value:
                setattr(locked, name, value)
        locked.save()
        something_happened(locked)


# --- the file becomes its owner's ---------------------------------------------------------------------------------------


class NotClaimable(Exception):
    """The link opens nothing: it has run out, was used, was never ours, or the user has a file already."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Waits(NotClaimable):
    """Whoever printed the link has held it, too: a second person is asked (:mod:`kesher.people.claiming`)."""

    def __init__(self, person: Person, organisation_id: uuid.UUID, handed_by: uuid.UUID) -> None:
        super().__init__("waits")
        self.person, self.organisation_id, self.handed_by = person, organisation_id, handed_by


def claim_key(person: Person, *, handed_by: uuid.UUID | None = None) -> str:
    """What stands in the link by which the person takes the file over. It works once, and for 14 days.

    ``handed_by``: who sees it and hands it over; None: it goes to the person's own address, and nobody else has it.
    """
    access = Access.objects.in_force().filter(person=person, organisation__isnull=False).order_by("id").first()
    organisation = access.organisation_id.hex if access is not None and access.organisation_id else ""
    return signing.dumps([person.pk.hex, organisation, handed_by.hex if handed_by else ""], salt=SALT)


def claim(key: str, *, user: User) -> Person:
    """The file behind the link becomes this user's own. Raises :class:`NotClaimable` and changes nothing; :class:`Waits`
    where somebody else has held the link."""
    try:
        person_hex, organisation_hex, handed_hex = signing.loads(key, salt=SALT, max_age=CLAIM_WITHIN)
        person_id, handed_by = uuid.UUID(person_hex), uuid.UUID(handed_hex) if handed_hex else None
    except signing.SignatureExpired:
        raise NotClaimable("expired") from None
    except (signing.BadSignature, ValueError):
        raise NotClaimable("unknown") from None
    keepers = [uuid.UUID(organisation_hex)] if organisation_hex else []
    return take_over(person_id, user=user, keepers=keepers, handed_by=handed_by)


def take_over(
    person_id: uuid.UUID,
    *,
    user: User,
    keepers: list[uuid.UUID],
    handed_by: uuid.UUID | None = None,
    confirmed_by: uuid.UUID | None = None,
) -> Person:
    """The file becomes this user's own, as far as it may (:func:`claim`). ``keepers``: as whom the link was handed out."""
    # As whoever handed out the link: the user themselves sees nothing of the file yet.
    with acting_for(user_id=user.pk, organisation_ids=keepers), acting(actor=user.pk, reason="file claimed"):
        person = Person.objects.select_for_update(of=("self",)).active().filter(pk=person_id).first()
        if person is None:
            raise NotClaimable("gone")
        if person.user_id == user.pk:
            return person
        if person.user_id is not None:
            raise NotClaimable("used")
        if Person.objects.filter(user=user).exists():
            raise NotClaimable("other file")
        if _works_with(person, user, keepers):
            raise NotClaimable("works with it")
        if handed_by is not None and keepers:
            raise Waits(person, keepers[0], handed_by)
        Access.objects.create(person=person, kind=Access.Kind.PERSON, user=user)
        person.user = user
        person.save(update_fields=["user", "updated_at"])
        seen_by = {"confirmed_by": str(confirmed_by)} if confirmed_by else {}
        emit("file.claimed", person, by=Actor(user.pk, roles=frozenset({"person"})), data=seen_by)
    return person


def _works_with(person: Person, user: User, keepers: Iterable[uuid.UUID]) -> bool:
    """Whether this user works with the file in one of their organisations, that which handed out the link or another: on the
    person's page they would read what is told to the person alone."""
    theirs = {one.organisation_id for one in user.all_memberships if one.role in FILE_ROLES}
    if not theirs:
        return False
    with acting_for(organisation_ids=theirs):  # each sees its own accesses alone
        has_it = Access.objects.in_force().filter(person=person, organisation__in=theirs, whole=True).exists()
    return has_it or bool(theirs & set(keepers))
