"""When a card does not answer, and why: twelve kinds. A refusal is an answer: the needs rules decide alone."""

from enum import StrEnum


class Refusal(StrEnum):
    """Why a person gets no score. The first that holds, in this order, is the one told."""

    SWITCHED_OFF = "scoring is switched off"
    USE_NOT_ALLOWED = "this use is not allowed"
    DAMAGED = "the card is not as it was published"
    DEMO_WEIGHTS = "demonstration weights"
    EXPIRED = "the card has expired"
    DRIFTED = "people have changed since the card was learnt"
    OBJECTED = "the person objected"
    NO_LOCAL_HISTORY = "no local history"
    MISSING_ANSWER = "an answer is missing"
    UNKNOWN_ANSWER = "an answer is not among those known"
    OUT_OF_RANGE = "a figure is out of range"
    GROUP_NOT_REPRESENTED = "people like this are not represented"


class Use(StrEnum):
    """What a score may be used for. There is no other: whatever takes support away is refused."""

    MORE_SUPPORT = "more support"
    EARLIER_SUPPORT = "earlier support"


#: What each refusal means for the caseworker, in one sentence.
MEANING: dict[Refusal, str] = {
    Refusal.SWITCHED_OFF: "Somebody with the right to has switched all scoring off here.",
    Refusal.USE_NOT_ALLOWED: "A score may only be used to give more support, or earlier.",
    Refusal.DAMAGED: "The points no longer match the fingerprint of the published card; publish it again.",
    Refusal.DEMO_WEIGHTS: "The points were made up for a demonstration and must not meet real people.",
    Refusal.EXPIRED: "The card is older than it may be; learn it anew from recent history.",
    Refusal.DRIFTED: "The monitor found that chances have changed; learn the card anew first.",
    Refusal.OBJECTED: "The person does not want to be scored, and gets the same service.",
    Refusal.NO_LOCAL_HISTORY: "The card has learnt too little, or nothing, from this area.",
    Refusal.MISSING_ANSWER: "A question of the card was not answered; nothing is filled in for it.",
    Refusal.UNKNOWN_ANSWER: "An answer is none of those the card has learnt from.",
    Refusal.OUT_OF_RANGE: "A figure lies outside all that the card has learnt from.",
    Refusal.GROUP_NOT_REPRESENTED: "Too few people gave this answer for the card to have learnt from them.",
}
