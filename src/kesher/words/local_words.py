"""What this town calls an occupation or skill: one person proposes it, a second one agrees, and it is in the index.

word = suggest("קרא לי מנופאי נמל", uri=uri, kind="occupation", language="he", by=actor)
accept(word, by=somebody_else)
"""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kesher.base.events import emit
from kesher.base.history import acting
from kesher.base.tasks import enqueue
from kesher.base.transitions import Actor, Refused, Transition, TransitionTable
from kesher.engine.coding import normal
from kesher.words.coders import loaded, look_again
from kesher.words.models import CODERS, LONGEST_LOCAL_WORD, REVIEWERS, LocalWord, Proposal
from kesher.words.proposals import concept_of
from kesher.words.tasks import encode_labels_now

State = LocalWord.State
#: From so many equal decisions on words are offered for the list; so many decisions, the latest, are looked at.
OFTEN: Final = 2
DECISIONS: Final = 1_000
MOST_OFTEN: Final = 20


def is_theirs(word: LocalWord, by: Actor) -> str | Promise | None:
    """Words of another organisation are agreed by an officer, who works for the whole town."""
    theirs = by.organisation_id == word.organisation_id or "officer" in by.roles
    return None if theirs else _("Another organisation wrote this.")


def is_a_second_person(word: LocalWord, by: Actor) -> str | Promise | None:
    if by.user_id is None or by.user_id == word.proposed_by_id:
        return _("Another person than the one who wrote it must agree.")
    return is_theirs(word, by)


LOCAL_WORD_STATES = TransitionTable(
    name="local_word",
    field="state",
    stamps=True,
    transitions=(
        Transition("accept", sources={State.WAITING}, target=State.IN_USE, roles=REVIEWERS, guard=is_a_second_person),
        # Whoever wrote it may take it back; whoever else refuses says why.
        Transition(
            "refuse",
            sources={State.WAITING},
            target=State.REFUSED,
            roles=REVIEWERS,
            guard=is_theirs,
            reason_required=True,
        ),
        Transition(
            "withdraw",
            sources={State.IN_USE},
            target=State.WITHDRAWN,
            roles=REVIEWERS,
            guard=is_theirs,
            reason_required=True,
        ),
    ),
)


def why_not(text: str, *, kind: str, uri: str) -> str | Promise | None:
    """Why these words cannot stand on the list; None when they can."""
    words = normal(text)
    if not words:
        return _("Write the words people use, with letters.")
    if len(text) > LONGEST_LOCAL_WORD:
        return _("Shorter, please: the name of the work alone.")
    if any(sign.isdigit() for sign in text):
        return _("Without numbers, please: the list is read by everybody.")
    known = loaded(kind).coder.vocabulary
    if any(normal(one.title) == words for one in known.ambiguous):
        return _("These words mean several things; people are asked which. They cannot mean one only.")
    if any(normal(label.text) == words and known.concepts[label.concept].uri == uri for label in known.labels):
        return _("These words are on the list already.")
    return None


def suggest(text: str, *, uri: str, kind: str, language: str, by: Actor, proposal_id: UUID | None = None) -> LocalWord:
    """Propose words for the list of this town. Raises :class:`Refused` when they cannot stand there."""
    text = " ".join(text.split())
    concept = concept_of(kind, uri)
    if concept is None:
        raise Refused(_("Please choose one of the list."), "choice")
    if not by.roles & CODERS or by.user_id is None or by.organisation_id is None:
        raise Refused(_("Your role does not allow this."), "role")
    if refused := why_not(text, kind=kind, uri=uri):
        raise Refused(refused, "words")
    word = LocalWord(
        organisation_id=by.organisation_id,
        proposal_id=proposal_id,
        kind=kind,
        language=language,
        text=text,
        uri=uri,
        isco08=concept.isco08,
        proposed_by_id=by.user_id,
    )
    try:
        word.validate_constraints()
    except ValidationError as invalid:
        raise Refused(invalid.messages[0], "words") from None
    try:
        with transaction.atomic(), acting(actor=by, reason="local word proposed"):
            word.save(force_insert=True)
            emit("local_word.suggest", word, by=by, data={"kind": kind, "uri": uri})
    except IntegrityError:  # somebody else wrote the same between our look and our writing
        raise Refused(_("These words are on the list already."), "words") from None
    return word


@dataclass(frozen=True, slots=True)
class OftenDecided:
    """Words that people decided the same way several times and that no list has. `latest`: the last proposal of them."""

    text: str
    language: str
    uri: str
    kind: str
    times: int
    latest: UUID


def often_decided(user: Any) -> list[OftenDecided]:
    """What this visitor's organisations have decided often and no list has yet, the most often first: one asks whether it is to
    be a local word. Words that were decided in two ways are none, nor such as somebody has proposed or refused before."""
    decided = (
        Proposal.objects.visible_to(user)
        .decided()
        .filter(state=Proposal.State.CHOSEN)
        .exclude(answer=Proposal.Answer.CODE)
        .only("id", "kind", "language", "text", "start", "end", "chosen_uri")[:DECISIONS]
    )
    by_words: dict[tuple[str, str], list[Proposal]] = {}
    for one in decided:
        if words := normal(one.words):
            by_words.setdefault((one.kind, words), []).append(one)
    known = LocalWord.objects.visible_to(user).exclude(state=State.WITHDRAWN).values_list("kind", "text")
    taken = {(kind, normal(text)) for kind, text in known}
    found = []
    for (kind, words), same in by_words.items():
        latest = same[0]
        if len(same) < OFTEN or len({one.chosen_uri for one in same}) > 1 or (kind, words) in taken:
            continue
        if len(latest.words) > LONGEST_LOCAL_WORD or any(sign.isdigit() for sign in words):
            continue
        if concept_of(kind, latest.chosen_uri) is None or loaded(kind).coder.knows(latest.words):
            continue
        found.append(OftenDecided(latest.words, latest.language, latest.chosen_uri, kind, len(same), latest.pk))
    return sorted(found, key=lambda one: -one.times)[:MOST_OFTEN]


def accept(word: LocalWord, *, by: Actor) -> None:
    """A second person agrees: from now on, and within seconds everywhere, the index holds these words."""
    _review(word, "accept", by=by)


def refuse(word: LocalWord, *, by: Actor, reason: str) -> None:
    """Not on the list."""
    _review(word, "refuse", by=by, reason=reason)


def withdraw(word: LocalWord, *, by: Actor, reason: str) -> None:
    """No longer on the list."""
    _review(word, "withdraw", by=by, reason=reason)


def _review(word: LocalWord, event: str, *, by: Actor, reason: str = "") -> None:
    with transaction.atomic(), acting(actor=by, reason=reason or event):
        locked = LocalWord.objects.select_for_update(of=("self",)).get(pk=word.pk)
        if refusal := LOCAL_WORD_STATES.refusal(locked, event, by=by, reason=reason):
            raise refusal
        if event != "withdraw":  # who agreed stays named beside what they agreed to
            locked.reviewed_by_id, locked.reviewed_at = by.user_id, timezone.now()
        transition = LOCAL_WORD_STATES.find(event, locked.state)
        assert transition is not None  # refusal() has said so
        locked.state = transition.target
        locked.save()
        emit(f"{LOCAL_WORD_STATES.name}.{event}", locked, by=by, reason=reason, data={"uri": locked.uri})
        transaction.on_commit(look_again)
        enqueue(encode_labels_now)
    for field in ("state", "reviewed_by_id", "reviewed_at", "updated_at"):
        setattr(word, field, getattr(locked, field))
