"""Crosswalks: their traps one by one, their laws, and the real tables by their counts."""

import csv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kesher.cli import main
from kesher.formats import crosswalks, isco
from kesher.formats.crosswalks import BrokenCrosswalk, Crosswalk, Pair, _crosswalk, joined, read
from tests.shared import shared

UNITS = isco.read().unit_groups
NURSE = "http://data.europa.eu/esco/occupation/" + "0" * 36


def table(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_bytes(text.encode("utf-8"))
    return path


def test_codes_are_read_as_they_are_meant(tmp_path):
    found = read(
        table(
            tmp_path,
            "t.csv",
            "\ufeffSOC,SOC.title,part,ISCO,ISCO.title\r\n29-1141,Nurses,*,2221,Nurses\r\n291141,Nurses,,2221,Nurses\r\n"
            "19-2099,Scientists,*,211,Scientists\r\n",
        ),
        UNITS,
    )
    assert (found.source, found.target) == ("soc2010", "isco08")
    assert found.of("19-2099") == ("2111", "2112", "2113", "2114"), "a minor group is all of its unit groups"
    assert found.parts("19-2099") == dict.fromkeys(("2111", "2112", "2113", "2114"), 0.25)
    assert found.pairs[-1] == Pair("29-1141", "2221", part=False), "whole in one row is whole"
    assert found.of("11-1111") == ()
    assert found.turned().of("2221") == ("29-1141",)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("SOC,ISCO\n29-114,2221\n", "t.csv, row 2, SOC: '29-114'"),
        ("SOC,ISCO\n29-1141,2221\n29-1141,9999\n", "t.csv, row 3, ISCO: '9999'"),
        ("SOC,ISCO\n29-1141,22\n", "t.csv, row 2, ISCO: '22'"),
        ("SOC,ISCO\n29-1141,\n", "t.csv, row 2, ISCO: ''"),
        ("SOC,ISCO\n29-1141\n", "t.csv, row 2: 1 cells, where the headings are 2"),
        (f"concept_uri,onet_code\n{NURSE},29-1141\n", "t.csv, row 2, onet_code: '29-1141'"),
        ("concept_uri,onet_code\nnurse,29-1141.00\n", "t.csv, row 2, concept_uri: 'nurse'"),
        ("a,b\n1,2\n", "t.csv, row 1: the headings"),
        ("SOC,SOC,ISCO\n29-1141,29-1141,2221\n", "t.csv, row 1: the headings"),
        ("", "t.csv, row 1: the headings"),
    ],
)
def test_what_is_no_code_is_named_by_file_row_and_field(tmp_path, text, said):
    with pytest.raises(BrokenCrosswalk, match="^" + said.replace("'", ".")):
        read(table(tmp_path, "t.csv", text), UNITS)


@pytest.mark.parametrize("name", ["isco_soc_crosswalk_bls.xls", "uk_soc2010_to_isco08.xls"])
def test_a_workbook_is_told_to_be_saved_as_csv(name):
    with pytest.raises(BrokenCrosswalk, match=f"{name}: a workbook. Open it and save the sheet as CSV in UTF-8"):
        real(name)


def test_what_is_no_text_is_refused(tmp_path):
    (tmp_path / "t.csv").write_bytes(b"SOC,ISCO\n\xff\xfe")
    with pytest.raises(BrokenCrosswalk, match=r"t\.csv: no table in CSV and UTF-8"):
        read(tmp_path / "t.csv", UNITS)


PAIRS = st.lists(st.builds(Pair, st.sampled_from("abc"), st.sampled_from("xyz"), st.booleans()), max_size=12)
MORE = st.lists(st.builds(Pair, st.sampled_from("xyz"), st.sampled_from("123"), st.booleans()), max_size=12)


@settings(deadline=None)
@given(PAIRS, MORE)
def test_laws(some, more):
    one, two = _crosswalk("isco08", "soc2010", some), _crosswalk("soc2010", "soc2018", more)
    assert one.turned().turned() == one
    through = one.then(two)
    assert {(pair.source, pair.target) for pair in through.pairs} == {
        (a.source, b.target) for a in some for b in more if a.target == b.source
    }
    assert through.turned() == two.turned().then(one.turned())
    for code in one.codes:
        assert sum(one.parts(code).values()) == pytest.approx(1)
    assert joined([one, two], "soc2018", "isco08") == through.turned()
    assert joined([one], "isco08", "esco") is None


def test_crosswalks_that_do_not_meet_are_not_joined():
    with pytest.raises(ValueError, match="to isco08 does not meet one from soc2010"):
        Crosswalk("esco", "isco08", ()).then(Crosswalk("soc2010", "isco08", ()))


# The real tables


def real(name: str) -> Crosswalk:
    return read(shared("data/crosswalks") / name, UNITS)


def test_the_real_tables_have_what_their_source_says():
    bureau, ibs = real("crosstable_soc2010_isco08.csv"), real("soc2010_to_isco08_ibs.csv")
    assert (len(bureau.codes), len(ibs.codes)) == (840, 839)
    assert len(ibs.pairs) == 1131
    assert {code for code in bureau.codes if bureau.of(code) != ibs.of(code)} == {"29-2055"}, "one code, and its rows"
    assert set(bureau.turned().codes) == set(ibs.turned().codes) == set(UNITS)
    newer = real("soc2010_to_soc2018.csv")
    assert (len(newer.pairs), len(newer.codes), len(newer.turned().codes)) == (900, 840, 867)
    census = real("crosstable_census2010_soc2010_isco08.csv")
    assert (census.source, len(census.codes)) == ("census2010", 542)
    assert census.of("0010") == ("1112", "1113", "1120"), "chief executives"
    assert set(census.turned().codes) <= set(UNITS)
    esco = real("esco_to_onet_mcc.csv")
    assert (len(esco.pairs), len(esco.codes)) == (1680, 1680)


def test_two_real_ways_from_esco_to_its_unit_group_mostly_meet():
    """O*NET's makers coded ESCO's occupations by their words; the unit group that ESCO itself names must be among those the
    way through SOC leads to, for most: neither table is turned or shifted."""
    path = shared("data/crosswalks") / "esco_to_onet_mcc.csv"
    way = joined([read(path, UNITS), real("crosstable_soc2010_isco08.csv")], "esco", "isco08")
    assert way is not None
    with path.open(encoding="utf-8", newline="") as stream:
        own = {row["concept_uri"]: row["isco_code"] for row in csv.DictReader(stream)}
    among = [own[code] in way.of(code) for code in own]
    near = [any(own[code][:2] == group[:2] for group in way.of(code)) for code in own]
    assert sum(among) / len(among) > 0.6
    assert sum(near) / len(near) > 0.75


def test_the_command_turns_codes_from_table_to_table(tmp_path, capsys):
    soc = table(tmp_path, "soc.csv", "soc10,isco08\n291141,2221\n192099,2111\n192099,2112\n")
    queries, answers = table(tmp_path, "q.tsv", "a\t29-1141\nb\t192099\nc\t11-1111\n"), tmp_path / "r.tsv"
    ask = ["crosswalk", str(soc), "--from", "soc2010", "--to", "isco08", "--in", str(queries), "--out", str(answers)]
    assert main(ask) == 0
    assert answers.read_text() == "a\t2221\t1.000000\nb\t2111\t0.500000\nb\t2112\t0.500000\nc\t\t\n"
    assert main([*ask[:5], "esco", *ask[6:]]) == 2
    assert "lead from soc2010 to isco08, and not from soc2010 to esco" in capsys.readouterr().err
    soc.write_text("soc10,isco08\n291141,2221x\n")
    answers.unlink()
    assert main(ask) == 2
    assert "soc.csv, row 2, isco08: '2221x'" in capsys.readouterr().err
    assert not answers.exists()
    assert crosswalks.as_written("2221", "isco08") == "2221"
    assert crosswalks.as_written("10", "census2010") == "0010"
