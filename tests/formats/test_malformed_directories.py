"""Every reader of directories against files as they should never come: told with file, row and field, never a crash."""

from pathlib import Path

import pytest

from kesher.formats import data_inclusion, kolsherut, tables, toronto
from kesher.formats.kolsherut_services import CLINIC, CLINIC_COLUMNS, DEPARTMENT_COLUMNS
from tests.formats.malformed import check, csv_cases, json_cases, workbook_cases

STRUCTURE = {
    "id": "s1",
    "nom": "Centre social",
    "date_maj": "2025-02-14",
    "commune": "Lille",
    "code_postal": "59000",
    "code_insee": "59350",
    "description": "Accueil de tous, à l’écoute.",
}
SERVICE = {
    "structure_id": "s1",
    "id": "v1",
    "nom": "Atelier numérique",
    "description": "Apprendre à se servir d’un ordinateur.",
    "date_maj": "2025-02-14",
    "thematiques": "numerique--maitriser-les-fondamentaux-du-numerique",
    "frais": "gratuit",
    "modes_accueil": "en-presentiel",
}
GOOD_WORKBOOK = {
    "Structures": [list(STRUCTURE), list(STRUCTURE.values())],
    "Services": [list(SERVICE), list(SERVICE.values())],
}
GOOD_JSON = {
    "structures": [STRUCTURE],
    "services": [{**SERVICE, "thematiques": [SERVICE["thematiques"]], "modes_accueil": ["en-presentiel"]}],
}
TABLE = (
    "id,name_he,organisation,phone,email,city,latitude,longitude,languages,days,opens,closes\n"
    'a1,סיוע בעבודה,עיריית ערד,08-9951614,a@example.org,ערד,31.25,35.21,"he; ar",Sun-Thu,08:30,16:00\n'
    'a2,קורס עברית,עיריית ערד,08-9951615,b@example.org,ערד,31.25,35.21,he,"Mon, Wed",17:00,19:00\n'
)
TORONTO = (
    "ID,NAME,ADDRESS,LATITUDE,LONGITUDE\n"
    'M1,"COSTI, North York Centre, Settlement","1 Main St\nToronto, ON     M5S 2P1",43.6,-79.4\n'
    'M2,Réseau d’accueil,"2 Main St\nToronto, ON     M5S 2P1",43.6,-79.4\n'
)
DEPARTMENT_HEADER = sorted(DEPARTMENT_COLUMNS)
DEPARTMENTS = "\n".join(
    (
        ",".join(DEPARTMENT_HEADER),
        *(
            ",".join({"location": name, "city": name, "machlaka_phone": phone}.get(c, code) for c in DEPARTMENT_HEADER)
            for code, name, phone in (("1", "ערד", "08-9951614"), ("2", "אילת", "08-6367891"))
        ),
        "",
    )
)
CLINIC_HEADER = [column for column in sorted(CLINIC_COLUMNS) if "," not in column]

CASES = {
    **{
        f"data-inclusion workbook: {name}": (data_inclusion.read, case)
        for name, case in workbook_cases(GOOD_WORKBOOK, "dataset.xlsx").items()
    },
    **{
        f"data-inclusion JSON: {name}": (data_inclusion.read, case)
        for name, case in json_cases(GOOD_JSON, "dataset.json").items()
    },
    **{
        f"table: {name}": (tables.read, case)
        for name, case in csv_cases(TABLE, "services.csv", key="id", required="name_he").items()
    },
    **{
        f"table workbook: {name}": (tables.read, case)
        for name, case in workbook_cases(
            {"Services": [line.split(",")[:4] for line in TABLE.split("\n")[:3]]}, "services.xlsx"
        ).items()
    },
    **{
        f"toronto: {name}": (toronto.read, case)
        for name, case in csv_cases(TORONTO, "refugee_services_211.csv", key="ID", required="NAME").items()
    },
    **{
        f"kolsherut departments: {name}": (kolsherut.read, case)
        for name, case in csv_cases(
            DEPARTMENTS, "social_service_departments.csv", key="semel_machlaka", required="location"
        ).items()
    },
}


@pytest.mark.parametrize("name", CASES)
def test_told_never_raised(name: str, tmp_path: Path) -> None:
    read, case = CASES[name]
    check(read, tmp_path, name, case)


def test_enough_of_them() -> None:
    counted: dict[str, int] = {}
    for name in CASES:
        counted[name.partition(":")[0]] = counted.get(name.partition(":")[0], 0) + 1
    assert counted["data-inclusion workbook"] + counted["data-inclusion JSON"] >= 40
    assert counted["table"] >= 40
    assert counted["toronto"] >= 40
    assert counted["kolsherut departments"] >= 40


@pytest.mark.parametrize(
    ("read", "file", "content"),
    [
        (tables.read, "services.csv", TABLE.encode()),
        (toronto.read, "refugee_services_211.csv", TORONTO.encode()),
        (kolsherut.read, "social_service_departments.csv", DEPARTMENTS.encode()),
    ],
)
def test_the_good_file_is_read_whole(read, file: str, content: bytes, tmp_path: Path) -> None:
    """Without this the cases above could pass because the good file itself fails."""
    (tmp_path / file).write_bytes(content)
    reading = read(str(tmp_path / file))
    assert len(list(reading.services)) == 2
    assert reading.refusals == []


YAML_FAULTS = {
    "empty": b"",
    "blanks": b"  \n",
    "a text": b"hello",
    "a mapping": b"a: b",
    "tabs": b"-\tname: x\n\t slug: y",
    "cut short": b"- name:\n    source: 'Human",
    "NULs": b"- name: x\x00\n  slug: y",
    "controls": b"- name: \x01\n  slug: y",
    "not UTF-8": b"- name: \xff\xfe\n  slug: y",
    "aliases": b"- &a [x]\n- *a",
    "laughs": b"a: &a [1,1]\nb: &b [*a,*a]\nc: [*b,*b]",
    "a tag that runs": b"- !!python/object/apply:os.system ['true']",
    "deep": b"[" * 20_000,
    "key twice": b"- slug: a\n  slug: b\n  name: x",
    "list as key": b"- ? [a]\n  : b",
    "terms without slugs": b"- name: x\n- name: y",
    "terms without names": b"- slug: x",
    "numbers": b"- 1\n- 2",
    "two documents": b"--- \n- slug: a\n--- \n- slug: b",
    "unclosed brace": b"- {slug: a",
}


@pytest.mark.parametrize("name", YAML_FAULTS)
def test_a_taxonomy_that_is_none(name: str, tmp_path: Path) -> None:
    check(kolsherut.read, tmp_path, name, ("taxonomy.yaml", YAML_FAULTS[name], "unreadable"))


def test_a_name_missing_is_told_with_its_row_and_column(tmp_path: Path) -> None:
    path = tmp_path / "services.csv"
    path.write_text("id,name_en,city\n1,A,Arad\n2,,Arad\n", "utf-8")
    reading = tables.read(str(path))
    assert [service.external_id for service in reading.services] == ["1"]
    (refusal,) = reading.refusals
    assert (refusal.file, refusal.row, refusal.field, refusal.fatal) == ("services.csv", 3, "name_en", True)


def test_clinic_columns_are_those_of_the_list() -> None:
    assert CLINIC in CLINIC_HEADER
