"""JSON Resume: the standard's own fixtures, what Kesher knows of a person there and back, and files nobody should send."""

import json

import pytest
from hypothesis import given, settings
from jsonschema import Draft7Validator

from kesher.formats import jsonresume
from kesher.formats.jsonresume import LARGEST, from_profile, read, to_profile, write
from kesher.formats.person_conformance import jsonresume_checks
from kesher.formats.profile import Cefr, LanguageSkill, Profile, UnreadableProfile
from kesher.formats.values import UNREADABLE
from tests.formats.profiles import PROFILES
from tests.mutations import WRONG, places, with_value
from tests.shared import SHARED, shared


@pytest.mark.conformance
def test_every_fixture_gives_the_verdict_of_its_name():
    shared("conformance/jsonresume/schema.json")
    checks = list(jsonresume_checks(SHARED))
    assert [(name, said) for name, passed, said in checks if not passed] == []
    verdicts = [name for name, _, _ in checks if ", " not in name]
    assert len(verdicts) >= 212
    assert sum("nvalid" in name for name in verdicts) > 90


@pytest.mark.conformance
@settings(max_examples=60, deadline=None)
@given(PROFILES)
def test_a_person_comes_back_as_they_went(person):
    schema = json.loads(shared("conformance/jsonresume/schema.json").read_bytes())
    text = write(from_profile(person))
    wrong = Draft7Validator(schema, format_checker=Draft7Validator.FORMAT_CHECKER).iter_errors(json.loads(text))
    assert [error.message for error in wrong] == []
    back = to_profile(read(text))
    # A language without a name is written by its code and the levels in words, too: that is all that may come along.
    named = [one.model_copy(update={"name": "", "fluency": ""}) for one in back.languages]
    assert back.model_copy(update={"languages": tuple(named)}) == person


def test_levels_in_words_are_understood():
    person = to_profile(
        read(
            '{"languages":[{"language":"English","fluency":"Fluent (C1)"},{"language":"Hebrew","fluency":"Native speaker"}]}'
        )
    )
    assert person.languages[0] == LanguageSkill(
        name="English",
        fluency="Fluent (C1)",
        listening=Cefr.C1,
        reading=Cefr.C1,
        spoken_interaction=Cefr.C1,
        spoken_production=Cefr.C1,
        writing=Cefr.C1,
    )
    assert person.languages[1].native
    assert not list(person.languages[1].levels())


def test_what_others_added_is_kept():
    text = '{"basics":{"name":"Ada","pronouns":"she"},"x-theme":{"colour":[1,2]}}'
    assert json.loads(write(read(text))) == json.loads(text)


def test_what_is_no_address_is_not_written_as_one():
    text = write(from_profile(Profile(called="Ada", url="javascript:alert(1)", emails=("nobody",))))
    assert "javascript" not in text
    assert "email" not in json.loads(text)["basics"]
    assert json.loads(text)["basics"]["emails"] == ["nobody"]


@pytest.mark.parametrize(
    ("content", "where"),
    [
        (b"", "the file"),
        (b"\x00", "the file"),
        (b"\xff\xfe{\x00}\x00", "the file"),
        (b"[]", "the file"),
        (b"null", "the file"),
        (b"{", "the file"),
        (b'"' + b"x" * 100 + b'"', "the file"),
        (b"<resume/>", "the file"),
        (b"PK\x03\x04" + b"\0" * 40, "the file"),
        (b'{"basics":' * 5_000 + b"1" + b"}" * 5_000, "the file"),
        (b"[" * 100_000, "the file"),
        (b'{"basics":[]}', "basics"),
        (b'{"basics":{"name":7}}', "basics.name"),
        (b'{"basics":{"name":"\\ud800"}}', "the file"),
        (b'{"work":[{},{"startDate":"5/2019"}]}', "work[1].startDate"),
        (b'{"work":[{"startDate":2019}]}', "work[0].startDate"),
        (b'{"work":{"0":{}}}', "work"),
        (b'{"skills":[{"keywords":"html"}]}', "skills[0].keywords"),
        (b'{"skills":[null]}', "skills[0]"),
        (b'{"meta":"v1"}', "meta"),
        (b" " * (LARGEST + 1), "the file"),
    ],
)
def test_what_cannot_be_read_says_where(content, where):
    with pytest.raises(UnreadableProfile) as caught:
        read(content)
    assert caught.value.where == where
    assert len(str(caught.value)) < 400


#: Of every section something.
WHOLE = {
    "basics": {
        "name": "Ada Lovelace",
        "email": "ada@example.org",
        "phone": "08-555-0100",
        "url": "https://example.org/ada",
        "summary": "Reckons.",
        "location": {"city": "Arad", "countryCode": "IL", "postalCode": "8900000", "address": "1 Palm Street"},
        "profiles": [{"network": "x", "username": "ada", "url": "https://example.org/x"}],
    },
    "work": [
        {
            "name": "Engine works",
            "position": "Programmer",
            "startDate": "2019-05",
            "endDate": "2020",
            "highlights": ["a"],
        }
    ],
    "education": [
        {"institution": "Home", "area": "Mathematics", "studyType": "Master", "startDate": "2010", "courses": ["b"]}
    ],
    "certificates": [{"name": "Driving", "date": "2012-01-02", "issuer": "Town", "url": "https://example.org/c"}],
    "skills": [{"name": "Reckoning", "level": "high", "keywords": ["sums"]}],
    "languages": [{"language": "English", "fluency": "C1"}],
    "volunteer": [{"organization": "Choir", "position": "Alto", "startDate": "2018-01-01"}],
    "meta": {"version": "1.0.0"},
}


def test_one_wrong_value_anywhere_is_refused_with_its_place_or_does_no_harm():
    assert to_profile(read(json.dumps(WHOLE))).called == "Ada Lovelace"
    refused = set()
    for place in places(WHOLE):
        for number, value in enumerate(WRONG):
            try:
                person = to_profile(read(json.dumps(with_value(WHOLE, place, value))))
            except UnreadableProfile as fault:
                assert fault.where
                assert len(str(fault)) < 400
                refused.add((place, number))
            else:
                said = json.dumps(person.model_dump(mode="json"), ensure_ascii=False)
                assert not UNREADABLE.search(said), place
                assert "\\u0000" not in said, place
    assert len(refused) > 200


def test_more_than_a_cv_has_is_refused():
    for text in (
        json.dumps({"skills": [{}] * 501}),
        json.dumps({"basics": {"summary": "x" * 20_001}}),
    ):
        with pytest.raises(UnreadableProfile):
            to_profile(read(text))


def test_days_that_are_none_lose_what_is_wrong_with_them():
    work = to_profile(read('{"work":[{"startDate":"2019-19-39","endDate":"2020-02-30"}]}')).work[0]
    assert (work.start, work.end) == ("2019", "2020-02")


def test_odd_extensions_of_others_do_no_harm():
    odd = {"cefr": ["A1"], "native": "yes", "uri": 7, "level": "high", "fields": [1, None, "0613"], "emails": [3]}
    resume = {
        "basics": odd,
        "languages": [odd, {"cefr": {"reading": "Z9"}}, {"cefr": {"reading": []}}],
        "skills": [odd],
        "education": [{**odd, "level": 99}, {"level": 5, "fields": "0613"}],
    }
    person = to_profile(jsonresume.read(json.dumps(resume)))
    assert person.education[1].level == 5
    assert person.education[0].fields == ("0613",)
    assert not any(list(one.levels()) for one in person.languages)
