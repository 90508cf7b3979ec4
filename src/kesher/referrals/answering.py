"""What the receiver does: accept, refuse, first contact, pause and resume, finish or say why not.

    accept(referral, by=provider)                                      the one who presses takes care of it
    reject(referral, by=provider, reason=Reason.NO_CAPACITY)
    first_contact(referral, by=provider, on=date(2026, 5, 3))
    finish(referral, by=provider, outcome=Outcome.MET, attended=True, done="…")

A partner without an account does the same by link, as an actor whose one role is :data:`~kesher.referrals.vocabularies.LINK`.
Each raises :class:`~kesher.base.transitions.Refused` and changes nothing where it may not be.
"""

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kesher.base.events import emit
from kesher.base.history import acting
from kesher.base.transitions import Actor, Refused
from kesher.directory.call_backs import callers_of
from kesher.referrals.loops import write_closing
from kesher.referrals.models import Loop, Referral
from kesher.referrals.moving import both_sides, close_access, move
from kesher.referrals.states import is_sender
from kesher.referrals.vocabularies import HELPED, LINK, Closing, Outcome, ToldHow

WRITTEN_DOWN = "referral.answer_written_down"


def accept(referral: Referral, *, by: Actor, worker_name: str = "") -> None:
    """Somebody there takes care of it: whoever says so, or the one they name."""
    fields: dict[str, Any] = {"answered_at": timezone.now(), "worker_name": worker_name.strip()[:120]}
    if by.user_id is not None:
        fields["worker_id"] = by.user_id
    with both_sides(referral, by):
        move(referral, "accept", by=by, fields=fields)


def reject(referral: Referral, *, by: Actor, reason: str, words: str = "") -> None:
    """No, and why: the sender looks for the next service, the town learns what is missing."""
    now = timezone.now()
    fields = {"reason": reason, "reason_words": words.strip()[:1000], "answered_at": now, "closed_at": now}
    with both_sides(referral, by):
        move(referral, "reject", by=by, reason=reason, fields=fields)
        close_access(referral)


def write_down(
    referral: Referral,
    event: str,
    *,
    by: Actor,
    how: str,
    told_by: str,
    worker_name: str = "",
    reason: str = "",
    words: str = "",
) -> None:
    """Whoever sent it writes down what a partner without an account answered: "accept" or "reject", how, and who there said so.

    The move is the partner's own, as by a link: the trail says beside it who wrote it down. Raises :class:`Refused` where
    somebody there has an account, and answers themselves.
    """
    if why_not := is_sender(referral, by):
        raise Refused(why_not, "guard")
    if callers_of(referral.receiver_id).exists():
        raise Refused(_("Somebody there has an account: they answer themselves."), "guard")
    if how not in ToldHow.values or not told_by.strip():
        raise Refused(_("Say who there answered, and how."), "told")
    theirs = Actor(None, referral.receiver_id, frozenset({LINK}))
    with both_sides(referral, by):
        match event:
            case "accept":
                accept(referral, by=theirs, worker_name=worker_name or told_by)
            case "reject":
                reject(referral, by=theirs, reason=reason, words=words)
            case _:
                raise Refused(_("Say whether they take care of it."), "event")
        with both_sides(referral, by), acting(actor=by, reason="answer written down"):
            referral.told_how, referral.told_by = how, told_by.strip()[:120]
            referral.save(update_fields=["told_how", "told_by", "updated_at"])
            emit(WRITTEN_DOWN, referral, by=by, data={"how": how, "answer": event})


def first_contact(referral: Referral, *, by: Actor, on: date) -> None:
    """They have spoken, on that day."""
    with both_sides(referral, by):
        move(referral, "first contact", by=by, fields={"contacted_on": on})


def pause(referral: Referral, *, by: Actor, reason: str, review_on: date, words: str = "") -> None:
    """Nothing happens until that day, and why."""
    fields = {"reason": reason, "reason_words": words.strip()[:1000], "review_on": review_on}
    with both_sides(referral, by):
        move(referral, "pause", by=by, reason=reason, fields=fields)


def resume(referral: Referral, *, by: Actor) -> None:
    """It goes on."""
    with both_sides(referral, by):
        move(referral, "resume", by=by, fields={"review_on": None, "reason": "", "reason_words": ""})


def finish(referral: Referral, *, by: Actor, outcome: str, attended: bool | None, done: str) -> None:
    """It is done. Where it helped, what was wished for is closed; where not, the sender is left with an open loop."""
    fields: dict[str, Any] = {
        "outcome": outcome,
        "attended": attended,
        "done": done.strip()[:2000],
        "reason": "",
        "reason_words": "",
        "closed_at": timezone.now(),
    }
    with both_sides(referral, by):
        move(referral, "finish", by=by, fields=fields, outcome=outcome)
        if Outcome(outcome) in HELPED:
            write_closing(_loop(referral), Closing.MET, by=by)
        close_access(referral)


def cannot_finish(referral: Referral, *, by: Actor, reason: str, words: str = "") -> None:
    """It came to nothing, and why."""
    fields = {"reason": reason, "reason_words": words.strip()[:1000], "closed_at": timezone.now()}
    with both_sides(referral, by):
        move(referral, "cannot finish", by=by, reason=reason, fields=fields)
        close_access(referral)


def _loop(referral: Referral) -> Loop:
    return Loop.objects.select_for_update(of=("self",)).get(pk=referral.loop_id)
