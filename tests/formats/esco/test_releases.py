"""The official releases themselves, held to published numbers."""

import numpy as np
import pytest

from kesher.formats.esco import ConceptKind, compare, open_index, read, read_releases, same, write_index
from kesher.formats.esco.conformance import conformance
from tests.shared import shared

pytestmark = pytest.mark.conformance
CLASSIFICATION, RELATIONS = "esco-v1.1.1-classification-en.zip", "esco-v1.1.1-relations.zip"
OCCUPATIONS, GROUPS = "esco-v1.0.8-occupations-26-languages.zip", "esco-v1.0.8-isco-groups-26-languages.zip"


@pytest.fixture(scope="module")
def newest():
    folder = shared("data/esco")
    return read(folder / CLASSIFICATION, folder / RELATIONS)


@pytest.fixture(scope="module")
def older():
    folder = shared("data/esco")
    return read(folder / OCCUPATIONS, folder / GROUPS)


def test_every_check_of_the_conformance_group_passes():
    shared("data/esco")
    checks = list(conformance(shared("conformance/esco").parent.parent))
    assert [(name, said) for name, passed, said in checks if passed is False] == []
    assert sum(passed is True for _, passed, _ in checks) == 37
    assert {name.split()[0] for name, passed, _ in checks if passed is None} == {"v1.1.0", "v1.2.0"}


def test_all_that_was_left_out_of_1_1_1_is_told(newest):
    told = [(one.file.rpartition("/")[2], one.row, one.field) for one in newest.refusals if one.fatal]
    assert told == [
        ("broaderRelationsOccPillar.csv", 3205, "conceptUri"),
        ("occupationSkillRelations.csv", 84425, "occupationUri"),
        ("skillSkillRelations.csv", 4645, "relatedSkillUri"),
    ]
    assert [len(one.rows) for one in newest.dangling] == [1, 67]
    assert len(newest.taxonomy.relations.occupation_skill) == 123_855 - 67
    assert len(newest.taxonomy.relations.skill_skill) == 5_899 - 1


def test_seven_groups_stand_in_the_hierarchy_alone(newest):
    assert newest.taxonomy.counts()["skill groups"] == 640 + 7
    assert sum("in the hierarchy but not" in one.reason for one in newest.refusals) == 7


def test_codes_give_the_hierarchy_of_1_1_1_exactly(newest):
    coded = read(shared("data/esco") / CLASSIFICATION).taxonomy
    table = newest.taxonomy.relations.broader
    of_occupations = table[newest.taxonomy.concepts.kind[table[:, 0]] <= ConceptKind.ISCO_GROUP]
    own = coded.relations.broader
    assert len(of_occupations) == 3_617 - 1
    assert np.array_equal(own[coded.concepts.kind[own[:, 0]] <= ConceptKind.ISCO_GROUP], of_occupations)


def test_the_report_from_1_0_8_to_1_1_1(newest, older):
    report = compare(older.taxonomy, newest.taxonomy)
    assert report.compared == (ConceptKind.OCCUPATION, ConceptKind.ISCO_GROUP)
    assert len(report.added) == 67
    assert {one.label for one in report.withdrawn} == {"wind energy engineer", "wind turbine technician"}
    assert [(one.before.label, one.after.label) for one in report.renamed] == [
        ("therapeutic radiographer", "radiation therapist")
    ]
    assert len(report.relabelled) == 36
    assert sum(one.isco_before != one.isco_after for one in report.recoded) == 57
    assert len(report.recoded) == 477


def test_26_languages_are_lent_to_1_1_1_and_kept_in_an_index(tmp_path, newest, older):
    folder = shared("data/esco")
    taxonomy = read(*(folder / name for name in (CLASSIFICATION, RELATIONS, OCCUPATIONS, GROUPS))).taxonomy
    assert (taxonomy.version, taxonomy.releases, len(taxonomy.languages)) == ("1.1.1", ("1.1.1", "1.0.8"), 26)
    english = taxonomy.labels.language == taxonomy.languages.index("en")
    assert set(taxonomy.labels.release[english]) == {0}
    assert int(english.sum()) == len(newest.taxonomy.labels)
    # of 2,942 occupations two are withdrawn; the third has a successor
    german = english != english
    german |= (taxonomy.labels.language == taxonomy.languages.index("de")) & (taxonomy.labels.role == 0)
    assert int(german.sum()) == 2_940 + 619
    assert np.array_equal(taxonomy.relations.broader, newest.taxonomy.relations.broader)
    write_index(taxonomy, tmp_path / "esco.npz")
    assert same(open_index(tmp_path / "esco.npz"), taxonomy)
    # a release is no upgrade of itself: what was lent does not count as change
    report = compare(taxonomy, newest.taxonomy)
    assert (report.added, report.withdrawn, report.succeeded, report.relabelled) == ((), (), (), ())


def test_versions_are_told_from_the_names_of_files():
    folder = shared("data/esco")
    assert [one.taxonomy.version for one in read_releases([folder / GROUPS, folder / RELATIONS])] == ["1.1.1", "1.0.8"]
