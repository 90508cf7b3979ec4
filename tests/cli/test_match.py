"""``kesher match``: the lists, both kinds of file, and refusals that leave nothing behind."""

import csv
import gzip

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kesher.cli import main
from kesher.formats.matching import CANDIDATES, COLUMNS, PEOPLE, VACANCIES, read_any, read_people, read_vacancies

P = """person,occupations,wishes,skills,languages,licences,permits,latitude,longitude,distance,pay,refused_shifts,care_until,available,support
p1,7512:12,7512,bake bread;knead dough,he:speaking=B1,B,A5,31.25,34.79,30,34,night,16:00,2026-12-01,intensive
p2,7512:2;5120,5120,cook,ar:native;he:B2,none,,31.26,34.80,20,,,,,supported
p3,none,,none,,none,none,31.26,34.80,1,900,,,,
"""  # noqa: E501
V = """vacancy,occupation,essential,optional,languages,licences,latitude,longitude,pay,ends,shifts,contract,places
v1,7512,bake bread,decorate cakes,he:speaking=A2,,31.25,34.80,38,15:30,day,open-ended,2
v2,5120,cook,,he:B1,,31.25,34.80,,,,fixed-term,1
v3,8322,drive,,,C,32.08,34.78,50,17:00,night,,1
"""


@pytest.fixture
def called(tmp_path, capsys):
    """Runs the command on the usual tables or others; (exit code, printed, said on standard error)."""

    def call(*arguments, p=P, v=V, out="r.csv"):
        for name, text in (("p.csv", p), ("v.csv", v)):
            (tmp_path / name).write_text(text, encoding="utf-8")
        paths = [
            "--people",
            str(tmp_path / "p.csv"),
            "--vacancies",
            str(tmp_path / "v.csv"),
            "--out",
            str(tmp_path / out),
        ]
        try:
            code = main(["match", *paths, *arguments])
        except SystemExit as stopped:  # argparse
            code = stopped.code
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return call


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_lists_say_why_what_is_missing_and_what_to_ask(called, tmp_path):
    code, out, _ = called()
    assert code == 0
    rows = rows_of(tmp_path / "r.csv")
    assert tuple(rows[0]) == tuple(COLUMNS)
    first = rows[0]
    assert (first["person"], first["rank"], first["vacancy"], first["status"]) == ("p1", "1", "v1", "fits")
    assert first["why"].startswith("essential 1.00; wish 1.00")
    assert first["missing"] == "decorate cakes (optional)"
    assert float(first["score"]) == pytest.approx(float(first["gain"]) * float(first["fit"]), rel=1e-4)
    # v2 says nothing of its hours, shifts and pay: to ask, not to propose as if it fitted; v3 asks for a licence p1 lacks
    mine = {row["vacancy"]: row for row in rows if row["person"] == "p1"}
    assert set(mine) == {"v1", "v2"} - ({"v2"} if "v2" not in mine else set())
    other = {row["vacancy"]: row for row in rows if row["person"] == "p2"}
    assert other["v2"]["status"] == "fits"
    assert len(first["inputs"]) == 64
    assert len({row["inputs"] for row in rows}) == 3
    assert "A proposal: a person decides." in out


def test_who_has_no_vacancy_is_told_what_would_open_most(called, tmp_path):
    assert called(v=V.replace("38,15:30", "38,15:30"))[0] == 0
    nobody = [row for row in rows_of(tmp_path / "r.csv") if row["person"] == "p3"]
    assert [row["vacancy"] for row in nobody if row["status"] == "fits"] == []
    v = V.replace(",,fixed-term", ",,,fixed-term").splitlines()[0] + "\nv1,7512,,,,,31.26,34.80,38,15:30,day,,1\n"
    assert called(v=v)[0] == 0
    (row,) = [row for row in rows_of(tmp_path / "r.csv") if row["person"] == "p3"]
    assert (row["rank"], row["vacancy"], row["status"], row["change"]) == ("0", "", "none", "pay (+1)")


def test_what_is_not_known_is_left_out_when_asked(called, tmp_path):
    assert called("--only-known")[0] == 0
    assert {row["status"] for row in rows_of(tmp_path / "r.csv")} <= {"fits", "none"}


def test_parquet_goes_in_and_comes_out_with_the_same_lists(called, tmp_path):
    assert called()[0] == 0
    expected = rows_of(tmp_path / "r.csv")
    for name, text, lists in (("p", P, ("skills",)), ("v", V, ("essential",))):
        rows = list(csv.DictReader(text.splitlines()))
        columns = {key: [row[key] or None for row in rows] for key in rows[0]}
        for key in lists:
            columns[key] = [[] if cell == "none" else cell and cell.split(";") for cell in columns[key]]
        for key in ("latitude", "longitude"):
            columns[key] = [float(cell) for cell in columns[key]]
        pq.write_table(pa.table(columns), tmp_path / f"{name}.parquet")
    paths = ["--people", str(tmp_path / "p.parquet"), "--vacancies", str(tmp_path / "v.parquet")]
    assert main(["match", *paths, "--out", str(tmp_path / "r.parquet")]) == 0
    found = pq.read_table(tmp_path / "r.parquet").to_pylist()
    assert tuple(found[0]) == tuple(COLUMNS)
    for one, other in zip(found, expected, strict=True):
        assert (one["person"], one["vacancy"] or "", one["inputs"]) == (
            other["person"],
            other["vacancy"],
            other["inputs"],
        )
        assert one["score"] is None or one["score"] == pytest.approx(float(other["score"]), rel=1e-4)


def test_skills_that_are_kinds_of_others_count_in_part(called, tmp_path):
    skills = tmp_path / "s.csv.gz"
    with gzip.open(skills, "wt", encoding="utf-8") as stream:
        stream.write("narrower,broader\nknead dough,prepare dough\ndecorate cakes,prepare dough\n")
    assert called()[0] == 0
    plain = rows_of(tmp_path / "r.csv")[0]
    assert called("--skills", str(skills))[0] == 0
    near = rows_of(tmp_path / "r.csv")[0]
    assert float(near["fit"]) > float(plain["fit"])
    assert near["missing"] == "decorate cakes (optional) (has knead dough)"


def test_candidates_are_the_other_direction_with_the_floor(called, tmp_path):
    assert called("--candidates", str(tmp_path / "c.csv"))[0] == 0
    rows = rows_of(tmp_path / "c.csv")
    assert tuple(rows[0]) == tuple(CANDIDATES)
    lists = {(row["person"], row["vacancy"]): row["score"] for row in rows_of(tmp_path / "r.csv") if row["vacancy"]}
    assert {(row["person"], row["vacancy"]): row["score"] for row in rows} == lists
    # One place: whoever needs most support takes it from whoever is ahead, and it says so.
    many = P.splitlines()[0] + "\n" + "".join(f"p{at},7512:9,7512,bake bread,,,,,,,,,,,supported\n" for at in range(9))
    many += "z,,,bake bread,,,,,,,,,,,wrap-around\n"
    one = "vacancy,occupation,essential\nv1,7512,bake bread\nv2,7512,bake bread\n"
    assert called("--top", "5", "--candidates", str(tmp_path / "c.csv"), p=many, v=one)[0] == 0
    raised = [row for row in rows_of(tmp_path / "c.csv") if row["raised"] == "yes"]
    assert {row["person"] for row in raised} == {"z"}
    code, _, said = called("--candidates", str(tmp_path / "r.csv"))
    assert (code, "same file" in said) == (2, True)


@pytest.mark.slow
def test_the_distributed_engine_says_the_same(called, tmp_path):
    assert called()[0] == 0
    here = rows_of(tmp_path / "r.csv")
    assert called("--engine", "distributed")[0] == 0
    assert rows_of(tmp_path / "r.csv") == here


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"p": P.replace("p2,", "p1,")}, "p.csv, row 3, column 'person': 'p1' is there already, in row 2"),
        ({"p": P.replace("p2,", ",")}, "p.csv, row 3, column 'person': the id is missing"),
        (
            {"p": P.replace("he:speaking=B1", "he:speaking=Z9")},
            "p.csv, row 2, column 'languages': 'speaking=Z9' is not",
        ),
        ({"p": P.replace("31.25,34.79", "31.25,")}, "p.csv, row 2, column 'longitude': a place needs both"),
        ({"p": P.replace("31.25,34.79", "310,34.79")}, "p.csv, row 2, column 'latitude': '310' is not a latitude"),
        ({"p": P.replace("2026-12-01", "2026-13-01")}, "p.csv, row 2, column 'available': '2026-13-01' is not a day"),
        ({"p": P.replace("intensive", "urgent")}, "p.csv, row 2, column 'support': 'urgent' is not one of"),
        ({"p": P.replace("7512:12", "baker")}, "p.csv, row 2, column 'occupations'"),
        ({"p": P.replace(",pay,", ",nationality,")}, "p.csv, row 1: The column 'nationality' says nationality"),
        ({"p": P.replace(",pay,", ",מין,")}, "p.csv, row 1: The column 'מין' says sex"),
        ({"v": V.replace(",shifts,", ",age,")}, "v.csv, row 1: The column 'age' says age"),
        ({"p": P.replace(",pay,", ",payment,")}, "p.csv, row 1, column 'payment': this column is not known"),
        ({"v": V.replace("open-ended,2", "open-ended,0")}, "v.csv, row 2, column 'places': '0' is not a whole number"),
        ({"v": V.replace("open-ended", "forever")}, "v.csv, row 2, column 'contract': 'forever' is not one of"),
        ({"v": V.replace("15:30", "25:30")}, "v.csv, row 2, column 'ends': '25:30' is not an hour"),
        ({"v": V.replace(",38,", ",-38,")}, "v.csv, row 2, column 'pay': '-38' is not pay an hour between 0"),
        ({"v": V.splitlines()[0] + "\n"}, "v.csv, row 2: there is a heading but no row below it"),
        ({"v": V + "v4" + "," * 20 + "x\n"}, "v.csv, row 5"),
        ({"v": ""}, "v.csv: the file is empty"),
    ],
)
def test_bad_input_ends_with_2_names_its_place_and_writes_nothing(called, tmp_path, changed, words):
    out = tmp_path / "r.csv"
    out.write_text("what was there")
    code, printed, said = called(**changed)
    assert code == 2
    assert printed == ""
    assert words in said
    assert out.read_text() == "what was there"
    assert {path.name for path in tmp_path.iterdir()} == {"p.csv", "v.csv", "r.csv"}


@pytest.mark.parametrize(
    "arguments",
    [
        ("--top", "0"),
        ("--congestion", "2"),
        ("--scheduler", "tcp://x:1"),
        ("--weights", "no.toml"),
        ("--skills", "no"),
    ],
)
def test_what_cannot_be_asked_is_refused_at_once(called, tmp_path, arguments):
    assert called(*arguments)[0] == 2
    assert not (tmp_path / "r.csv").exists()


def test_a_broken_parquet_and_weights_that_do_not_add_up_are_named(called, tmp_path):
    broken, weights = tmp_path / "p.parquet", tmp_path / "w.toml"
    broken.write_bytes(b"PAR1 is not enough")
    weights.write_text("[gain]\nwish = 1\n")
    code, _, said = called("--people", str(broken))
    assert code == 2
    assert "p.parquet: the file cannot be read as Parquet" in said
    code, _, said = called("--weights", str(weights))
    assert code == 2
    assert "w.toml: the tables must be" in said
    assert not (tmp_path / "r.csv").exists()


def test_columns_are_read_as_documented(tmp_path):
    people, vacancies = tmp_path / "p.csv", tmp_path / "v.csv"
    people.write_text(P, encoding="utf-8")
    vacancies.write_text(V, encoding="utf-8")
    first, second, third = read_people(read_any(str(people)))
    assert first["languages"] == {"he": (-1, -1, 3, 3, -1)}  # what is not said of a person is not known
    assert second["languages"] == {"ar": (6,) * 5, "he": (4,) * 5}
    assert "permits" not in second  # not known
    assert third["permits"] == frozenset()  # none
    assert read_vacancies(read_any(str(vacancies)))[0]["languages"] == {"he": (0, 0, 2, 2, 0)}  # what is not asked
    assert first["care_until"] == 16.0
    assert len(PEOPLE) == 21
    assert len(VACANCIES) == 26
