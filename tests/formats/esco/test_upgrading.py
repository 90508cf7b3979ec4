"""What another release changes, told to the person who loads it."""

from kesher.formats.esco import ConceptKind, compare, read
from tests.formats.esco import small
from tests.formats.esco.small import BAKER, BASE, HEATING, KNEAD, MAKING, OFFICER, OVENS, PASTRY


def compared(tmp_path, change, older=None):
    """The report from the small release to the same one changed."""
    before = read(small.folder(tmp_path, older, name="esco-v1.1.1")).taxonomy
    tables = small.release()
    change({name: rows for name, (_, rows) in tables.items()})
    after = read(small.folder(tmp_path, tables, name="esco-v1.2.0")).taxonomy
    return compare(before, after)


def test_nothing_changed(tmp_path):
    report = compared(tmp_path, lambda tables: None)
    assert (report.before, report.after, report.languages) == ("1.1.1", "1.2.0", ("en",))
    changes = (report.added, report.withdrawn, report.succeeded, report.relabelled, report.moved, report.recoded)
    assert changes == ((),) * 6
    assert report.skill_links == (0, 0, 0, 0)


def test_added_and_withdrawn(tmp_path):
    new = f"{BASE}occupation/miller"

    def change(tables):
        del tables["occupations_en.csv"][2]  # the officer, with what points at him
        del tables["broaderRelationsOccPillar.csv"][2]
        tables["occupations_en.csv"].append(small.occupation(new, "7512", "7512.2", "miller"))

    report = compared(tmp_path, change)
    assert [(one.uri, one.kind, one.code, one.label) for one in report.added] == [
        (new, ConceptKind.OCCUPATION, "7512.2", "miller")
    ]
    assert [one.uri for one in report.withdrawn] == [OFFICER]
    assert report.succeeded == ()


def test_another_address_with_the_same_name_is_a_renaming(tmp_path):
    new = f"{BASE}occupation/soldier"

    def change(tables):
        tables["occupations_en.csv"][2][1] = new
        tables["broaderRelationsOccPillar.csv"][2][1] = new

    report = compared(tmp_path, change)
    ((before, after),) = [(one.before.uri, one.after.uri) for one in report.renamed]
    assert (before, after) == (OFFICER, new)
    assert report.added == report.withdrawn == ()
    assert f"{OFFICER} -> {new}" in str(report)


def test_a_name_that_lives_on_as_anothers_is_a_succession(tmp_path):
    def change(tables):
        del tables["occupations_en.csv"][1]  # the pastry baker ...
        del tables["broaderRelationsOccPillar.csv"][0]
        del tables["occupationSkillRelations.csv"][2]
        tables["occupations_en.csv"][0][4] += "\nPastry baker"  # ... is a baker now

    report = compared(tmp_path, change)
    ((before, after, renamed),) = [(one.before.uri, one.after.uri, one.renamed) for one in report.succeeded]
    assert (before, after, renamed) == (PASTRY, BAKER, False)
    assert report.skill_links == (1, 0, 0, 0)


def test_a_name_the_other_bore_before_is_no_sign_of_succession(tmp_path):
    older = small.release()
    older["occupations_en.csv"][1][0][4] += "\npastry baker"

    def change(tables):
        tables["occupations_en.csv"][0][4] += "\npastry baker"
        del tables["occupations_en.csv"][1]
        del tables["broaderRelationsOccPillar.csv"][0]
        del tables["occupationSkillRelations.csv"][2]

    report = compared(tmp_path, change, older)
    assert report.succeeded == ()
    assert [one.uri for one in report.withdrawn] == [PASTRY]


def test_two_candidates_are_none(tmp_path):
    def change(tables):
        rows = tables["occupations_en.csv"]
        rows[1] = small.occupation(f"{BASE}occupation/one", "7512", "7512.1.1", "sweet baker", "pastry baker")
        rows.append(small.occupation(f"{BASE}occupation/two", "7512", "7512.1.2", "cake baker", "pastry baker"))
        del tables["broaderRelationsOccPillar.csv"][0]
        del tables["occupationSkillRelations.csv"][2]

    report = compared(tmp_path, change)
    assert [one.uri for one in report.withdrawn] == [PASTRY]
    assert len(report.added) == 2


def test_a_label_that_changed_places_is_no_renaming(tmp_path):
    """As in 1.2.0, where "use e-services" went from one skill to another that had been there before."""

    def change(tables):
        rows = tables["skills_en.csv"]
        rows[0][4], rows[1][4] = rows[1][4], rows[0][4]

    report = compared(tmp_path, change)
    assert report.succeeded == report.added == report.withdrawn == ()
    assert {(one.concept.uri, one.before, one.after) for one in report.relabelled} == {
        (KNEAD, "knead dough", "tend ovens"),
        (OVENS, "tend ovens", "knead dough"),
    }


def test_moves_and_codes(tmp_path):
    def change(tables):
        tables["broaderRelationsSkillPillar.csv"][0][3] = HEATING
        tables["occupations_en.csv"][2][2] = "7512"
        tables["occupations_en.csv"][2][13] = "7512.4"
        tables["occupationSkillRelations.csv"][1][1] = "essential"

    report = compared(tmp_path, change)
    assert [(one.concept.uri, one.left, one.entered) for one in report.moved] == [
        (KNEAD, ("S1 making",), ("S2 heating",))
    ]
    (recoded,) = report.recoded
    assert (recoded.before, recoded.after, recoded.isco_before, recoded.isco_after) == (
        "0110.1",
        "7512.4",
        "0110",
        "7512",
    )
    assert report.skill_links == (0, 0, 0, 1)
    said = str(report)
    assert "knead dough: out of S1 making, into S2 heating" in said
    assert "officer: ISCO 0110 -> 7512" in said


def test_what_one_release_came_without_is_not_compared(tmp_path):
    older = {
        name: table
        for name, table in small.release().items()
        if name.startswith(("occ", "ISCO", "broaderRelationsOcc"))
    }
    del older["occupationSkillRelations.csv"]
    report = compared(tmp_path, lambda tables: None, older)
    assert report.compared == (ConceptKind.OCCUPATION, ConceptKind.ISCO_GROUP)
    assert report.added == report.moved == ()
    assert report.skill_links == (0, 0, 0, 0)


def test_the_text_says_how_many_more(tmp_path):
    def change(tables):
        for number in range(20):
            uri = f"{BASE}occupation/new{number}"
            tables["occupations_en.csv"].append(small.occupation(uri, "7512", f"7512.{number + 3}", f"kind {number}"))

    said = str(compared(tmp_path, change))
    assert said.startswith("ESCO 1.1.1 -> 1.2.0\n")
    assert "added: 20" in said
    assert "    and 8 more" in said
    assert f"{MAKING}" not in said
