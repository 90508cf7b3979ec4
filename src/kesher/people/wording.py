"""The words people agree to change: one officer proposes, another puts them into use, and people are asked again where that
for which they agreed has changed.

text = propose(Purpose.STATISTICS, {"en": …, "he": …, …}, asks_again=True, by=officer)
publish(text, by=another)
renew(consent, how="self", language="am", by=them)          they read the new words, and agree

An agreement keeps the version that was read, for ever. One that is to be asked again holds until the person has answered:
what they agreed to then still stands, word for word; only what is new in the words does not hold for them.
"""

from collections.abc import Iterable, Mapping
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kesher.accounts.roles import Role
from kesher.base.events import emit
from kesher.base.history import acting
from kesher.base.models import Event
from kesher.base.rows import acting_for
from kesher.base.transitions import Actor, Refused
from kesher.people.consents import give
from kesher.people.models import Access, Consent, ConsentText
from kesher.people.models.consents import Purpose

PROPOSED, PUBLISHED, DISCARDED = "consent_text.proposed", "consent_text.published", "consent_text.discarded"
KEEPERS: Final = frozenset({Role.OFFICER, Role.PLATFORM_ADMIN})
#: What a referral rests on is what was read as it was sent; the new words are read with the next one.
ASKED_AGAIN: Final = frozenset(Purpose) - {Purpose.REFERRAL}
LONGEST: Final = 2000  # signs: it is read aloud


def propose(purpose: str, words: Mapping[str, str], *, asks_again: bool, by: Actor) -> ConsentText:
    """Write a next version down, in every language of the portal. Nobody is shown it yet. Raises :class:`Refused`."""
    _must_keep(by)
    if purpose not in Purpose.values:
        raise Refused(_("Choose what it is for."), "purpose")
    said = {code: words.get(code, "").strip() for code, _name in settings.LANGUAGES}
    if not all(said.values()) or any(len(one) > LONGEST for one in said.values()):
        raise Refused(_("The words are needed in every language, up to 2,000 letters in each."), "words")
    with transaction.atomic(), acting(actor=by, reason="words proposed"):
        there = list(ConsentText.objects.select_for_update().filter(purpose=purpose).order_by("-version"))
        if there and there[0].published_at is None:
            raise Refused(_("A version is proposed already: put it into use, or throw it away."), "state")
        version = there[0].version + 1 if there else 1
        text = ConsentText.objects.create(purpose=purpose, version=version, text=said)
        emit(PROPOSED, text, by=by, data={"asks_again": asks_again})
    return text


def _must_keep(by: Actor) -> None:
    if not by.roles & KEEPERS or by.user_id is None:
        raise Refused(_("Your role does not allow this."), "role")


def proposal_of(text: ConsentText) -> Event:
    return Event.objects.filter(name=PROPOSED, about_id=text.pk).order_by("-id")[:1].get()


def publish(text: ConsentText, *, by: Actor) -> None:
    """A second person puts it into use: from now on it is what people read. Raises :class:`Refused` and changes nothing."""
    _must_keep(by)
    with transaction.atomic(), acting(actor=by, reason="words put into use"):
        locked = ConsentText.objects.select_for_update().filter(pk=text.pk, published_at=None).first()
        if locked is None:
            raise Refused(_("This is not possible in the present state."), "state")
        proposal = proposal_of(locked)
        if proposal.actor_id == by.user_id:
            raise Refused(_("Somebody else puts it into use than who proposed it."), "second")
        locked.published_at = timezone.now()
        locked.save(update_fields=["published_at", "updated_at"])
        emit(PUBLISHED, locked, by=by, data={"asks_again": proposal.data["asks_again"], "purpose": locked.purpose})
    text.published_at = locked.published_at


def discard(text: ConsentText, *, by: Actor) -> None:
    """Throw a proposed version away. One that was ever in use stays. Raises :class:`Refused`."""
    _must_keep(by)
    with transaction.atomic(), acting(actor=by, reason="words thrown away"):
        locked = ConsentText.objects.select_for_update().filter(pk=text.pk, published_at=None).first()
        if locked is None:
            raise Refused(_("This is not possible in the present state."), "state")
        emit(DISCARDED, locked, by=by)
        locked.delete()


class Superseded(Refused):
    """Other words are in use by now than those that were read: nothing is agreed."""


def must_be_read(purpose: str, seen: str) -> None:
    """``seen``: the key of the text that stood on the page. Raises :class:`Superseded` where it is not the one in use."""
    if seen != str(ConsentText.current(purpose).pk):
        raise Superseded(
            _("The words have changed since this page was opened. Nothing is agreed yet: here are the new ones."),
            "words",
        )


def to_ask_again(consents: Iterable[Consent]) -> set[UUID]:
    """The keys of those agreements after which the words have changed in what they are for. One query; ``text`` is read."""
    published = Event.objects.filter(name=PUBLISHED, data__asks_again=True).values("about_id")
    newest: dict[str, int] = {}
    for purpose, version in ConsentText.objects.filter(pk__in=published).order_by().values_list("purpose", "version"):
        newest[purpose] = max(version, newest.get(purpose, 0))
    return {one.pk for one in consents if one.purpose in ASKED_AGAIN and one.text.version < newest.get(one.purpose, 0)}


def renew(consent: Consent, *, how: str, language: str, by: Actor) -> Consent:
    """They have read the words now in use and agree: a new agreement, with its receipt, takes the place of the old one.

    Nothing is taken back, so nothing is recalled. Raises :class:`Refused` and changes nothing.
    """
    with transaction.atomic(), acting(actor=by, reason=f"agreed again: {consent.purpose}"):
        old = Consent.objects.in_force().select_for_update(of=("self",)).filter(pk=consent.pk).first()
        if old is None or old.purpose not in ASKED_AGAIN:
            raise Refused(_("This is not possible in the present state."), "state")
        new = give(old.person, old.purpose, how=how, language=language, by=by, with_=old.organisation)
        with acting_for(user_id=by.user_id, organisation_ids=[old.organisation_id] if old.organisation_id else []):
            now = timezone.now()
            Access.objects.in_force().filter(consent=old).update(consent=new, updated_at=now)
        old.until = now
        old.save(update_fields=["until", "updated_at"])
    return new
