"""What no rule says is no yes: only whoever gives the service knows, and no question to the visitor settles it."""

from datetime import date
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kesher.engine.eligibility import Fact, Kind, Vocabulary
from kesher.engine.orientation import Catalogue, Colour, Service, Situation, answers_to_try, next_question, orient

TODAY = date(2026, 11, 29)
ADULT: Any = {">=": [{"var": "age"}, 18]}
VOCABULARY = Vocabulary([Fact("age", Kind.NUMBER, whole=True), Fact("rents", Kind.BOOLEAN)])


def colours(services: list[Service], **facts: Any) -> dict[str, Colour]:
    result = orient(Catalogue(services), Situation(TODAY, facts))
    return {one.service.key: one.colour for one in result.results(100)}


def test_what_is_unsaid_may_fit_at_best_and_a_no_stays_a_no() -> None:
    services = [
        Service("open"),
        Service("words", unsaid=True),
        Service("words and ages", ADULT, unsaid=True),
        Service("ages", ADULT),
    ]
    assert colours(services, age=20) == {
        "open": Colour.FITS, "words": Colour.MAY_FIT, "words and ages": Colour.MAY_FIT, "ages": Colour.FITS,
    }  # fmt: skip
    assert colours(services, age=10) == {
        "open": Colour.FITS, "words": Colour.MAY_FIT, "words and ages": Colour.DOES_NOT_FIT, "ages": Colour.DOES_NOT_FIT,
    }  # fmt: skip


def test_nothing_is_asked_for_what_only_an_office_can_say() -> None:
    result = orient(Catalogue([Service(str(number), unsaid=True) for number in range(12)]), Situation(TODAY))
    shares = answers_to_try(result.catalogue.rules, VOCABULARY)
    assert result.settled()
    assert next_question(result, shares) is None
    ruled = orient(Catalogue([Service("0", unsaid=True), Service("1", ADULT, unsaid=True)]), Situation(TODAY))
    asked = next_question(ruled, answers_to_try(ruled.catalogue.rules, VOCABULARY))
    assert asked is not None
    assert asked.fact == "age", "whoever is too young need not ring up"


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=8), st.integers(0, 40))
def test_a_tick_more_never_makes_a_yes_of_a_no(kinds: list[tuple[bool, bool]], age: int) -> None:
    """Whoever leaves the tick away takes away a yes and nothing else; what has changed is held as if made anew."""
    services = [Service(str(n), ADULT if ruled else None, unsaid=unsaid) for n, (ruled, unsaid) in enumerate(kinds)]
    ticked = [Service(one.key, one.rule) for one in services]
    with_words, without = colours(services, age=age), colours(ticked, age=age)
    for one in services:
        if one.unsaid and without[one.key] is Colour.FITS:
            assert with_words[one.key] is Colour.MAY_FIT
        else:
            assert with_words[one.key] is without[one.key]
    changed = Catalogue(ticked).changed(services)
    assert changed.unsaid.tolist() == Catalogue(services).unsaid.tolist()
