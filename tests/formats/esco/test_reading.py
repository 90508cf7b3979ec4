"""Releases of ESCO: what is read, and what each fault says."""

import csv
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kesher.formats.esco import ConceptKind, LabelRole, NoteKind, ReuseLevel, SkillType, read, read_releases, same
from kesher.formats.records import UnreadableFile
from tests.formats.esco import small
from tests.formats.esco.small import BAKER, BASE, FLOUR, HEATING, KNEAD, MAKING, OFFICER, OVENS, PASTRY, TOP


def changed(file, change, tables=None):
    """The small release with one table's rows changed by a function."""
    tables = small.release() if tables is None else tables
    header, rows = tables[file]
    tables[file] = (header, change([list(row) for row in rows]))
    return tables


def test_a_whole_release(tmp_path):
    reading = read(small.folder(tmp_path))
    taxonomy = reading.taxonomy
    assert reading.refusals == []
    assert taxonomy.version == "1.2.0"
    assert taxonomy.languages == ("en",)
    assert taxonomy.notice == "This service uses the ESCO classification of the European Commission."
    assert taxonomy.counts() == {
        "occupations": 3,
        "ISCO groups": 8,
        "skills": 3,
        "skill groups": 3,
        "concept schemes": 5,  # two listed, three that concepts say they are in
    }
    baker = taxonomy.concept(taxonomy.index_of[BAKER])
    assert [(label.role, label.text) for label in baker.labels] == [
        (LabelRole.PREFERRED, "baker"),
        (LabelRole.ALTERNATIVE, "bread baker"),  # "baker" again among the others is no second label
        (LabelRole.ALTERNATIVE, "flat bread baker"),
        (LabelRole.HIDDEN, "bakker"),
    ]
    assert (baker.kind, baker.code, baker.isco, baker.status) == (ConceptKind.OCCUPATION, "7512.1", "7512", "released")
    assert baker.modified == "2024-01-25T11:28:50Z"
    assert not baker.regulated
    assert taxonomy.concept(taxonomy.index_of[PASTRY]).regulated
    assert taxonomy.note(baker.index, NoteKind.DESCRIPTION, "en") == "A baker,\nwho works."
    assert [taxonomy.concepts.uri[one] for one in baker.broader] == [f"{BASE}isco/C7512"]


def test_skills_and_what_relates_them(tmp_path):
    taxonomy = read(small.folder(tmp_path)).taxonomy
    uris, of = taxonomy.concepts.uri, taxonomy.index_of
    flour = taxonomy.concept(of[FLOUR])
    assert (flour.skill_type, flour.reuse_level) == (SkillType.KNOWLEDGE, ReuseLevel.OCCUPATION_SPECIFIC)
    assert {(uris[skill], essential) for skill, essential in taxonomy.skills_of(of[BAKER])} == {
        (KNEAD, True),
        (FLOUR, False),
    }
    assert [uris[one] for one in taxonomy.members("green skills")] == [OVENS]
    assert taxonomy.relations.skill_skill.tolist() == [[of[KNEAD], of[FLOUR]]]
    assert taxonomy.relations.skill_essential.tolist() == [0]
    assert {uris[one] for one in taxonomy.relations.top_concept[:, 1]} == {TOP, MAKING}
    with pytest.raises(ValueError, match="There is no collection 'grey'; there are green skills"):
        taxonomy.members("grey")


def test_a_skill_may_have_several_broader_groups(tmp_path):
    taxonomy = read(small.folder(tmp_path)).taxonomy
    above = taxonomy.broader(taxonomy.index_of[OVENS])
    assert {taxonomy.concepts.uri[one] for one in above} == {MAKING, HEATING}


def test_codes_keep_the_zeros_they_begin_with(tmp_path):
    taxonomy = read(small.folder(tmp_path)).taxonomy
    officer = taxonomy.concept(taxonomy.index_of[OFFICER])
    assert (officer.isco, officer.code) == ("0110", "0110.1")
    group = taxonomy.concepts.isco_group[officer.index]
    assert (taxonomy.concepts.isco[group], taxonomy.concepts.uri[group]) == ("0110", f"{BASE}isco/C0110")
    assert taxonomy.concepts.isco_group[group] == -1


def test_zeros_a_spreadsheet_program_cut_are_put_back_and_told(tmp_path):
    def cut(rows):
        rows[2][2], rows[2][13] = "110", "110.1"
        return rows

    def cut_group(rows):
        rows[3][2] = "110"
        return rows

    tables = changed("ISCOGroups_en.csv", cut_group, changed("occupations_en.csv", cut))
    reading = read(small.folder(tmp_path, tables))
    officer = reading.taxonomy.concept(reading.taxonomy.index_of[OFFICER])
    assert (officer.isco, officer.code) == ("0110", "0110.1")
    assert {(one.file, one.row, one.field, one.fatal) for one in reading.refusals} == {
        ("occupations_en.csv", 4, "iscoGroup", False),
        ("occupations_en.csv", 4, "code", False),
        ("ISCOGroups_en.csv", 5, "code", False),
    }
    assert all("lost its leading zero" in one.reason for one in reading.refusals)


@pytest.mark.parametrize("pack", [small.folder, small.zipped])
def test_folder_and_zip_give_the_same(tmp_path, pack):
    place = tmp_path / "one"
    place.mkdir()
    assert same(read(pack(place)).taxonomy, read(small.folder(tmp_path)).taxonomy)


def test_single_files_give_the_same(tmp_path):
    path = small.folder(tmp_path)
    assert same(read(*path.iterdir(), version="1.2.0").taxonomy, read(path).taxonomy)


@settings(max_examples=25, deadline=None)
@given(chance=st.randoms(use_true_random=False))
def test_rows_in_any_order_give_the_same(tmp_path_factory, chance):
    tables = {}
    for file, (header, rows) in small.release().items():
        chance.shuffle(rows)
        tables[file] = (header, rows)
    shuffled = read(small.folder(tmp_path_factory.mktemp("shuffled"), tables))
    assert same(shuffled.taxonomy, read(small.folder(tmp_path_factory.mktemp("plain"))).taxonomy)


@pytest.mark.parametrize("dialect", [{"quoting": csv.QUOTE_ALL}, {"delimiter": ";"}, {"delimiter": "\t"}])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_however_a_program_saved_it(tmp_path, dialect, ends, mark):
    path = tmp_path / "esco-v1.2.0"
    path.mkdir()
    for file, (header, rows) in small.release().items():
        (path / file).write_bytes(mark + small.written(header, rows, **dialect).replace(b"\n", ends.encode()))
    other = tmp_path / "plain"
    other.mkdir()
    reading = read(path)
    assert reading.refusals == []
    assert same(reading.taxonomy, read(small.folder(other)).taxonomy)


def test_several_languages_of_one_release(tmp_path):
    tables = small.release()
    tables["occupations_ar.csv"] = (
        small.OCCUPATION_COLUMNS,
        [
            small.occupation(BAKER, "7512", "7512.1", "خباز", "عامل مخبز"),
            small.occupation(OFFICER, "0110", "0110.1", ""),
        ],
    )
    reading = read(small.folder(tmp_path, tables))
    taxonomy = reading.taxonomy
    assert taxonomy.languages == ("ar", "en")
    assert taxonomy.preferred(taxonomy.index_of[BAKER], "ar") == "خباز"
    assert taxonomy.preferred(taxonomy.index_of[OFFICER], "ar") == "officer"
    (told,) = reading.refusals
    assert (told.file, told.row, told.field, told.fatal) == ("occupations_ar.csv", 3, "preferredLabel", False)
    assert "“ar”. Rows without one: 1" in told.reason


def test_languages_that_disagree_are_told_and_english_is_kept(tmp_path):
    tables = small.release()
    tables["occupations_ar.csv"] = (small.OCCUPATION_COLUMNS, [small.occupation(BAKER, "7511", "7512.1", "خباز")])
    reading = read(small.folder(tmp_path, tables))
    assert reading.taxonomy.concepts.isco[reading.taxonomy.index_of[BAKER]] == "7512"
    (told,) = reading.refusals
    assert (told.file, told.row, told.field) == ("occupations_ar.csv", 2, "iscoGroup")
    assert told.reason == "“7511” is “7512” in occupations_en.csv; that was kept."


def test_relations_to_what_is_not_there_are_told_by_address(tmp_path):
    gone = f"{BASE}occupation/withdrawn"

    def more(rows):
        return [*rows, [gone, "essential", "", KNEAD], [gone, "optional", "", FLOUR]]

    reading = read(small.folder(tmp_path, changed("occupationSkillRelations.csv", more)))
    assert len(reading.taxonomy.relations.occupation_skill) == 3
    (told,) = reading.refusals
    assert (told.file, told.row, told.field, told.record, told.fatal) == (
        "occupationSkillRelations.csv",
        5,
        "occupationUri",
        gone,
        True,
    )
    assert "Rows that name it, all left out: 2" in told.reason
    assert [(one.uri, one.rows) for one in reading.dangling] == [(gone, (5, 6))]


def test_relations_without_their_concepts_are_told_once(tmp_path):
    tables = small.release()
    del tables["skills_en.csv"]
    reading = read(small.folder(tmp_path, tables))
    assert len(reading.taxonomy.relations.occupation_skill) == 0
    (told,) = [one for one in reading.refusals if one.file == "occupationSkillRelations.csv"]
    assert told.reason.startswith("It names skills, but no table of them was given. Rows left out: 3")
    assert told.remedy == "Give skills of the same release too."


def test_many_dangling_addresses_do_not_flood(tmp_path):
    def more(rows):
        return rows + [[f"{BASE}occupation/x{number}", "essential", "", KNEAD] for number in range(250)]

    reading = read(small.folder(tmp_path, changed("occupationSkillRelations.csv", more)))
    assert len(reading.refusals) == 101
    assert reading.refusals[-1].reason.startswith("More addresses in no table of concepts: 150.")
    assert len(reading.dangling) == 250


def test_groups_only_the_hierarchy_lists_are_kept(tmp_path):
    tables = changed("skillGroups_en.csv", lambda rows: rows[:2])
    reading = read(small.folder(tmp_path, tables))
    taxonomy = reading.taxonomy
    heating = taxonomy.concept(taxonomy.index_of[HEATING])
    assert (heating.kind, heating.code) == (ConceptKind.SKILL_GROUP, "S2")
    assert [(label.text, label.language) for label in heating.labels] == [("heating", "en")]
    (told,) = reading.refusals
    assert (told.file, told.row, told.fatal) == ("skillsHierarchy_en.csv", 4, False)


def test_the_occupations_hierarchy_is_in_their_codes_too(tmp_path):
    tables = small.release()
    whole = read(small.folder(tmp_path, tables, name="whole-v1.2.0")).taxonomy
    del tables["broaderRelationsOccPillar.csv"]
    coded = read(small.folder(tmp_path, tables, name="coded-v1.2.0")).taxonomy
    assert np.array_equal(coded.relations.broader, whole.relations.broader)


def test_a_circle_is_broken_and_told(tmp_path):
    def round_about(rows):
        return [*rows, ["SkillGroup", TOP, "SkillGroup", MAKING]]

    reading = read(small.folder(tmp_path, changed("broaderRelationsSkillPillar.csv", round_about)))
    taxonomy = reading.taxonomy
    assert {one.record for one in reading.refusals} == {TOP, MAKING}
    assert all("broader than itself" in one.reason for one in reading.refusals)
    assert taxonomy.broader(taxonomy.index_of[TOP]) == ()
    assert taxonomy.broader(taxonomy.index_of[HEATING]) == (taxonomy.index_of[TOP],)


FAULTS = {
    "a concept twice": ("occupations_en.csv", lambda rows: [*rows, rows[0]], 5, "conceptUri", "stands in row 2"),
    "another kind of concept": (
        "occupations_en.csv",
        lambda rows: [*rows, ["SkillGroup", f"{BASE}occupation/x", "7512", "x", *[""] * 10]],
        5,
        "conceptType",
        "one of skill groups, in a table of occupations",
    ),
    "no address": (
        "skills_en.csv",
        lambda rows: [*rows, small.skill("see below", "x")],
        5,
        "conceptUri",
        "“see below” is not the address",
    ),
    "an address of another kind": (
        "skillGroups_en.csv",
        lambda rows: [*rows, ["SkillGroup", KNEAD, "x", "", "", "released", "", "S9"]],
        5,
        "conceptUri",
        "one of the skills in skills_en.csv",
    ),
    "an unknown word": (
        "skills_en.csv",
        lambda rows: [*rows, small.skill(f"{BASE}skill/x", "x", type="hope")],
        5,
        "skillType",
        "“hope” is not known",
    ),
    "an unknown relation": (
        "occupationSkillRelations.csv",
        lambda rows: [*rows, [OFFICER, "nice", "", KNEAD]],
        5,
        "relationType",
        "“nice” is no type",
    ),
    "a skill of a skill group": (
        "occupationSkillRelations.csv",
        lambda rows: [*rows, [OFFICER, "essential", "", MAKING]],
        5,
        "skillUri",
        "one of the skill groups",
    ),
    "a skill that asks for itself": (
        "skillSkillRelations.csv",
        lambda rows: [*rows, [KNEAD, "", "essential", "", KNEAD]],
        3,
        "relatedSkillUri",
        "related to itself",
    ),
    "no ISCO group": (
        "occupations_en.csv",
        lambda rows: [*rows, small.occupation(f"{BASE}occupation/x", "9999", "9999.1", "x")],
        5,
        "iscoGroup",
        "“9999” is no ISCO unit group",
    ),
    "a label as long as a book": (
        "occupations_en.csv",
        lambda rows: [*rows, small.occupation(f"{BASE}occupation/x", "7512", "7512.9", "x", "y" * 5_000)],
        5,
        "altLabels",
        "A label has 5000 characters",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_faults_name_file_row_field_and_remedy(tmp_path, name):
    file, change, row, field, said = FAULTS[name]
    whole = read(small.folder(tmp_path, name="whole-v1.2.0")).taxonomy
    reading = read(small.folder(tmp_path, changed(file, change)))
    (told,) = reading.refusals
    assert (told.file, told.row, told.field) == (file, row, field)
    assert said in told.reason
    assert told.remedy
    for kept in whole.index_of:
        assert kept in reading.taxonomy.index_of
    assert len(reading.taxonomy.relations.occupation_skill) == 3


def test_a_quote_never_closed_loses_no_other_table(tmp_path):
    path = small.folder(tmp_path)
    content = (path / "skills_en.csv").read_bytes()
    (path / "skills_en.csv").write_bytes(content + b'KnowledgeSkillCompetence,"http://x/never closed\n')
    reading = read(path)
    told = [one for one in reading.refusals if one.file == "skills_en.csv"]
    assert [(one.row, one.fatal) for one in told] == [(5, True)]
    assert "never closed" in told[0].reason
    assert reading.taxonomy.counts()["skills"] == 3


def test_a_row_with_too_many_cells_is_told(tmp_path):
    path = small.folder(tmp_path)
    with (path / "occupationSkillRelations.csv").open("ab") as file:
        file.write(f"{OFFICER},essential,,{KNEAD},more\n".encode())
    reading = read(path)
    (told,) = reading.refusals
    assert (told.file, told.row) == ("occupationSkillRelations.csv", 5)
    assert len(reading.taxonomy.relations.occupation_skill) == 3


def test_cells_larger_than_csv_takes_are_read(tmp_path):
    many = ",\n".join(f"{BASE}label-role/{number}" for number in range(8_000))

    def fill(rows):
        rows[1][6] = many
        return [*rows, ["ConceptScheme", f"{BASE}concept-scheme/last", 'the "last"', "", "released", "", TOP]]

    tables = changed("conceptSchemes_en.csv", fill)
    assert len(many) > csv.field_size_limit()
    reading = read(small.folder(tmp_path, tables))
    assert reading.refusals == []
    last = reading.taxonomy.index_of[f"{BASE}concept-scheme/last"]
    assert reading.taxonomy.preferred(last) == 'the "last"'


def test_control_characters_and_loose_accents_are_cleaned(tmp_path):
    tables = small.release()
    label = "cafe\u0301\u2028owner\x07 \u202eabc"
    tables["occupations_en.csv"][1].append(small.occupation(f"{BASE}occupation/x", "7512", "7512.9", label))
    taxonomy = read(small.folder(tmp_path, tables)).taxonomy
    assert taxonomy.preferred(taxonomy.index_of[f"{BASE}occupation/x"]) == "café owner abc"


def test_a_column_that_is_missing(tmp_path):
    tables = small.release()
    header, rows = tables["skills_en.csv"]
    tables["skills_en.csv"] = (["kind", "address", *header[2:]], rows)
    reading = read(small.folder(tmp_path, tables))
    told = reading.refusals[0]
    assert (told.file, told.row, told.field, told.fatal) == ("skills_en.csv", 1, "conceptUri", True)


def test_what_is_no_table_of_esco_is_told_and_passed_over(tmp_path):
    path = small.folder(tmp_path)
    (path / "notes.csv").write_text("a,b\n1,2\n")
    (path / "occupations_en.ods").write_bytes(b"PK")
    reading = read(path)
    assert [(one.file, one.fatal) for one in reading.refusals] == [("notes.csv", False), ("occupations_en.ods", False)]
    assert "not .ods" in reading.refusals[1].reason


def test_a_table_under_another_name_is_known_by_its_columns(tmp_path):
    path = small.folder(tmp_path)
    (path / "occupations_en.csv").rename(path / "my list_en.csv")
    (path / "occupationSkillRelations.csv").rename(path / "links.csv")
    assert read(path).taxonomy.counts()["occupations"] == 3


# --- versions --------------------------------------------------------------------------------------------------------


def test_the_newest_release_is_read_and_older_languages_are_lent(tmp_path):
    tables = small.release()
    older = {
        "occupations_he.csv": (
            small.OCCUPATION_COLUMNS,
            [small.occupation(BAKER, "7511", "7511.3", "אופה", "אופת לחם")],
        ),
        "occupations_en.csv": (small.OCCUPATION_COLUMNS, [small.occupation(BAKER, "7511", "7511.3", "bread maker")]),
    }
    old, new = small.zipped(tmp_path, older, name="esco-v1.0.8.zip"), small.folder(tmp_path, tables)
    taxonomy = read(old, new).taxonomy
    assert taxonomy.version == "1.2.0"
    assert taxonomy.releases == ("1.2.0", "1.0.8")
    baker = taxonomy.concept(taxonomy.index_of[BAKER])
    assert baker.isco == "7512"  # codes are the newer release's
    assert [(label.text, label.language, label.release) for label in baker.labels if label.role == 0] == [
        ("baker", "en", "1.2.0"),
        ("אופה", "he", "1.0.8"),
    ]
    assert "bread maker" not in list(taxonomy.labels.text)  # English is there already
    assert taxonomy.notice.endswith("Adapted: labels of some languages come from an older release than the concepts.")
    assert [source.version for source in taxonomy.sources].count("1.0.8") == 1


def test_a_lent_label_follows_a_renamed_address(tmp_path):
    before = f"{BASE}occupation/before"
    older = {
        file: (small.OCCUPATION_COLUMNS, [small.occupation(before, "7512", "7512.1", label)])
        for file, label in (("occupations_he.csv", "אופה"), ("occupations_en.csv", "Baker"))
    }
    taxonomy = read(small.folder(tmp_path, older, name="v1.0.8"), small.folder(tmp_path)).taxonomy
    assert before not in taxonomy.index_of
    assert taxonomy.preferred(taxonomy.index_of[BAKER], "he") == "אופה"


def test_releases_come_newest_first(tmp_path):
    paths = [small.folder(tmp_path, name=f"esco-v{version}") for version in ("1.0.9", "1.0.10", "1.2.0")]
    assert [reading.taxonomy.version for reading in read_releases(paths)] == ["1.2.0", "1.0.10", "1.0.9"]


def test_the_same_relations_in_the_zip_of_each_language_are_read_once(tmp_path):
    tables = small.release()
    relations = {name: tables[name] for name in tables if "Relations" in name}
    one = small.zipped(tmp_path, tables, name="esco-v1.2.0-en.zip")
    other = small.zipped(tmp_path, relations, name="esco-v1.2.0-ar.zip")
    reading = read(one, other)
    assert len(reading.refusals) == 4
    assert all(told.reason.startswith("It is the same file as esco-v1.2.0-") for told in reading.refusals)
    assert reading.tally.rows["occupationSkillRelations"] == 3


# --- files as they should never come ---------------------------------------------------------------------------------


def test_nothing_of_esco(tmp_path):
    (tmp_path / "a.csv").write_text("x,y\n1,2\n")
    with pytest.raises(UnreadableFile, match="No table of ESCO is there"):
        read(tmp_path / "a.csv")


def test_a_table_of_words_needs_a_language(tmp_path):
    path = small.folder(tmp_path, {"occupations.csv": small.release()["occupations_en.csv"]})
    with pytest.raises(UnreadableFile, match=r"occupations_en\.csv, or give the language"):
        read(path)
    assert read(path, language="en").taxonomy.languages == ("en",)


def test_two_releases_need_names_for_their_versions(tmp_path):
    one, other, unsure = (small.folder(tmp_path, name=name) for name in ("esco-v1.1.1", "esco-v1.2.0", "downloads"))
    with pytest.raises(UnreadableFile, match="does not say of which it is"):
        read(one, other, unsure)


def test_the_same_table_with_other_content_is_refused(tmp_path):
    other = changed("occupations_en.csv", lambda rows: rows[:1])
    with pytest.raises(UnreadableFile, match="the same table of the same release, with other content"):
        read(small.folder(tmp_path), small.zipped(tmp_path, other))


def test_more_languages_than_there_are(tmp_path):
    table = small.release()["skillGroups_en.csv"]
    letters = "abcdefghijklmnopqrst"
    tables = {f"skillGroups_{one}{other}.csv": table for one in letters for other in letters}
    with pytest.raises(UnreadableFile, match="400 languages are more than 250"):
        read(small.folder(tmp_path, tables))


def test_as_many_statuses_as_rows(tmp_path):
    def many(rows):
        for number in range(400):
            rows.append(["SkillGroup", f"{BASE}skill/g{number}", f"group {number}", "", "", f"status {number}", "", ""])
        return rows

    taxonomy = read(small.folder(tmp_path, changed("skillGroups_en.csv", many))).taxonomy
    assert taxonomy.concept(taxonomy.index_of[f"{BASE}skill/g399"]).status == "status 399"


def test_hostile_zips_are_refused(tmp_path):
    path = tmp_path / "esco-v1.2.0.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../occupations_en.csv", "x")
    with pytest.raises(UnreadableFile, match="leads out of it"):
        read(path)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("occupations_en.csv", bytes(64 << 20))
    with pytest.raises(UnreadableFile, match="times its size"):
        read(path)


def test_what_says_it_is_utf_16_and_is_cut_is_unreadable(tmp_path):
    path = small.folder(tmp_path)
    file = path / "ISCOGroups_en.csv"
    file.write_bytes(b"\xfe\xff" + file.read_bytes()[: file.stat().st_size // 2 * 2 - 1])
    with pytest.raises(UnreadableFile):
        read(path)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_damage_is_a_remark_or_unreadable(tmp_path_factory, data):
    """Bytes put in or taken out anywhere, in any table."""
    path = small.folder(tmp_path_factory.mktemp("damaged"))
    file = path / data.draw(st.sampled_from(sorted(small.release())))
    content = file.read_bytes()
    place = data.draw(st.integers(0, len(content)))
    length = data.draw(st.integers(0, 40))
    file.write_bytes(content[:place] + data.draw(st.binary(max_size=12)) + content[place + length :])
    try:
        reading = read(path)
    except UnreadableFile as fault:
        assert fault.reason
        assert fault.remedy
        return
    taxonomy = reading.taxonomy
    for told in reading.refusals:
        assert told.file
        assert told.reason
        assert told.remedy
        assert told.row is None or told.row >= 1
    for pairs in (taxonomy.relations.broader, taxonomy.relations.occupation_skill, taxonomy.relations.skill_skill):
        assert ((pairs >= 0) & (pairs < len(taxonomy))).all()
    assert [concept.index for concept in taxonomy] == list(range(len(taxonomy)))
