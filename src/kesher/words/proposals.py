"""Writing down what was proposed for somebody's words, and deciding.

    proposal = record(coding, kind="occupation", purpose="interview", by=actor)
    choose(proposal, uri, by=actor)             # or none_fits, or reconsider

A proposal keeps what was shown: the words, where in the text they stand, the candidates with what matched, and which
encoder and lists proposed them. What is chosen may be something else than any candidate. History (by trigger) and events
say who decided what, when and why; the words themselves are in neither.
"""

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kesher.base.events import emit
from kesher.base.history import acting
from kesher.base.transitions import Actor, Refused, Transition, TransitionTable
from kesher.engine.coding import Coding, Concept
from kesher.words.coders import loaded
from kesher.words.models import CODERS, LONGEST_WORDS, Proposal

State = Proposal.State
#: The role of the one whose words they are, choosing for themselves; there is no membership for it.
PERSON = "person"


def said_to_them(proposal: Proposal, by: Actor) -> str | Promise | None:
    """A role in one organisation says nothing about words that were said to another."""
    return None if by.organisation_id == proposal.organisation_id else _("Another organisation keeps these words.")


PROPOSAL_STATES = TransitionTable(
    name="proposal",
    field="state",
    stamps=True,
    transitions=(
        Transition("choose", sources={State.OPEN}, target=State.CHOSEN, roles={*CODERS, PERSON}, guard=said_to_them),
        Transition("none", sources={State.OPEN}, target=State.NONE, roles={*CODERS, PERSON}, guard=said_to_them),
        Transition(
            "reconsider",
            sources={State.CHOSEN, State.NONE},
            target=State.OPEN,
            roles=CODERS,
            guard=said_to_them,
            reason_required=True,
        ),
    ),
)


def record(
    coding: Coding,
    *,
    kind: str,
    by: Actor,
    purpose: str = Proposal.Purpose.INTERVIEW,
    language: str = "",
    text: str = "",
    start: int = 0,
) -> Proposal:
    """Keep a proposal, for the organisation `by` acts for. `text`: all that was said, when `coding` is of a part from `start`.

    Raises ValueError when the part is not in the text, there are no words, or nobody keeps them.
    """
    whole = text or coding.text
    end = start + len(coding.text)
    if by.organisation_id is None:
        raise ValueError("an organisation keeps the words that are coded for it")
    if whole[start:end] != coding.text or not coding.text.strip():
        raise ValueError("the words that were coded do not stand there in the text")
    if len(whole) > LONGEST_WORDS:
        raise ValueError(f"at most {LONGEST_WORDS} characters are kept")
    with transaction.atomic(), acting(actor=by, reason="words coded"):
        proposal = Proposal.objects.create(
            organisation_id=by.organisation_id,
            made_by_id=by.user_id,
            kind=kind,
            purpose=purpose,
            language=language,
            text=whole,
            start=start,
            end=end,
            embedder=coding.embedder,
            vocabulary=coding.vocabulary,
            answer=coding.answer.value,
            question=coding.question,
            candidates=[
                {
                    "uri": one.uri,
                    "isco08": one.isco08,
                    "label": one.label,
                    "matched": one.matched,
                    "language": one.matched_language,
                    "confidence": one.confidence,
                    "narrower": one.narrower,
                    "narrower_label": one.narrower_label,
                }
                for one in coding.candidates
            ],
        )
        emit("proposal.made", proposal, by=by, data={"kind": kind, "answer": coding.answer.value})
        return proposal


def concept_of(kind: str, uri: str) -> Concept | None:
    """The occupation or skill at an address, in the lists now in use."""
    return loaded(kind).concept(uri)


def choose(proposal: Proposal, uri: str, *, by: Actor, reason: str = "") -> None:
    """A person says what is meant. Raises :class:`Refused` and changes nothing for what no list has, and for who may not."""
    known = {one["uri"]: one["isco08"] for one in proposal.candidates}
    if uri not in known:
        concept = concept_of(proposal.kind, uri)
        if concept is None:
            raise Refused(_("Please choose one of the list."), "choice")
        known[uri] = concept.isco08
    _decide(proposal, "choose", uri=uri, isco08=known[uri], by=by, reason=reason)


def none_fits(proposal: Proposal, *, by: Actor, reason: str = "") -> None:
    """A person says that nothing on the list is meant."""
    _decide(proposal, "none", uri="", isco08="", by=by, reason=reason)


def reconsider(proposal: Proposal, *, by: Actor, reason: str) -> None:
    """It waits for a decision again. What was decided before stays in history."""
    _decide(proposal, "reconsider", uri="", isco08="", by=by, reason=reason)


def _decide(proposal: Proposal, event: str, *, uri: str, isco08: str, by: Actor, reason: str) -> None:
    with transaction.atomic(), acting(actor=by, reason=reason or event):
        locked = Proposal.objects.select_for_update(of=("self",)).get(pk=proposal.pk)
        if refusal := PROPOSAL_STATES.refusal(locked, event, by=by, reason=reason):
            raise refusal
        transition = PROPOSAL_STATES.find(event, locked.state)
        assert transition is not None  # refusal() has said so
        before, opens = locked.chosen_uri, transition.target == State.OPEN
        locked.decided_by_id = None if opens else by.user_id
        locked.decided_at = None if opens else timezone.now()
        locked.by_person = not opens and PERSON in by.roles
        locked.chosen_uri, locked.chosen_isco08 = uri, isco08
        # Not ``apply``, which writes the state alone: the constraints see state, choice and who chose in one statement.
        locked.state = transition.target
        locked.save()
        emit(
            f"{PROPOSAL_STATES.name}.{event}",
            locked,
            by=by,
            reason=reason,
            data={"before": before, "uri": uri, "purpose": locked.purpose},
        )
    for field in ("state", "chosen_uri", "chosen_isco08", "decided_by_id", "decided_at", "by_person", "updated_at"):
        setattr(proposal, field, getattr(locked, field))
