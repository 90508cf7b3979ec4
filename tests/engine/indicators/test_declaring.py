"""The registry: whole, in whole sentences, and a wrong declaration stops the program."""

import dataclasses

import pytest

from kesher.engine.indicators import Check, Family, Indicator, Registry, Standing, Uncertainty, registry


def test_every_family_has_its_indicators() -> None:
    assert {one.family for one in registry().values()} == set(Family)
    for family in Family:
        assert registry().of(family)


def test_the_issues_families_are_there() -> None:
    codes = set(registry())
    assert {
        "activity-rate",
        "tightness",
        "beveridge-shift",
        "mismatch",
        "shortage-uwv",
        "shortage-dares",
        "shortage-ba",
        "shortage-oecd",
        "shortage-panel",
        "shortage-agreement",
        "location-quotient",
        "shift-share",
        "concentration",
        "specialisation",
        "exposure-automation",
        "exposure-generative-ai",
        "theil-between",
        "theil-oecd",
        "access-two-step",
        "self-containment",
        "migrants-share-of-workforce",
        "migrants-in-key-occupations",
        "migrants-new-firms",
        "migrants-employment-gap",
        "over-qualification",
        "language-offer",
        "shock-recovery",
        "skills-quadrant",
        "training-gap",
    } <= codes


def test_what_is_not_verified_says_why() -> None:
    for one in registry().standing(Standing.RECOMPUTED):
        assert one.check.note or one.check.golden
        assert one.check.against
    for one in registry().standing(Standing.LAWS):
        assert not one.check.against


def test_an_uncertain_figure_names_its_method() -> None:
    for one in registry().values():
        if one.unit == "percent" and one.family in (Family.ACTIVITY, Family.JOB_QUALITY):
            assert one.uncertainty in (Uncertainty.WILSON, Uncertainty.FAY_HERRIOT)
        assert len(set(one.texts)) == len(one.texts)


@pytest.mark.parametrize(
    "change",
    [
        {"code": "Not Small"},
        {"question": "It asks nothing."},
        {"caveat": "no full stop"},
        {"source": ""},
        {"unit": " "},
        {"minimum": 4},
        {"check": Check(Standing.LAWS, "somebody")},
        {"check": Check(Standing.VERIFIED)},
    ],
)
def test_a_wrong_declaration_is_refused(change: dict[str, object]) -> None:
    one = registry()["tightness"]
    with pytest.raises(ValueError):
        dataclasses.replace(one, **change)  # type: ignore[arg-type]


def test_a_code_is_declared_once() -> None:
    one: Indicator = registry()["tightness"]
    with pytest.raises(ValueError, match="twice"):
        Registry([one, one])
