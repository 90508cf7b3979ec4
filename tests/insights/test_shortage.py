"""The shortage board: what each method says of the figures that are there, what it leaves unsaid, and one voice each."""

from datetime import date, timedelta

import numpy as np
import pytest
from django.db import IntegrityError, transaction
from scipy import stats

from kesher.accounts.roles import Role
from kesher.areas.models import Area, choose_home
from kesher.base.history import System, acting
from kesher.base.transitions import Refused
from kesher.engine.indicators import registry
from kesher.engine.indicators.shortage import BA_SIGNS, DARES_WEIGHTS, OECD_SIGNS, Verdict
from kesher.insights import judging, notes
from kesher.insights.latest import latest
from kesher.insights.models import Annotation, Dataset, Judgement, Observation, Vintage
from kesher.insights.packs import load_pack, manifest
from kesher.insights.shortage import (
    BA_INPUTS,
    COUNTED,
    DARES_INPUTS,
    METHODS,
    OECD_INPUTS,
    VACANCIES,
    VOICES,
    board_of,
    occupation,
)
from tests.factories import MembershipFactory
from tests.shared import shared

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 29)
NURSE, COOK, CLERK, WELDER = "isco08-2221", "isco08-5120", "isco08-4110", "isco08-7212"


@pytest.fixture
def town(many_towns):
    """A town the portal is for, in a country."""
    with acting(actor=System("tests"), reason="home"):
        choose_home([many_towns[0]])
    return many_towns[0]


def counted(area: Area, figures: dict[str, dict[str, float | None]], *, code: str = "occupations") -> Vintage:
    """A vintage with indicator -> part -> value."""
    with acting(actor=System("tests"), reason="figures"):
        dataset, _ = Dataset.objects.get_or_create(code=code)
    vintage = Vintage.objects.create(dataset=dataset, mark=code + str(area.pk), released=TODAY, figures=1)
    Observation.objects.bulk_create(
        Observation(
            vintage=vintage,
            indicator=indicator,
            part=part,
            area=area,
            period="2025",
            start=date(2025, 1, 1),
            value=value,
            status=2 if value is None else 0,
        )
        for indicator, by_part in figures.items()
        for part, value in by_part.items()
    )
    return vintage


def cells(board, part):
    return dict(zip(METHODS, next(row for row in board.rows if row.part == part).cells, strict=True))


def a_judge(role=Role.EMPLOYER):
    user = MembershipFactory(role=role, organisation__state="approved").user
    return user, user.as_actor(user.organisations[0].pk)


def all_say(area, occupation, *scores, today=TODAY):
    for score in scores:
        judging.say(area, occupation, score=score, why="", by=a_judge()[1], today=today)


def test_the_inputs_of_every_method_are_declared():
    assert set(registry()) >= COUNTED
    assert DARES_INPUTS.keys() == DARES_WEIGHTS.keys()
    assert BA_INPUTS.keys() == BA_SIGNS.keys()
    assert OECD_INPUTS.keys() == OECD_SIGNS.keys()


def test_a_place_of_which_nobody_knows_anything_has_an_empty_board(town):
    board = board_of(latest(), town)
    assert (board.rows, board.place) == ((), None)
    assert np.isnan(board.agreement.mean)


def test_tension_is_vacancies_for_each_person_newly_without_work(town):
    counted(
        town,
        {
            "occupation-vacancies": {NURSE: 90, COOK: 50, CLERK: 10, WELDER: 12},
            "occupation-newly-unemployed": {NURSE: 20, COOK: 50, CLERK: 100, WELDER: 4},
        },
    )
    board = board_of(latest(), town)
    found = {row.part: row.cells[0] for row in board.rows}
    assert (found[NURSE].verdict, found[NURSE].score) == (Verdict.SHORTAGE, 4.5)
    assert (found[COOK].verdict, found[COOK].score) == (Verdict.WATCHED, 1)
    assert (found[CLERK].verdict, found[CLERK].score) == (Verdict.NONE, 0.1)
    assert WELDER not in found, "three or four people are not told through a quotient"


def test_what_is_hidden_or_missing_leaves_a_method_unsaid_and_names_what_it_lacks(town):
    counted(
        town,
        {
            "occupation-vacancies": {NURSE: 90, COOK: 50},
            "occupation-newly-unemployed": {NURSE: 20, COOK: None},
            "occupation-outflow": {NURSE: 3, COOK: 2},
        },
    )
    board = board_of(latest(), town)
    assert [row.part for row in board.rows] == [NURSE]
    assert [one.verdict for one in board.rows[0].cells[1:]] == [Verdict.UNKNOWN] * 4
    lacks = {one.name: one.lacks for one in board.methods}
    assert lacks["uwv"] == ()
    assert lacks["dares"] == ("occupation-hiring-difficulty", "occupation-offers-per-jobseeker")
    assert "occupation-change-in-hours" in lacks["oecd"]
    assert {one.name for one in board.methods if one.vintages} == {"uwv"}


def test_dares_weighs_half_three_tenths_two_tenths(town):
    parts = [NURSE, COOK, CLERK, WELDER]
    columns = {"hiring-difficulty": [70, 40, 10, 55], "offers-per-jobseeker": [3, 1, 0.2, 2], "outflow": [14, 9, 7, 12]}
    counted(town, {f"occupation-{name}": dict(zip(parts, column, strict=True)) for name, column in columns.items()})
    expected = sum(weight * stats.zscore(columns[name]) for name, weight in zip(columns, (0.5, 0.3, 0.2), strict=True))
    board = board_of(latest(), town)
    for part, score in zip(parts, expected, strict=True):
        assert cells(board, part)["dares"].score == pytest.approx(score)
    assert cells(board, NURSE)["dares"].verdict is Verdict.SHORTAGE
    assert cells(board, CLERK)["dares"].verdict is Verdict.NONE


def test_ba_forms_no_mean_of_fewer_than_four_signs(town):
    parts = [NURSE, COOK, CLERK, WELDER]
    signs = list(dict.fromkeys(BA_INPUTS.values()))
    best = {sign: dict(zip(parts, (40, 30, 20, 10), strict=True)) for sign in signs}
    for less in ("occupation-jobseekers-per-vacancy", "occupation-unemployment-rate"):
        best[less] = dict(zip(parts, (1, 2, 3, 4), strict=True))
    counted(town, dict(list(best.items())[:3]), code="three")
    assert board_of(latest(), town).rows == ()
    counted(town, dict(list(best.items())[3:4]), code="a fourth")
    board = board_of(latest(), town)
    assert cells(board, NURSE)["ba"].score == 3
    assert cells(board, NURSE)["ba"].verdict is Verdict.SHORTAGE
    assert cells(board, WELDER)["ba"].verdict is Verdict.NONE
    assert len(next(one for one in board.methods if one.name == "ba").lacks) == 2


def test_oecd_says_nothing_without_the_figures_of_the_whole_economy(town):
    parts = [NURSE, COOK, CLERK, WELDER]
    inputs = dict.fromkeys(OECD_INPUTS.values())
    by_part = {code: dict(zip(parts, (4.0, 3.0, 2.0, 1.0), strict=True)) for code in inputs}
    by_part["occupation-unemployment-rate"] = dict(zip(parts, (1.0, 2.0, 3.0, 4.0), strict=True))
    counted(town, by_part, code="occupations")
    assert all(row.cells[3].verdict is Verdict.UNKNOWN for row in board_of(latest(), town).rows)
    counted(town, {code: {"all": 2.5} for code in inputs}, code="all")
    board = board_of(latest(), town)
    assert cells(board, NURSE)["oecd"].verdict is Verdict.SHORTAGE
    assert cells(board, WELDER)["oecd"].score == pytest.approx(-cells(board, NURSE)["oecd"].score)
    assert "all" not in {row.part for row in board.rows}


def test_scores_that_a_source_printed_stand_for_what_would_be_reckoned(town):
    counted(town, {"shortage-dares": {f"fap-A0Z4{n}": n for n in range(5)}})
    board = board_of(latest(), town)
    method = next(one for one in board.methods if one.name == "dares")
    assert method.printed
    assert [row.cells[1].score for row in board.rows] == [0, 1, 2, 3, 4]
    assert [row.cells[1].verdict.value for row in board.rows] == ["none", "none", "watched", "shortage", "shortage"]
    assert {row.isco08 for row in board.rows} == {""}


def test_a_place_without_figures_shows_those_of_the_nearest_it_lies_in(town):
    counted(town.parent, {"occupation-vacancies": {NURSE: 90}, "occupation-newly-unemployed": {NURSE: 20}})
    board = board_of(latest(), town)
    assert board.place.key == town.parent.pk
    counted(town, {"occupation-vacancies": {NURSE: 10}, "occupation-newly-unemployed": {NURSE: 20}}, code="own")
    board = board_of(latest(), town)
    assert board.place.key == town.pk
    assert board.rows[0].cells[0].score == 0.5


def test_agreement_is_kendalls_tau_of_the_pairs(town):
    parts = [NURSE, COOK, CLERK, WELDER]
    vacancies, printed = (90, 50, 10, 30), (2.0, 3.0, 0.5, 1.0)
    counted(
        town,
        {
            "occupation-vacancies": dict(zip(parts, vacancies, strict=True)),
            "occupation-newly-unemployed": dict.fromkeys(parts, 10),
            "shortage-dares": dict(zip(parts, printed, strict=True)),
        },
    )
    board = board_of(latest(), town)
    expected = stats.kendalltau(vacancies, printed).statistic
    assert board.agreement.mean == pytest.approx(expected)
    assert board.agreement.tau[0, 1] == pytest.approx(expected)
    assert board.agreement.occupations[0, 1] == 4


# --- the table -------------------------------------------------------------------------------------------------------


def test_the_public_reads_nothing_of_fewer_than_three_people_and_then_their_median(town):
    all_say(town, "2221", 2, 2)
    assert board_of(latest(), town).rows == ()
    all_say(town, "2221", -1)
    board = board_of(latest(), town)
    assert cells(board, NURSE)["panel"].score == 2
    assert cells(board, NURSE)["panel"].verdict is Verdict.SHORTAGE
    assert board.last_said == TODAY
    assert VOICES == 3


def test_one_person_has_one_voice_and_the_latest_counts(town):
    _user, by = a_judge()
    for days, score in ((30, 2), (20, 2), (10, -2)):
        judging.say(town, "2221", score=score, why="", by=by, today=TODAY - timedelta(days=days))
    assert board_of(latest(), town).rows == ()
    all_say(town, "2221", 2, -2)
    assert cells(board_of(latest(), town), NURSE)["panel"].score == -2
    assert Judgement.objects.count() == 5, "what was said before stays"


def test_what_is_said_of_one_place_is_not_said_of_another(town, many_towns):
    with acting(actor=System("tests"), reason="home"):
        choose_home(many_towns[:2])
    all_say(town, "2221", 1, 1)
    all_say(many_towns[1], "2221", 1)
    assert board_of(latest(), town).rows == ()
    assert board_of(latest(), many_towns[1]).rows == ()


def test_todays_own_is_changed_but_not_unread(town):
    _user, by = a_judge()
    first = judging.say(town, "2221", score=1, why="One ward.", by=by, today=TODAY, seen="")
    read = judging.stamp(first)
    with pytest.raises(judging.SaidOtherwise) as otherwise:
        judging.say(town, "2221", score=2, why="", by=by, today=TODAY, seen="")
    assert otherwise.value.judgement.why == "One ward."
    judging.say(town, "2221", score=2, why="Two wards.", by=by, today=TODAY, seen=read)
    with pytest.raises(judging.SaidOtherwise):
        judging.say(town, "2221", score=0, why="", by=by, today=TODAY, seen=read)
    judging.say(town, "2221", score=2, why="Two wards.", by=by, today=TODAY, seen=read)  # pressed twice
    (one,) = Judgement.objects.all()
    assert (one.score, one.why) == (2, "Two wards.")


def test_taking_back_takes_all_of_ones_own_and_nothing_of_others(town):
    _user, by = a_judge()
    for days in (9, 0):
        judging.say(town, "2221", score=1, why="", by=by, today=TODAY - timedelta(days=days))
    all_say(town, "2221", 2)
    assert judging.take_back(town, "2221", by=by) == 2
    assert Judgement.objects.get().score == 2


@pytest.mark.parametrize("role", [Role.CASEWORKER, Role.OBSERVER, Role.AUDITOR])
def test_who_is_not_at_the_table_says_nothing(town, role):
    _user, by = a_judge(role)
    with pytest.raises(Refused):
        judging.say(town, "2221", score=1, why="", by=by, today=TODAY)


def test_nobody_judges_or_notes_a_place_the_portal_is_not_for(town, many_towns):
    with pytest.raises(Refused):
        judging.say(many_towns[3], "2221", score=1, why="", by=a_judge()[1], today=TODAY)
    with pytest.raises(Refused):
        notes.write(many_towns[3], "median-age", "A factory.", language="en", by=a_judge(Role.CONVENOR)[1])


@pytest.mark.parametrize("score", [-3, 3])
def test_the_database_takes_no_judgement_beyond_its_ends(town, score):
    user, by = a_judge()
    told = {"area": town, "occupation": "2221", "judge": user, "organisation_id": by.organisation_id, "given_on": TODAY}
    with pytest.raises(IntegrityError, match="judgement_from_far_too_many"), transaction.atomic():
        Judgement.objects.create(score=score, **told)


def test_those_at_the_table_see_judgements_and_nobody_else_does(town):
    all_say(town, "2221", 1)
    assert Judgement.objects.visible_to(a_judge()[0]).count() == 1
    assert Judgement.objects.visible_to(a_judge(Role.CASEWORKER)[0]).count() == 0


def test_a_note_is_written_by_the_place_and_withdrawn_by_who_wrote_it(town):
    _user, by = a_judge(Role.CONVENOR)
    note = notes.write(town, "median-age", "  A college opened.  ", language="en", by=by)
    assert Annotation.objects.shown().get().text == "A college opened."
    with pytest.raises(Refused):
        notes.withdraw(note, by=a_judge(Role.CONVENOR)[1])
    notes.withdraw(note, by=by)
    assert not Annotation.objects.shown().exists()
    with pytest.raises(Refused):
        notes.write(town, "median-age", "x", language="en", by=a_judge(Role.EMPLOYER)[1])


# --- where the figures come from ---------------------------------------------------------------------------------------


def test_a_room_above_writes_its_vacancies_as_a_part_that_is_an_occupation(town):
    assert (VACANCIES, occupation("2221")) == ("occupation-vacancies", NURSE)
    for wrong in ("", "222", "22211", "222a", "٢٢٢١"):
        with pytest.raises(ValueError, match="four digits"):
            occupation(wrong)


def test_france_comes_in_with_the_tensions_of_its_file(tmp_path):
    whole = manifest("fr")
    tensions = [one for one in whole.table if one.dataset == "fr-dares-tensions-2019"]
    pack = whole.model_copy(update={"table": tuple(tensions)})
    report = load_pack(pack, shared("data"), home=tmp_path, today=TODAY)
    assert report.succeeded, list(report.lines())
    france = Area.objects.get(scheme="iso-3166-1", code="FR")
    now = latest()
    # the file's first row: A0Z40, the nation, -0.006062928049646171
    assert now.parts("shortage-dares", france.pk)["fap-A0Z40"].value == pytest.approx(-0.006062928049646171)
    board = board_of(now, france)
    assert len(board.rows) > 150
    assert all(row.part.startswith("fap-") and len(row.part) == 9 for row in board.rows)
    shares = [sum(row.cells[1].verdict is one for row in board.rows) / len(board.rows) for one in Verdict]
    assert shares[0] == pytest.approx(0.4, abs=0.02)
