"""The board and the pages of those at the table: what a visitor reads, who says what, and that nothing is given away."""

import csv
import io
from datetime import timedelta

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone, translation

from kesher.accounts.roles import Role
from kesher.areas.models import Area, choose_home
from kesher.base.history import System, acting
from kesher.engine.indicators import registry
from kesher.insights import judging, latest, notes
from kesher.insights.models import Annotation, Judgement
from kesher.www.insights.shortage import SHORT_NAMES, VERDICTS
from tests.insights.conftest import many_towns  # noqa: F401
from tests.insights.test_latest import said
from tests.insights.test_shortage import CLERK, COOK, NURSE, WELDER, a_judge, all_say, counted

pytestmark = pytest.mark.django_db
WHY = "Two wards are closed since spring."


@pytest.fixture(autouse=True)
def nothing_held():
    latest.forget()
    yield
    latest.forget()


@pytest.fixture
def town(many_towns):  # noqa: F811
    """The town the portal is for, with tension and DARES' score of four occupations, and a median age."""
    with acting(actor=System("tests"), reason="home"):
        choose_home([many_towns[0]])
    parts = [NURSE, COOK, CLERK, WELDER]
    counted(
        many_towns[0],
        {
            "occupation-vacancies": dict(zip(parts, (90, 20, 10, 80), strict=True)),
            "occupation-newly-unemployed": dict.fromkeys(parts, 20),
            "shortage-dares": dict(zip(parts, (2.0, 1.0, -1.0, -2.0), strict=True)),
        },
    )
    said("ages", [("median-age", many_towns[0], 30)])
    return many_towns[0]


def address(name, *args, query=""):
    with translation.override("en"):
        return reverse(name, args=args) + query


def page(client, name, *args, query="", status=200):
    answer = client.get(address(name, *args, query=query))
    assert answer.status_code == status
    return answer.content.decode()


def table_of(client, town, query="?format=csv"):
    content = client.get(address("insights_shortage_of", town.pk, query=query)).content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(content)))


def test_the_board_says_each_class_in_words_with_a_shape_and_never_by_colour_alone(client, town):
    board = page(client, "insights_shortage")
    assert "Nursing professionals" in board
    for shape, word in VERDICTS.values():
        assert f'<span aria-hidden="true">{shape}</span> {word}' in board
    for heading in SHORT_NAMES.values():
        assert str(heading) in board
    for heading in ("Train people for it", "Nothing: there are enough people.", "the methods do not agree"):
        assert heading in board


def test_the_page_says_what_the_table_to_take_along_says(client, town):
    board = page(client, "insights_shortage_of", town.pk)
    rows = table_of(client, town)
    assert {row["method"] for row in rows} == {"uwv", "dares"}
    assert len(rows) == 8
    for row in rows:
        shape, word = VERDICTS[next(one for one in VERDICTS if one.value == row["class"])]
        assert f"{shape}</span> {word}" in board
        assert row["occupation"] in board
        assert row["datasets"] == "occupations"
    nurse = next(row for row in rows if row["occupation_code"] == NURSE and row["method"] == "uwv")
    assert (nurse["class"], nurse["score"], nurse["printed_by_source"]) == ("shortage", "4.5", "no")


def test_occupations_stand_by_name_or_by_how_many_methods_call_them_short(client, town):
    def order(query):
        return list(dict.fromkeys(row["occupation_code"] for row in table_of(client, town, query)))

    by_name = [row["occupation"].casefold() for row in table_of(client, town)]
    assert by_name == sorted(by_name)
    assert order("?format=csv&sort=agree")[0] == NURSE
    assert order("?format=csv&sort=agree")[-1] == CLERK
    assert order("?format=csv&sort=nonsense") == order("?format=csv")


def test_what_a_method_lacks_is_named_and_never_made_up(client, town):
    board = page(client, "insights_shortage_of", town.pk)
    assert "Not known here. There are no figures of:" in " ".join(board.split())
    for code in ("occupation-vacancy-days", "occupation-change-in-hours"):
        assert registry()[code].name in board
    assert "As its source printed it." in board
    assert "fewer than three people have spoken" in board


def test_a_board_without_figures_is_said_to_have_none(client, many_towns):  # noqa: F811
    assert "There are no figures of occupations here yet" in page(client, "insights_shortage")
    assert "There are no figures" in page(client, "insights_shortage_of", many_towns[3].pk)
    assert list(table_of(client, many_towns[3])) == []
    with translation.override("en"):
        assert (
            client.get(reverse("insights_shortage_of", args=["0" * 8 + "-0000-7000-8000-" + "0" * 12])).status_code
            == 404
        )


def test_the_public_reads_the_middle_of_three_and_neither_names_nor_reasons(client, town):
    users = [a_judge() for _ in range(3)]
    for _user, by in users[:2]:
        judging.say(town, "5321", score=2, why=WHY, by=by, today=timezone.localdate())
    assert "Health care assistants" not in page(client, "insights_shortage")
    judging.say(town, "5321", score=0, why=WHY, by=users[2][1], today=timezone.localdate())
    board = page(client, "insights_shortage")
    assert "Health care assistants" in board
    for gone in (WHY, *(user.name for user, _by in users), *(user.email for user, _by in users)):
        assert gone not in board
    (row,) = [one for one in table_of(client, town) if one["method"] == "panel"]
    assert (row["class"], row["score"]) == ("shortage", "2.0")


def test_queries_do_not_grow_with_occupations(client, town, django_assert_max_num_queries):
    page(client, "insights_shortage_of", town.pk)
    with django_assert_max_num_queries(12):
        page(client, "insights_shortage_of", town.pk)


# --- judging -----------------------------------------------------------------------------------------------------------


def sent(client, town, query="", **told):
    return client.post(address("insights_judge", town.pk, query=query), told)


def test_words_lead_to_an_occupation_and_what_is_said_is_kept_with_name_office_and_day(client, town):
    user, by = a_judge()
    client.force_login(user)
    asked = sent(client, town, occupation="nurse", **{"occupation-find": "1"})
    assert asked.status_code == 200
    assert not Judgement.objects.exists()
    choice = "http://data.europa.eu/esco/isco/C2221"
    assert choice in asked.content.decode()
    answer = sent(client, town, occupation="nurse", score="2", why=WHY, **{"occupation-choice": choice})
    assert answer.status_code == 302
    one = Judgement.objects.get()
    assert (one.occupation, one.score, one.why, one.judge) == ("2221", 2, WHY, user)
    assert (one.organisation_id, one.given_on, one.area) == (by.organisation_id, timezone.localdate(), town)
    seen = page(client, "insights_judge", town.pk)
    for words in (WHY, user.name, "badly short", "2 more people must speak", "Change what I said today"):
        assert words in seen


def test_what_is_not_on_the_list_is_not_judged(client, town):
    client.force_login(a_judge()[0])
    answer = sent(client, town, occupation="nurse", score="2", **{"occupation-choice": "none"})
    assert answer.status_code == 400
    assert "Choose what comes nearest" in answer.content.decode()
    assert not Judgement.objects.exists()


@pytest.mark.parametrize("told", [{}, {"score": "3"}, {"score": "much"}, {"score": "1", "why": "x" * 301}])
def test_half_an_answer_is_none(client, town, told):
    client.force_login(a_judge()[0])
    assert sent(client, town, query="?of=2221", **told).status_code == 400
    assert not Judgement.objects.exists()


@pytest.mark.parametrize("of", ["9999", "22", "'; --", "2221x"])
def test_an_occupation_that_is_none_in_the_address_is_asked_for(client, town, of):
    client.force_login(a_judge()[0])
    answer = client.get(address("insights_judge", town.pk), {"of": of})
    assert answer.status_code == 200
    assert 'name="occupation"' in answer.content.decode()


def test_whoever_has_two_windows_open_reads_what_the_other_wrote_and_loses_nothing(client, town):
    client.force_login(a_judge()[0])
    first = client.get(address("insights_judge", town.pk, query="?of=2221")).context["form"]["seen"].value()
    assert sent(client, town, query="?of=2221", score="1", why="One ward.", seen=first).status_code == 302
    second = sent(client, town, query="?of=2221", score="2", why="Two wards.", seen=first)
    assert second.status_code == 409
    for words in ("Nothing is written yet", "One ward.", "Two wards."):
        assert words in second.content.decode()
    assert Judgement.objects.get().score == 1
    again = second.context["form"]["seen"].value()
    assert sent(client, town, query="?of=2221", score="2", why="Two wards.", seen=again).status_code == 302
    assert Judgement.objects.get().why == "Two wards."


def test_the_last_word_is_proposed_and_yesterdays_stays(client, town):
    user, by = a_judge()
    yesterday = timezone.localdate() - timedelta(days=1)
    judging.say(town, "2221", score=-1, why=WHY, by=by, today=yesterday)
    client.force_login(user)
    form = client.get(address("insights_judge", town.pk, query="?of=2221")).context["form"]
    assert (form["score"].value(), form["why"].value(), form["seen"].value()) == (-1, WHY, "")
    assert sent(client, town, query="?of=2221", score="1", why="", seen="").status_code == 302
    assert sorted(Judgement.objects.values_list("score", "given_on")) == [(-1, yesterday), (1, timezone.localdate())]


def test_one_takes_back_ones_own_and_nobody_elses(client, town):
    user, by = a_judge()
    judging.say(town, "2221", score=1, why="", by=by, today=timezone.localdate())
    all_say(town, "2221", 2)
    all_say(town, "5120", 2)
    client.force_login(user)
    for occupation in ("2221", "5120", "", "x" * 50):
        assert sent(client, town, do="take back", occupation=occupation).status_code == 302
    assert sorted(Judgement.objects.values_list("occupation", "score")) == [("2221", 2), ("5120", 2)]


def test_one_takes_along_what_one_said_and_nothing_of_others(client, town):
    user, by = a_judge()
    judging.say(town, "2221", score=1, why="=1+1", by=by, today=timezone.localdate())
    judging.say(town, "2221", score=2, why="", by=by, today=timezone.localdate() - timedelta(days=3))
    all_say(town, "5120", 2)
    client.force_login(user)
    answer = client.get(address("insights_judge", town.pk, query="?format=xlsx"))
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    kept = [row for row in rows if "2221" in row]
    assert len(kept) == 2
    assert all("5120" not in row for row in rows)
    formulas = [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert not formulas


def test_only_those_at_the_table_of_this_place_come_in(client, town, many_towns):  # noqa: F811
    path = address("insights_judge", town.pk)
    assert "/accounts/login/" in client.get(path)["Location"]
    for role in (Role.CASEWORKER, Role.AUDITOR, Role.OBSERVER):
        client.force_login(a_judge(role)[0])
        assert client.get(path).status_code == 404
    client.force_login(a_judge(Role.PARTNER)[0])
    assert client.get(path).status_code == 200
    assert client.get(address("insights_judge", many_towns[3].pk)).status_code == 404


def test_the_board_leads_those_at_the_table_to_their_page(client, town):
    path = address("insights_judge", town.pk)
    assert path not in page(client, "insights_shortage")
    client.force_login(a_judge()[0])
    board = page(client, "insights_shortage")
    assert f'href="{path}"' in board
    assert f'href="{path}?of=2221"' in board


# --- notes beside figures ----------------------------------------------------------------------------------------------


def test_a_note_stands_beside_the_figure_until_it_is_taken_away(client, town):
    user, _by = a_judge(Role.CONVENOR)
    client.force_login(user)
    figure = address("insights_figure", town.pk, "median-age")
    write = address("insights_note", town.pk, "median-age")
    assert write in client.get(figure).content.decode()
    assert client.post(write, {"text": "<b>A college</b> opened."}).status_code == 302
    note = Annotation.objects.get()
    assert note.language == "en"
    for path in (figure, address("insights_place", town.pk)):
        assert "&lt;b&gt;A college&lt;/b&gt; opened." in client.get(path).content.decode()
    assert client.post(address("insights_note_withdraw", note.pk)).status_code == 302
    assert "A college" not in client.get(figure).content.decode()
    assert Annotation.objects.get().withdrawn_at is not None
    assert Annotation.objects.get().history.count() == 2


@pytest.mark.parametrize("text", ["", "   ", "x" * 1001])
def test_a_note_that_says_nothing_or_too_much_is_none(client, town, text):
    client.force_login(a_judge(Role.OFFICER)[0])
    assert client.post(address("insights_note", town.pk, "median-age"), {"text": text}).status_code == 400
    assert not Annotation.objects.exists()


def test_nobody_else_writes_or_takes_away(client, town, many_towns):  # noqa: F811
    write = address("insights_note", town.pk, "median-age")
    note = notes.write(town, "median-age", "x", language="en", by=a_judge(Role.CONVENOR)[1])
    assert write not in page(client, "insights_figure", town.pk, "median-age")
    for role in (Role.EMPLOYER, Role.CASEWORKER):
        client.force_login(a_judge(role)[0])
        assert client.post(write, {"text": "x"}).status_code == 404
    client.force_login(a_judge(Role.CONVENOR)[0])
    assert client.post(address("insights_note_withdraw", note.pk)).status_code == 404
    for args in ([town.pk, "income-per-head"], [town.pk, "happiness"], [many_towns[1].pk, "median-age"]):
        assert client.get(address("insights_note", *args)).status_code == 404
    assert Annotation.objects.get().withdrawn_at is None


def test_areas_with_boards_are_named_and_the_portals_own_comes_first(client, town, many_towns):  # noqa: F811
    counted(many_towns[5], {"shortage-dares": {"fap-A0Z40": 1.0, "fap-A0Z41": 2.0}}, code="fr")
    assert address("insights_shortage_of", many_towns[5].pk) in page(client, "insights_shortage")
    other = page(client, "insights_shortage_of", many_towns[5].pk)
    assert "FAP A0Z40" in other
    assert Area.objects.home().get() == town


def test_the_profile_and_a_question_in_plain_words_lead_to_the_board(client, town, many_towns):  # noqa: F811
    board = address("insights_shortage_of", town.pk)
    assert board in page(client, "insights_place", town.pk)
    assert board in page(client, "insights_ask", query="?q=shortage+of+workers")
    said("more ages", [("median-age", many_towns[5], 40)])
    assert "insights/shortage/" not in page(client, "insights_place", many_towns[5].pk)
