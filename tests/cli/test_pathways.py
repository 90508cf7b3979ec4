"""``kesher pathways``: answers from the starter taxonomy and from ESCO, tables, and refusals that name file, row and field."""

import json

import pytest

from kesher.cli import main
from kesher.formats import esco
from kesher.words.pathways import atlas, from_esco
from tests.shared import shared

BAKER, COOK, PASTRY = "7512", "5120", "http://data.europa.eu/esco/isco/C7512"
FACTS = """occupation,area,wage,licence,waiting,vacancies,seekers,language,exposure:tasks,exposure:experts
7512,,100,0,3,,,,0.2,0.9
5120,,120,4,2,,,he=A2,0.1,
5120,Arad,130,,,4,2,he=B1/A2/B1/A2/-,,
5120,Haifa,,,,9,,,,
9412,,70,0,1,,,,0.3,0.1
"""
COURSES = """id,weeks,teaches,starts,hours,fee,income,places,entry,gives,before,together,excludes
cook,8,"{skills}",2026-12-03;2027-02-01,30,500,50,6,he=A2,,,care,army
hebrew,6,,,12,,,,he=A1,he=B1,,,
care,,,,,100,,,,,,,
"""


@pytest.fixture
def called(tmp_path, capsys, monkeypatch):
    """Runs the command on the starter taxonomy; (exit code, printed, said on standard error)."""
    monkeypatch.setenv("KESHER_DATA", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)

    def call(*arguments, **tables):
        for name, text in tables.items():
            (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
        try:
            code = main(["pathways", *arguments])
        except SystemExit as stopped:  # argparse
            code = stopped.code
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return call


def skills_of_a_cook():
    built = atlas(None)
    return "; ".join(built.skill_name(int(one)) for one in built.graph.asked(built.occupations(COOK)[0]))


def test_without_esco_the_starter_answers_and_says_so(called):
    code, out, _ = called("--from", BAKER, "--json")
    data = json.loads(out)
    assert code == 0
    assert (data["coarse"], data["from"][0]["uri"], data["to"]) == (True, PASTRY, None)
    assert data["notice"].startswith("Coarse: ESCO is not loaded")
    assert data["viable"] >= len(data["moves"]) > 0
    assert all(one["viable"] and one["gap"] for one in data["moves"])
    assert "Vacancies are not known: being within reach does not mean that there is work." in data["remarks"]
    code, out, _ = called("--from", "bakers, pastry-cooks and confectionery makers", "--language", "he")
    assert code == 0
    assert "Coarse: ESCO is not loaded." in out


def test_the_road_to_a_goal_has_courses_language_dates_and_money(called):
    arguments = ["--from", BAKER, "--to", COOK, "--facts", "f.csv", "--courses", "c.csv", "--area", "Arad"]
    arguments += ["--speaks", "ar=C2; he=A1", "--today", "2026-11-29", "--doors"]
    tables = {"f": FACTS, "c": COURSES.format(skills=skills_of_a_cook())}
    code, out, _ = called(*arguments, "--json", **tables)
    assert code == 0
    data = json.loads(out)
    step = data["roads"][0]["steps"][0]
    assert [(one["course"], one["starts"], one["ends"]) for one in step["timetable"]] == [
        ("hebrew", "2026-11-29", "2027-01-10"),
        ("care", "2027-02-01", "2027-03-29"),
        ("cook", "2027-02-01", "2027-03-29"),
    ]
    assert (step["fees"], step["income"], step["ready_weeks"], step["weeks_to_wage"]) == (600, 400, 18, 18 + 4 + 2)
    assert (step["not_taught"], step["conflicts"], step["exact"]) == ([], [], True)
    assert step["languages"] == [
        "he listening: A1, B1 is needed",
        "he reading: A1, A2 is needed",
        "he interaction: A1, B1 is needed",
        "he production: A1, A2 is needed",
    ]
    move = step["move"]
    assert (move["wage"], move["wage_ratio"], move["vacancies"], move["seekers"]) == (130, 1.3, 4, None)
    assert set(move["exposure"]) == {"tasks"}
    assert data["doors"][0]["course"] == "cook"
    code, out, _ = called(*arguments, **tables)
    assert code == 0
    for said in ("a first wage in 24 weeks", "2027-02-01 to 2027-03-29: cook", "care (fee 100)", "A proposal."):
        assert said in out


def test_a_conflict_is_named(called):
    arguments = ["--from", BAKER, "--to", COOK, "--courses", "c.csv", "--speaks", "he=B1", "--done", "army"]
    code, out, _ = called(*arguments, "--today", "2026-11-29", c=COURSES.format(skills=skills_of_a_cook()))
    assert code == 0
    assert "conflict: cook and army, which is over, exclude each other" in out


def test_a_provider_sees_what_is_missing_and_what_nobody_asks_for(called):
    facts = "occupation,area,vacancies,seekers\n7512,Arad,,40\n9412,Arad,30,3\n5120,Arad,9,\n8322,Arad,2,1\n"
    built = atlas(None)
    idle = built.skill_name(int(built.graph.asked(built.occupations("2221")[0])[0]))
    asked = built.graph.asked(built.occupations(COOK)[0])
    courses = f'id,weeks,teaches\nidle,3,"{idle}"\ncook,3,"{built.skill_name(int(asked[0]))}"\n'
    arguments = ("--from", BAKER, "--provider", "--facts", "f.csv", "--courses", "c.csv", "--area", "Arad")
    code, out, _ = called(*arguments, "--json", f=facts, c=courses)
    data = json.loads(out)
    assert code == 0
    first = data["missing_skills"][0]
    assert first["people_missing"] >= 40
    assert first["vacancies_behind"] >= 9
    assert [(one["course"], one["nothing_asked"]) for one in data["unasked"]] == [("idle", True)]
    assert all(one["people_having"] not in (1, 2, 3, 4) for one in data["missing_skills"])
    code, out, _ = called(*arguments, f=facts, c=courses)
    assert code == 0
    assert "not asked for here, idle: nobody asks for any of its skills" in out


@pytest.mark.parametrize(
    ("arguments", "tables", "said"),
    [
        (["--from", "wizard"], {}, "--from: 'wizard' is no occupation of the starter taxonomy (ISCO-08)"),
        (["--from", BAKER, "--to", "0"], {}, "--to: '0' is no occupation"),
        (["--from", BAKER, "--skills", "fly"], {}, "--skills: 'fly' is no skill"),
        (["--from", BAKER, "--speaks", "he=B7"], {}, "--speaks: 'B7' is no level of the CEFR"),
        (["--from", BAKER, "--speaks", "he=B1/A1"], {}, "has 2 levels; write one, or five"),
        (["--from", BAKER, "--area", "Arad"], {}, "nothing is known of the area 'Arad'; known: none"),
        (["--from", BAKER, "--facts", "f.csv"], {}, "f.csv: f.csv is not there"),
        (["--from", BAKER, "--index", "x.npz"], {}, "x.npz is not there"),
        (["--from", BAKER, "--facts", "-", "--courses", "-"], {}, "Only one table"),
        (["--from", BAKER, "--facts", "f.csv"], {"f": "occupation,wage\n7512,lots\n"}, "f.csv, row 2, column 'wage'"),
        (
            ["--from", BAKER, "--facts", "f.csv"],
            {"f": "occupation,wage\n7512,-4\n"},
            "row 2, column 'wage': -4 is less",
        ),
        (
            ["--from", BAKER, "--facts", "f.csv"],
            {"f": "occupation\n0000\n"},
            "row 2, column 'occupation': the occupation",
        ),
        (["--from", BAKER, "--facts", "f.csv"], {"f": "occupation,pay\n7512,1\n"}, "f.csv, row 1, column 'pay'"),
        (["--from", BAKER, "--facts", "f.csv"], {"f": "occupation\n7512\n7512\n"}, "in row 2 already"),
        (["--from", BAKER, "--facts", "f.csv"], {"f": "occupation,language\n7512,he=Z\n"}, "row 2, column 'language'"),
        (
            ["--from", BAKER, "--facts", "f.csv"],
            {"f": "occupation,area,vacancies\n7512,,1\n5120,Arad,2\n"},
            "f.csv, column 'area': vacancies or seekers stand with and without",
        ),
        (["--from", BAKER, "--courses", "c.csv"], {"c": "id,weeks\na,1\n"}, "c.csv, column 'teaches'"),
        (["--from", BAKER, "--courses", "c.csv"], {"c": "id,weeks,teaches\na,x,\n"}, "c.csv, row 2, column 'weeks'"),
        (["--from", BAKER, "--courses", "c.csv"], {"c": "id,weeks,teaches\na,0,\n"}, "c.csv, row 2, column 'weeks'"),
        (
            ["--from", BAKER, "--courses", "c.csv"],
            {"c": "id,weeks,teaches\n,1,\n"},
            "row 2, column 'id': the id is empty",
        ),
        (["--from", BAKER, "--courses", "c.csv"], {"c": "id,weeks,teaches\na,1,fly\n"}, "row 2, column 'teaches'"),
        (
            ["--from", BAKER, "--courses", "c.csv", "--today", "2026-11-29"],
            {"c": "id,weeks,teaches,starts\na,1,,2026-11-28\n"},
            "row 2, column 'starts': all dates are before 2026-11-29",
        ),
        (
            ["--from", BAKER, "--courses", "c.csv"],
            {"c": "id,weeks,teaches\na,1,\na,2,\n"},
            "course 'a', id: it stands twice",
        ),
        (["--from", BAKER, "--today", "soon"], {}, "'soon' is no date"),
        ([], {}, "--from"),
    ],
)
def test_what_cannot_be_taken_is_refused(called, arguments, tables, said):
    code, out, err = called(*arguments, **tables)
    assert (code, out) == (2, "")
    assert said in err


def test_from_esco_a_code_a_name_and_several(called, tmp_path):
    """The official release: a code of several occupations asks which, skills carry their near ones."""
    folder = shared("data/esco")
    reading = esco.read(folder / "esco-v1.1.1-classification-en.zip", folder / "esco-v1.1.1-relations.zip")
    built = from_esco(reading.taxonomy)
    assert (built.graph.n, len(built.graph.skill), built.graph.coarse) == (3007, 123788, False)
    assert built.occupations("baker") == built.occupations("7512.1")
    esco.write_index(reading.taxonomy, tmp_path / "esco.npz")
    code, _, err = called("--from", "7512", "--index", "esco.npz")
    assert code == 2
    assert "is several occupations; name one of them:\n        7512.1  baker" in err
    code, out, _ = called("--from", "7512.1", "--index", "esco.npz", "--json", "--top", "1")
    data = json.loads(out)
    assert (code, data["source"], data["moves"][0]["name"]) == (0, "ESCO 1.1.1", "pastry maker")
    assert data["notice"] == esco.NOTICE
    assert all(one["near"] for one in data["moves"][0]["gap"] if one["name"] == "bake confections")
