"""What the demo's services say of whom they are for, in words, and what their rules and ages say, is the same."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from kesher.demo import phrases as p
from kesher.demo.offers import Offer
from kesher.demo.rules import RULES
from kesher.demo.services import OFFERS
from kesher.directory.catalogue import _ages
from kesher.directory.facts import CHILD_OF_THAT_AGE
from kesher.directory.models.rules import all_of
from kesher.engine.eligibility import Verdict, expression_of, verdict
from kesher.formats.records import Text

Facts = Mapping[str, Any]
NEWCOMER: Facts = {"age": 40, "status": "newcomer"}
FIRM: Facts = {"business_stage": "established", "employees": 20}
#: Of each text: who reads that they may come, and who that they may not.
MEANT: Sequence[tuple[Text, Sequence[Facts], Sequence[Facts]]] = (
    (p.NEW_10, [NEWCOMER], [{"age": 40, "status": "permanent"}, {"age": 17, "status": "newcomer"}]),
    (p.NEW_18_MONTHS, [NEWCOMER], [{"age": 40, "status": "permanent"}]),
    (
        p.SEEKING_WORK,
        [{"age": 18, "work": "unemployed"}, {"age": 40, "work": "employed"}],
        [{"age": 17, "work": "unemployed"}],
    ),
    (p.WITHOUT_WORK, [{"age": 18, "work": "unemployed"}], [{"age": 40, "work": "employed"}, {"age": 17}]),
    (p.LOW_INCOMES, [{"low_income": True}], [{"low_income": False}]),
    (
        p.RENTERS,
        [{"low_income": True, "rents": True}],
        [{"low_income": False, "rents": True}, {"low_income": True, "rents": False}],
    ),
    (
        p.PARENTS_YOUNG,
        [{"child_under_3": True}, {"child_3_to_6": True}],
        [{"child_under_3": False, "child_3_to_6": False, "child_7_to_17": True, "age": 40}],
    ),
    (p.PARENTS_UNDER_3, [{"child_under_3": True}], [{"child_under_3": False, "child_3_to_6": True, "age": 40}]),
    (
        p.SCHOOL_CHILDREN,
        [{"age": 6}, {"age": 11}, {"age": 40, "child_7_to_17": True, CHILD_OF_THAT_AGE: True}],
        [{"age": 40, "child_under_3": True, "child_3_to_6": False, "child_7_to_17": False}],
    ),
    (p.FROM_60, [{"age": 60}], [{"age": 59}]),
    (p.WOMEN_ONLY, [{"age": 18, "gender": "woman"}], [{"age": 18, "gender": "man"}, {"age": 17, "gender": "woman"}]),
    (p.WITH_DISABILITY, [{"age": 18, "disability": True}], [{"age": 18, "disability": False}, {"age": 17}]),
    (p.SMALL_EMPLOYERS, [FIRM | {"employees": 50}], [FIRM | {"employees": 51}]),
    (p.EMPLOYERS, [FIRM, FIRM | {"employees": 500}], [{"business_stage": "idea"}]),
    (p.OWNERS, [{"business_stage": "idea"}, FIRM | {"employees": 3}], [FIRM | {"employees": 500}]),
    (
        p.BEGINNING_OWNERS,
        [{"business_stage": "idea"}, {"business_stage": "new", "employees": 3}],
        [{"business_stage": "established"}],
    ),
    (p.YOUNG_ADULTS, [{"age": 18}, {"age": 26}], [{"age": 17}, {"age": 27}]),
    (p.YOUNG_TO_30, [{"age": 18}, {"age": 30}], [{"age": 17}, {"age": 31}]),
    (p.ADULTS_COURSE, [{"age": 18}, {"age": 66}], [{"age": 17}, {"age": 67}]),
    (
        p.LEARNED_ABROAD,
        [{"age": 18, "studied_abroad": True}],
        [{"age": 18, "studied_abroad": False}, {"age": 17, "studied_abroad": True}],
    ),
    *((words, [{}, {"age": 3}, {"age": 99}], []) for words in p.OPEN_TO_ALL),
)
#: Said in words alone: only the ages are asked for, and whoever is of that age is told to ask.
IN_WORDS_ALONE: Sequence[tuple[Text, Facts, Facts]] = ((p.LEARNERS_17, {"age": 17}, {"age": 16}),)


def condition(offer: Offer) -> Any:
    rules = [expression_of(rule.table()) for rule in RULES if offer.key in rule.offers]
    return all_of([*rules, *_ages(*offer.ages)])


@pytest.mark.parametrize("offer", OFFERS, ids=[offer.key for offer in OFFERS])
def test_for_whom_and_rule_do_not_contradict(offer: Offer) -> None:
    when = condition(offer)
    meant = [(fits, not_fitting) for words, fits, not_fitting in MEANT if words == offer.who]
    if not meant:
        ((may, no),) = [(may, no) for words, may, no in IN_WORDS_ALONE if words == offer.who]
        assert not any(offer.key in rule.offers for rule in RULES)
        assert verdict(when, may) is Verdict.YES, "the ages"
        assert verdict(when, no) is Verdict.NO
        return
    ((fits, not_fitting),) = meant
    assert (when is None) == (offer.who in p.OPEN_TO_ALL), (
        "open to everybody is what asks for nothing, and nothing else"
    )
    for facts in fits:
        assert when is None or verdict(when, facts) is Verdict.YES, facts
    for facts in not_fitting:
        assert verdict(when, facts) is Verdict.NO, facts
