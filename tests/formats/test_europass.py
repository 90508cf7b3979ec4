"""Europass: the element paths of a real export are read, a person comes back as they went, hostile files are refused."""

import json
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings

from kesher.formats import europass
from kesher.formats.europass import LARGEST, plain, read, write
from kesher.formats.profile import Cefr, Profile, UnreadableProfile
from tests.formats.profiles import PROFILES
from tests.mutations import WRONG
from tests.shared import shared

PATHS = "conformance/europass-cv/candidate_v4_element_paths.json"
#: What stands at the ends of the paths, where it matters what it is.
VALUES = {
    "FormattedDateTime": "2019-05",
    "BirthDate": "1990-01-01",
    "EducationLevelCode": "6",
    "ScoreText": "B2",
    "CompetencyDimensionTypeCode": "CEF-Speaking-Interaction",
    "TaxonomyID": "language",
    "CompetencyID": "eng",
    "PrimaryLanguageCode": "ukr",
    "CountryDialing": "972",
    "DialNumber": "086000001",
    "ChannelCode": "Web",
    "URI": "https://example.org/",
    "Ongoing": "false",
    "CurrentIndicator": "true",
    "CountryCode": "il",
    "Country": "il",
    "Description": "<p>What I <strong>did</strong></p><ul><li>this</li><li>that</li></ul>",
}
#: Paths Kesher writes that the export did not happen to hold: work that ended, and the link of an entry of one's own.
OURS = {
    "/Candidate/CandidateProfile/EmploymentHistory/EmployerHistory/PositionHistory/EmploymentPeriod/EndDate",
    "/Candidate/CandidateProfile/EmploymentHistory/EmployerHistory/PositionHistory/EmploymentPeriod/EndDate/FormattedDateTime",
    "/Candidate/CandidateProfile/Others/Other/Link",
    "/Candidate/CandidatePerson/Communication/Address/AddressLine",
}


def known_paths() -> dict[str, dict]:
    return {entry["path"]: entry for entry in json.loads(shared(PATHS).read_bytes())}


def document() -> bytes:
    """A file with every element of the export, as often as it stood there once."""
    made: dict[str, ElementTree.Element] = {}
    for path, entry in known_paths().items():
        above, _, name = path.rpartition("/")
        tag = f"{{{entry['ns']}}}{name}"
        made[path] = ElementTree.SubElement(made[above], tag) if above else ElementTree.Element(tag)
        if entry["hasText"]:
            made[path].text = VALUES.get(name, f"words of {name}")
    return ElementTree.tostring(made["/Candidate"], encoding="utf-8")


def candidate(inside: str, person: str = "<PersonName/>") -> bytes:
    spaces = f'xmlns="{europass.EUROPASS}" xmlns:hr="{europass.HR}" xmlns:oa="{europass.OAGIS}" xmlns:eures="{europass.EURES}"'
    return (
        f"<Candidate {spaces}><CandidatePerson>{person}</CandidatePerson>"
        f"<CandidateProfile>{inside}</CandidateProfile></Candidate>"
    ).encode()


@pytest.mark.conformance
def test_every_element_of_an_export_is_read_or_passed_over():
    person = read(document())
    assert person.called == "words of GivenName words of FamilyName"
    assert person.phones == ()  # its channel says Web
    assert (person.city, person.country) == ("words of CityName", "IL")
    (work,) = person.work
    assert (work.position, work.start, work.current) == ("words of PositionTitle", "2019-05", True)
    assert work.description == "What I did\nthis\nthat"
    (school,) = person.education
    assert (school.level, school.end, school.grade) == (6, "2019-05", "B2")
    assert person.languages[0].native
    assert [(one.code, one.spoken_interaction, one.reading) for one in person.languages[1:]] == [("eng", Cefr.B2, None)]


@pytest.mark.conformance
@settings(max_examples=60, deadline=None)
@given(PROFILES)
def test_a_person_comes_back_as_they_went(person):
    data = write(person, identity="kesher")
    back = read(data)
    assert back == person.model_copy(
        update={
            "given": person.called,  # the editor wants given and family names; Kesher asks what somebody is called
            "language": person.language if person.language in ("en", "uk") else "en",
            "languages": tuple(sorted(person.languages, key=lambda one: not one.native)),
            "education": tuple(one.model_copy(update={"field": ""}) for one in person.education),
        }
    )


@pytest.mark.conformance
@settings(max_examples=20, deadline=None)
@given(PROFILES)
def test_only_known_elements_are_written(person):
    known = {path: entry["ns"] for path, entry in known_paths().items()}

    def walk(element: ElementTree.Element, above: str) -> None:
        namespace, _, name = element.tag.removeprefix("{").partition("}")
        path = f"{above}/{name}"
        assert path in OURS or known.get(path) == namespace, (path, namespace)
        for child in element:
            walk(child, path)

    walk(ElementTree.fromstring(write(person, identity="kesher")), "")


def test_text_without_tags_is_left_alone():
    assert plain("a < b & c > d") == "a < b & c > d"
    assert plain("<p>one</p><p>two<br/>three</p>") == "one\ntwo\nthree"
    assert plain("<script>alert(1)</script>x") == "alert(1)x"


def test_what_xml_cannot_hold_is_left_out():
    person = read(write(Profile(called="A\x00d\x08a\ufffe", summary="x\x1by")))
    assert (person.called, person.summary) == ("Ada", "xy")


BOMB = b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>' + candidate("&b;")
OUTSIDE = b'<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + candidate("&a;")
PROFILE = "/Candidate/CandidateProfile"
PERIOD = (
    "<EmploymentHistory><EmployerHistory><PositionHistory/><PositionHistory>"
    "<eures:EmploymentPeriod>{}</eures:EmploymentPeriod></PositionHistory></EmployerHistory></EmploymentHistory>"
)
SCHOOL = "<EducationHistory><EducationOrganizationAttendance>{}</EducationOrganizationAttendance></EducationHistory>"
LEVEL = (
    "<PersonQualifications><PersonCompetency><CompetencyID>eng</CompetencyID><hr:TaxonomyID>language</hr:TaxonomyID>"
    "<eures:CompetencyDimension><hr:CompetencyDimensionTypeCode>CEF-Understanding-Reading</hr:CompetencyDimensionTypeCode>"
    "<eures:Score><hr:ScoreText>{}</hr:ScoreText></eures:Score></eures:CompetencyDimension></PersonCompetency></PersonQualifications>"
)


@pytest.mark.parametrize(
    ("content", "where"),
    [
        (b"", "the file"),
        (b"\x00", "the file"),
        (b"{}", "the file"),
        (b"<Candidate", "the file"),
        (b"<Candidate/>", "/Candidate"),
        (b'<Candidate xmlns="urn:x"/>', "/Candidate"),
        (b'<SkillsPassport xmlns="http://europass.cedefop.europa.eu/Europass"/>', "/SkillsPassport"),
        (b'<Candidate xmlns="http://www.europass.eu/1.0"/>', "/Candidate/CandidatePerson"),
        (BOMB, "the file"),
        (OUTSIDE, "the file"),
        (b'<?xml version="1.0" encoding="klingon"?>' + candidate(""), "the file"),
        (b'<?xml version="1.0" encoding="utf-16"?>' + candidate(""), "the file"),
        ("é".encode("latin-1") + candidate(""), "the file"),
        (candidate("<a>" * 200 + "</a>" * 200), "the file"),
        (b" " * (LARGEST + 1), "the file"),
        (
            candidate(
                PERIOD.format(
                    "<eures:StartDate><hr:FormattedDateTime>2019-02-31</hr:FormattedDateTime></eures:StartDate>"
                )
            ),
            f"{PROFILE}/EmploymentHistory/EmployerHistory/PositionHistory[2]/EmploymentPeriod/StartDate/FormattedDateTime",
        ),
        (
            candidate(PERIOD.format("<hr:CurrentIndicator>maybe</hr:CurrentIndicator>")),
            f"{PROFILE}/EmploymentHistory/EmployerHistory/PositionHistory[2]/EmploymentPeriod/CurrentIndicator",
        ),
        (
            candidate(SCHOOL.format("<EducationLevelCode>9</EducationLevelCode>")),
            f"{PROFILE}/EducationHistory/EducationOrganizationAttendance/EducationLevelCode",
        ),
        (
            candidate(SCHOOL.format("<EducationLevelCode>12</EducationLevelCode>")),
            f"{PROFILE}/EducationHistory/EducationOrganizationAttendance/EducationLevelCode",
        ),
        (
            candidate(LEVEL.format("fluent")),
            f"{PROFILE}/PersonQualifications/PersonCompetency/CompetencyDimension/Score/ScoreText",
        ),
        (
            candidate(
                "",
                "<Communication/><Communication><ChannelCode>Telephone</ChannelCode><CountryDialing>x</CountryDialing>"
                "<oa:DialNumber>1</oa:DialNumber></Communication>",
            ),
            "/Candidate/CandidatePerson/Communication[2]/CountryDialing",
        ),
        (
            candidate(SCHOOL.format(f"<hr:OrganizationName>{'x' * 20_001}</hr:OrganizationName>")),
            f"{PROFILE}/EducationHistory/EducationOrganizationAttendance/OrganizationName",
        ),
        (candidate("<Others><Title>Skills</Title>" + "<Other/>" * 501 + "</Others>"), "/Candidate: skills"),
        (candidate(SCHOOL.format(f"<Link>{'x' * 20_001}</Link>")), "/Candidate: url"),
        (candidate(f"<hr:ExecutiveSummary>{'x' * 20_001}</hr:ExecutiveSummary>"), "/Candidate: summary"),
    ],
)
def test_what_cannot_be_read_says_where(content, where):
    with pytest.raises(UnreadableProfile) as caught:
        read(content)
    assert caught.value.where == where
    assert len(str(caught.value)) < 400


def test_what_nobody_asked_for_is_not_read():
    person = read(
        candidate("", "<PersonName/><NationalityCode>ua</NationalityCode><hr:BirthDate>1990-01-01</hr:BirthDate>")
    )
    assert "1990" not in person.model_dump_json()
    assert person == Profile()


@pytest.mark.conformance
def test_one_wrong_element_anywhere_is_refused_with_its_place_or_does_no_harm():
    """Each element of the export says another thing, is missing, is there many times, or holds itself."""
    texts = [value for value in WRONG if isinstance(value, str) and "\x00" not in value] + [
        "31.12.2019",
        "-1",
        "9" * 40,
    ]
    parent = {}
    whole = document()
    refused, tried = set(), 0
    for number in range(sum(1 for _ in ElementTree.fromstring(whole).iter())):
        for change in [*texts, "missing", "often", "within"]:
            root = ElementTree.fromstring(whole)
            parent = {below: above for above in root.iter() for below in above}
            element = list(root.iter())[number]
            if change == "missing" and element in parent:
                parent[element].remove(element)
            elif change == "often" and element in parent:
                parent[element].extend([element] * 600)
            elif change == "within":
                element.append(ElementTree.fromstring(ElementTree.tostring(element)))
            else:
                element.text = change
            tried += 1
            try:
                read(ElementTree.tostring(root, encoding="utf-8"))
            except UnreadableProfile as fault:
                assert fault.where
                assert len(str(fault)) < 400
                refused.add((number, change))
    assert tried > 500
    assert len({number for number, _change in refused}) >= 30
    assert len(refused) >= 60
