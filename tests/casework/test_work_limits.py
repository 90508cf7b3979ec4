"""What the law allows by age: the figures as published, nothing guessed, and no table without its source."""

from datetime import date, time, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kesher.casework.hosting import limits
from kesher.casework.hosting.limits import Ask, NoLaw, limits_of, load


def test_the_israeli_table_says_what_the_law_and_its_rates_say() -> None:
    law = limits_of("IL")
    # Youth Labour Law, 5713-1953, sections 2, 20 and 24; shares of the minimum wage: 70, 75 and 83 of a hundred, over 173 hours
    # (https://www.kolzchut.org.il/he/שכר_מינימום_לנוער); grown-ups since April 2025: 34.32
    assert not law.band(age=14).may_work
    assert [law.band(age=age).night for age in (15, 16, 17, 18)] == [
        (time(20), time(8)),
        (time(22), time(6)),
        (time(22), time(6)),
        None,
    ]
    assert {(law.band(age=age).day, law.band(age=age).week) for age in (15, 16, 17)} == {(Decimal(8), Decimal(40))}
    assert law.band(age=40).week == Decimal(42)
    assert [law.minimum(law.band(age=age), date(2025, 4, 1)) for age in (15, 16, 17, 18)] == [
        Decimal("25.27"),
        Decimal("27.08"),
        Decimal("29.97"),
        Decimal("34.32"),
    ]


def test_the_directive_tells_those_who_must_go_to_school_apart_and_asks() -> None:
    law = limits_of("FR")
    assert law.country == "EU"
    with pytest.raises(Ask, match="in_school"):
        law.band(age=16)
    # 94/33/EC, article 9(1): children 20 to 6, adolescents 22 to 6
    assert law.band(age=16, in_school=True).night == (time(20), time(6))
    assert law.band(age=16, in_school=False).night == (time(22), time(6))
    assert law.band(age=30).code == "adult", "nobody of age is asked about school"
    assert law.minimum(law.band(age=30), date(2025, 4, 1)) is None, "a minimum wage is each member's own"


def test_an_unknown_age_and_an_unknown_country_are_said() -> None:
    with pytest.raises(Ask, match="age"):
        limits_of("IL").band(age=None)
    with pytest.raises(NoLaw, match="ZZ"):
        limits_of("ZZ")


@given(age=st.integers(0, 130), in_school=st.booleans(), country=st.sampled_from([law.country for law, _m in load()]))
def test_every_age_has_one_band_and_no_minor_is_without_limits(age: int, in_school: bool, country: str) -> None:
    band = limits_of(country).band(age=age, in_school=in_school)
    assert band.source
    assert band.minor == (age < 18)
    if band.minor and band.may_work:
        assert band.day is not None
        assert band.week is not None
        assert band.night is not None


def test_a_day_of_which_no_wage_is_known_has_none_and_no_older_one_stands_in() -> None:
    law = limits_of("IL")
    band = law.band(age=30)
    for wage in law.wages:
        assert law.minimum(band, wage.begins) == law.minimum(band, wage.until) is not None
    assert law.minimum(band, law.wages[0].begins - timedelta(days=1)) is None
    assert law.known_until is not None
    after = law.known_until + timedelta(days=1)
    assert (law.wage_on(after), law.minimum(band, after)) == (None, None)
    assert law.last_minimum(band, after) == law.minimum(band, law.known_until)
    assert limits_of("FR").last_minimum(limits_of("FR").band(age=30), after) is None


@pytest.mark.parametrize(
    ("wages", "wrong"),
    [
        ('[[XX.wages]]\nfrom = 2025-01-01\nuntil = 2025-12-31\nmonthly = "1"', "source is missing"),
        ('[[XX.wages]]\nfrom = 2025-01-01\nuntil = 2024-12-31\nmonthly = "1"\nsource = "x"', "ends before"),
        (
            '[[XX.wages]]\nfrom = 2025-01-01\nuntil = 2025-12-31\nmonthly = "1"\nsource = "x"\n'
            '[[XX.wages]]\nfrom = 2025-12-31\nuntil = 2026-12-31\nmonthly = "2"\nsource = "x"',
            "two wages on 2025-12-31",
        ),
    ],
)
def test_a_table_whose_wages_are_not_right_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, wages: str, wrong: str
) -> None:
    bands = '[[XX.bands]]\ncode = "adult"\nfrom = 0\nsource = "x"'
    (tmp_path / "laws.toml").write_text(f'[XX]\nname = "X"\nas_of = 2025-01-01\ncurrency = "X"\n{wages}\n{bands}\n')
    monkeypatch.setattr(limits, "FILE", tmp_path / "laws.toml")
    with pytest.raises(ValueError, match=wrong):
        load.__wrapped__()
