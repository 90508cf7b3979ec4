"""Two files of one person made one, and two again.

    done = merge(kept, other, by=caseworker)
    undo(done, by=caseworker)

What belongs to a file moves (each room above says which of its tables do: :func:`moves`); what was agreed stays with the
file it was agreed about, as its proof. The other file is not erased: it is left out of all lists until it is undone.
"""

from collections.abc import Callable, Collection
from typing import Any, Final

from django.db import models, transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kesher.base.events import emit
from kesher.base.history import acting
from kesher.base.transitions import Actor, Refused
from kesher.people import erasing, files
from kesher.people.consents import acts_for_file
from kesher.people.models import (
    Aspiration,
    Attachment,
    Consent,
    DigitalSkill,
    Experience,
    FileMerge,
    InterviewSection,
    LanguageSkill,
    Person,
    PersonSkill,
    Qualification,
    Recognition,
    RecognitionStep,
    RightToWork,
    Told,
    Wish,
    Worry,
    Youth,
)

#: What the kept file takes over where it says nothing itself.
FILLED: Final = ("born", "phone", "email", "identity_number", "reach_when", "area_id")
#: The parts of a file that this room keeps.
OWN: Final[tuple[type[models.Model], ...]] = (
    Worry,
    LanguageSkill,
    Qualification,
    Experience,
    PersonSkill,
    DigitalSkill,
    Recognition,
    RecognitionStep,
    Aspiration,
    Wish,
    RightToWork,
    Youth,
    InterviewSection,
    Told,
    Attachment,
)
#: Of which a person has one for each value of these.
ONCE: Final[dict[type[models.Model], tuple[str, ...]]] = {
    Worry: ("kind",),
    LanguageSkill: ("language", "judge"),
    PersonSkill: ("uri",),
    DigitalSkill: ("judge",),
    InterviewSection: ("section",),
    Told: ("fact",),
    Attachment: ("digest",),
}
_moving: list[type[models.Model]] = []
_settling: list[Callable[[Person, Person], None]] = []
_parting: list[Callable[[FileMerge], str | Promise | None]] = []


def moves(model: type[models.Model]) -> None:
    """Rows of this model, which name a ``person``, go along when their file is merged."""
    if model not in _moving:
        _moving.append(model)


def before_they_are_one(settle: Callable[[Person, Person], None]) -> Callable[[Person, Person], None]:
    """Decorator: of what there is once under a condition, a room above says what becomes of the second: ``settle(into, out)``,
    in the transaction of the merge, before anything moves.
    """
    _settling.append(settle)
    return settle


def before_they_are_two(
    why_not: Callable[[FileMerge], str | Promise | None],
) -> Callable[[FileMerge], str | Promise | None]:
    """Decorator: a room above says why these cannot be two files again now, or None; in the transaction of the undoing."""
    if why_not not in _parting:
        _parting.append(why_not)
    return why_not


def why_not(kept: Person, other: Person, *, by: Actor) -> str | Promise | None:
    """Why these two may not be merged by this actor, or None when they may."""
    if not (acts_for_file(kept, by) and acts_for_file(other, by)) or by.organisation_id is None:
        return _("This file is not open to you.")
    if kept.pk == other.pk:
        return _("A file cannot be merged into itself.")
    if kept.state != Person.State.ACTIVE or other.state != Person.State.ACTIVE:
        return _("One of the two files is not in use any more.")
    if other.user_id is not None:
        return _("The person has taken the second file over as their own; keep that one instead.")
    if _others_see(other, by):
        return _("Another organisation sees the second file too. Keep that one instead, or end the sharing first.")
    if erasing.waiting(kept) is not None or erasing.waiting(other) is not None:
        return _("One of the two files is to be erased, as they asked. That is answered first.")
    if other.mandates.standing().exists():
        return _(
            "Somebody helps them with the second file, or is asked to. That is ended first; then they can help anew."
        )
    theirs = kept.user_id is None and erasing.not_by(kept, by.organisation_id) is not None
    if theirs and erasing.not_by(other, by.organisation_id) is None:
        return _(
            "Another organisation keeps the first file, and only there could they have it erased afterwards. Ask them which"
            " of you is to keep it, and end the other agreement first."
        )
    return None


def _others_see(person: Person, by: Actor) -> bool:
    """Whether the person agreed that somebody else sees this file: what is agreed is visible to all who keep it. One that is
    suspended, too: let back in it would find nothing, and be asked to erase nothing once the file is erased."""
    agreed = Consent.objects.in_force().filter(person=person, organisation__isnull=False)
    return agreed.exclude(organisation=by.organisation_id).exists()


def merge(kept: Person, other: Person, *, by: Actor) -> FileMerge:
    """Move what belongs to ``other`` into ``kept``. Raises :class:`Refused` and changes nothing where it may not be."""
    with transaction.atomic(), acting(actor=by, reason="one person, two files"):
        pair = {one.pk: one for one in _locked(kept, other)}
        into, out = pair.get(kept.pk, kept), pair.get(other.pk, other)
        if refusal := why_not(into, out, by=by):
            raise Refused(refusal, "merge")
        for settle in _settling:
            settle(into, out)
        done = FileMerge(person=into, other=out, merged_by_id=by.user_id, other_names_before=into.other_names)
        done.moved = {model._meta.label: [str(pk) for pk in _move(model, out, into)] for model in _all_moving()}
        done.filled = [name for name in FILLED if not getattr(into, name) and getattr(out, name)]
        for name in done.filled:
            setattr(into, name, getattr(out, name))
        into.other_names = _both_names(into.other_names, out)
        into.from_eea = into.from_eea or out.from_eea
        into.save()
        out.state, out.merged_into = Person.State.MERGED, into
        out.save(update_fields=["state", "merged_into", "updated_at"])
        done.save(force_insert=True)
        files.something_happened(into)
        emit("file.merged", into, by=by, data={"other": str(out.pk), "merge": str(done.pk)})
    kept.refresh_from_db()
    other.refresh_from_db()
    return done


def undo(done: FileMerge, *, by: Actor) -> None:
    """Two files again: what moved and was not moved on goes back, but for what the other file has of its own by now.

    Raises :class:`Refused` for whoever may not, and where it cannot be now: the later of two merges is undone first.
    """
    with transaction.atomic(), acting(actor=by, reason="not one person"):
        locked = FileMerge.objects.select_for_update(of=("self",)).get(pk=done.pk)
        pair = {one.pk: one for one in _locked(locked.person, locked.other)}
        into, out = pair[locked.person_id], pair[locked.other_id]
        if not (acts_for_file(into, by) and acts_for_file(out, by)):
            raise Refused(_("This file is not open to you."), "role")
        if locked.undone_at is None:
            if refusal := _why_not_two(locked, into):
                raise Refused(refusal, "merge")
            out.state, out.merged_into = Person.State.ACTIVE, None
            out.last_step_at = timezone.now()
            out.save(update_fields=["state", "merged_into", "last_step_at", "updated_at"])
            for model in _all_moving():
                keys = locked.moved.get(model._meta.label, [])
                _move(model, into, out, only=keys)
            for name in locked.filled:
                if getattr(into, name) == getattr(out, name):
                    field: Any = Person._meta.get_field(name.removesuffix("_id"))
                    setattr(into, name, None if field.null else "")
            into.other_names = _without_names(into, locked, out)
            into.save()
            locked.undone_at, locked.undone_by_id = timezone.now(), by.user_id
            locked.save(update_fields=["undone_at", "undone_by_id", "updated_at"])
            emit("file.merge_undone", into, by=by, data={"other": str(out.pk), "merge": str(locked.pk)})
    done.undone_at, done.undone_by_id = locked.undone_at, locked.undone_by_id


def _why_not_two(done: FileMerge, into: Person) -> str | Promise | None:
    if into.state != Person.State.ACTIVE:
        # what came from the other is in a third file by now: it could not go back, and would be lost between the three
        return _("This file was merged into another one since. That is undone first.")
    return next((refusal for why in _parting if (refusal := why(done))), None)


def _without_names(into: Person, done: FileMerge, out: Person) -> str:
    """The further names of the kept file without those that came with the other. What somebody wrote there since stays, and
    what other files brought that are part of it."""
    if into.other_names == _both_names(done.other_names_before, out):
        return done.other_names_before
    others = FileMerge.objects.standing().filter(person=into).exclude(pk=done.pk).select_related("other")
    stay = set(done.other_names_before.split(", ")).union(*(_names(one.other) for one in others))
    return ", ".join(name for name in into.other_names.split(", ") if name in stay or name not in _names(out))


def _names(person: Person) -> set[str]:
    return {name for name in f"{person.called}, {person.other_names}".split(", ") if name}


def _both_names(other_names: str, out: Person) -> str:
    """The further names of the kept file together with all names of the other."""
    return ", ".join(dict.fromkeys(name for name in (other_names, out.called, out.other_names) if name))[:300]


def _locked(first: Person, second: Person) -> "list[Person]":
    """Both rows, locked in the order of their keys, so that two who merge at once do not wait for one another."""
    return list(Person.objects.select_for_update(of=("self",)).filter(pk__in=[first.pk, second.pk]).order_by("pk"))


def _all_moving() -> list[type[models.Model]]:
    return [*OWN, *(model for model in _moving if model not in OWN)]


def _rows(model: type[models.Model]) -> models.QuerySet[Any]:
    return model._base_manager.all()


def _move(model: type[models.Model], out: Person, into: Person, *, only: Collection[str] | None = None) -> list[Any]:
    """Rows of ``out`` (of these keys ``only``) go into ``into``; what there is once, and both have, stays where it is."""
    fields = ONCE.get(model, () if isinstance(model._meta.get_field("person"), models.OneToOneField) else ("pk",))
    there, rows = _rows(model).filter(person=into), _rows(model).filter(person=out)
    if model is Worry:
        there = there.filter(over_at=None)
        rows = rows.filter(over_at=None) if only is None else rows
    if only is not None:
        rows = rows.filter(pk__in=only)
    taken = set(there.values_list(*fields)) if fields else ({()} if there.exists() else set())
    keys = [
        row.pk
        for row in rows.order_by("pk")
        if tuple(getattr(row, name) for name in fields) not in taken or getattr(row, "over_at", None) is not None
    ]
    _rows(model).filter(pk__in=keys).update(person=into)
    return keys
