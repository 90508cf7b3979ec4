"""Referrals as FHIR: the guide's own examples, every referral there and back, and Bundles that are not taken in."""

import copy
import json
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kesher.formats.fhir import (
    LARGEST,
    WITH_REASON,
    ConsentGiven,
    FhirRefusal,
    Party,
    Reason,
    Referral,
    State,
    from_bundle,
    from_json,
    to_bundle,
)
from kesher.formats.person_conformance import fhir_checks, fhir_schema
from tests.shared import SHARED, shared

BASE = "https://kesher.example.org/fhir"
SAID = st.text(alphabet="abc XYZ אבג عربي አበበ <>&'\"12\n", min_size=1, max_size=30).map(str.strip).filter(bool)
MAYBE = st.one_of(st.just(""), SAID)
IDS = st.uuids().map(str)
PARTIES = st.builds(Party, id=IDS, name=MAYBE)
TIMES = st.datetimes(
    min_value=datetime(2000, 1, 1),
    max_value=datetime(2100, 1, 1),
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=2)), timezone(-timedelta(hours=3, minutes=30))]),
)


@st.composite
def referrals(draw: st.DrawFn) -> Referral:
    state = draw(st.sampled_from(State))
    reason = draw(SAID) if state in WITH_REASON else draw(MAYBE)
    sender, receiver = draw(PARTIES), draw(PARTIES)
    return Referral(
        id=draw(IDS),
        state=state,
        person=draw(PARTIES),
        sender=sender,
        receiver=draw(st.sampled_from([receiver, sender])),
        service=draw(SAID),
        authored=draw(TIMES),
        changed=draw(st.one_of(st.none(), TIMES)),
        category=draw(st.sampled_from(["employment-status", "language-access"])),
        reason=reason,
        reason_code=draw(st.sampled_from([None, *Reason])) if reason else None,
        business_status=draw(MAYBE),
        result=draw(MAYBE) if state is State.COMPLETED else "",
        replaces=draw(st.one_of(st.none(), IDS)),
        consent=draw(
            st.one_of(st.none(), st.builds(ConsentGiven, id=IDS, given=st.dates(date(2000, 1, 1)), purpose=MAYBE))
        ),
    )


def one(**changes: object) -> Referral:
    fields = {
        "id": "r-1",
        "state": State.REQUESTED,
        "person": Party("p-1", "Yulia"),
        "sender": Party("o-1", "Employment office"),
        "receiver": Party("o-2", "Job coaching"),
        "service": "Job coaching",
        "authored": datetime(2026, 11, 28, 9, tzinfo=UTC),
    }
    return Referral(**{**fields, **changes})


@pytest.mark.conformance
def test_the_guides_own_material():
    shared("conformance/fhir-sdoh/negative_tasks.json")
    checks = list(fhir_checks(SHARED))
    assert [(name, said) for name, passed, said in checks if not passed] == []
    assert sum(name.startswith("refused: ") for name, _, _ in checks) == 4


@settings(max_examples=200, deadline=None)
@given(referrals())
def test_a_referral_comes_back_as_it_went(referral):
    assert from_json(json.dumps(to_bundle(referral, base=BASE))) == (referral,)


@pytest.mark.conformance
@settings(max_examples=15, deadline=None)
@given(referrals())
def test_what_is_written_is_valid(referral):
    shared("conformance/fhir-sdoh/fhir.r4.subset.schema.json")
    assert schema().is_valid(to_bundle(referral, base=BASE))


@cache
def schema():
    return fhir_schema(SHARED)


def test_nothing_of_the_person_but_what_they_are_called():
    patient = to_bundle(one(), base=BASE)["entry"][0]["resource"]
    assert patient == {"resourceType": "Patient", "id": "p-1", "name": [{"text": "Yulia"}]}


def test_another_systems_bundle_is_understood():
    bundle = to_bundle(one(state=State.REJECTED, reason="full"), base=BASE)
    for entry in bundle["entry"]:  # references by address, as other systems write them
        entry["fullUrl"] = f"urn:uuid:{entry['resource']['id']}-{entry['resource']['resourceType']}"
    task = bundle["entry"][-1]["resource"]
    task["statusReason"] = {"coding": [{"system": "urn:theirs", "code": "9", "display": "We are full"}]}
    task["focus"]["reference"] = "urn:uuid:r-1-ServiceRequest"
    (found,) = from_bundle(bundle)
    assert (found.state, found.reason, found.reason_code) == (State.REJECTED, "We are full", None)


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "a b"},
        {"id": "x" * 65},
        {"receiver": Party("o-1", "Another name for the sender")},
        {"service": " "},
        {"authored": datetime(2026, 11, 28)},
        {"changed": datetime(2026, 11, 28)},
        *({"state": state} for state in sorted(WITH_REASON)),
    ],
)
def test_a_referral_that_is_none_is_not_made(changes):
    with pytest.raises(ValueError):
        one(**changes)


def test_a_party_has_an_id():
    with pytest.raises(ValueError, match="no id for FHIR"):
        Party("", "Yulia")


def _task(bundle: dict) -> dict:
    return next(entry["resource"] for entry in bundle["entry"] if entry["resource"]["resourceType"] == "Task")


BREAKS = {
    "no task": (lambda b: b["entry"].pop(), "Bundle.entry"),
    "entry no list": (lambda b: b.update(entry={}), "Bundle.entry"),
    "entry no resource": (lambda b: b["entry"].insert(0, {"fullUrl": "x"}), "Bundle.entry[0].resource"),
    "entry a text": (lambda b: b["entry"].insert(0, "x"), "Bundle.entry[0].resource"),
    "twice": (lambda b: b["entry"].append(b["entry"][0]), "Bundle.entry[5]"),
    "status missing": (lambda b: _task(b).pop("status"), "Bundle.entry[4].resource.status"),
    "status received": (lambda b: _task(b).update(status="received"), "Bundle.entry[4].resource.status"),
    "intent missing": (lambda b: _task(b).pop("intent"), "Bundle.entry[4].resource.intent"),
    "owner missing": (lambda b: _task(b).pop("owner"), "Bundle.entry[4].resource.owner"),
    "for missing": (lambda b: _task(b).pop("for"), "Bundle.entry[4].resource.for"),
    "requester missing": (lambda b: _task(b).pop("requester"), "Bundle.entry[4].resource.requester"),
    "date missing": (lambda b: _task(b).pop("authoredOn"), "Bundle.entry[4].resource.authoredOn"),
    "date no zone": (
        lambda b: _task(b).update(authoredOn="2026-11-28T09:00:00"),
        "Bundle.entry[4].resource.authoredOn",
    ),
    "date none": (lambda b: _task(b).update(authoredOn="yesterday"), "Bundle.entry[4].resource.authoredOn"),
    "another task": (lambda b: _task(b)["code"]["coding"][0].update(code="abort"), "Bundle.entry[4].resource.code"),
    "focus nowhere": (
        lambda b: _task(b)["focus"].update(reference="ServiceRequest/x"),
        "Bundle.entry[4].resource.focus",
    ),
    "focus a patient": (lambda b: _task(b)["focus"].update(reference="Patient/p-1"), "Bundle.entry[4].resource.focus"),
    "owner a patient": (lambda b: _task(b)["owner"].update(reference="Patient/p-1"), "Bundle.entry[4].resource.owner"),
    "no reason": (lambda b: _task(b).update(status="on-hold"), "Bundle.entry[4].resource.statusReason"),
    "empty reason": (
        lambda b: _task(b).update(status="failed", statusReason={"text": "  "}),
        "Bundle.entry[4].resource.statusReason.text",
    ),
    "intent of the request": (
        lambda b: b["entry"][3]["resource"].update(intent="plan"),
        "Bundle.entry[3].resource.intent",
    ),
    "nothing asked": (lambda b: b["entry"][3]["resource"].update(code={}), "Bundle.entry[4].resource.focus → code"),
    "another person": (
        lambda b: (
            b["entry"].append({"resource": {"resourceType": "Patient", "id": "p-2"}}),
            _task(b)["for"].update(reference="Patient/p-2"),
        ),
        "Bundle.entry[4].resource.for",
    ),
    "id": (lambda b: (_task(b).update(id="a b"), b["entry"][4].pop("fullUrl")), "Bundle.entry[4].resource.id"),
    "too long": (
        lambda b: b["entry"][3]["resource"]["code"].update(text="x" * 100_001),
        "Bundle.entry[3].resource.code.text",
    ),
}


@pytest.mark.parametrize("sign", ["\x00", "\x1b", "\u202e", "\u2028", "\ufeff", "\ufffd"], ids=ascii)
def test_signs_that_cannot_be_shown_are_refused_where_they_stand(sign):
    """NUL no database stores; an override of direction makes a name read as another."""
    for changes, where in (
        ({"person": Party("p-1", f"Yu{sign}lia")}, "Bundle.entry[0].resource.name[0].text"),
        ({"sender": Party("o-1", f"Office{sign}")}, "Bundle.entry[1].resource.name"),
        ({"service": f"Job {sign}coaching"}, "Bundle.entry[3].resource.code.text"),
        ({"state": State.FAILED, "reason": f"Mo{sign}ved"}, "Bundle.entry[4].resource.statusReason.text"),
        ({"state": State.COMPLETED, "result": f"Taught{sign}."}, "Bundle.entry[5].resource.code.text"),
    ):
        with pytest.raises(FhirRefusal, match="signs in it that cannot be shown") as caught:
            from_json(json.dumps(to_bundle(one(**changes), base=BASE)))
        assert caught.value.where == where
        assert sign not in str(caught.value)
    kept = one(person=Party("p-1", "ኣልማዝ\u200f לוי"), service="Two\nlines\tand a tab")
    assert from_json(json.dumps(to_bundle(kept, base=BASE))) == (kept,)


@pytest.mark.parametrize(("broken", "where"), BREAKS.values(), ids=BREAKS)
def test_what_is_wrong_is_named(broken, where):
    bundle = copy.deepcopy(to_bundle(one(), base=BASE))
    broken(bundle)
    with pytest.raises(FhirRefusal) as caught:
        from_bundle(bundle)
    assert caught.value.where == where
    assert len(str(caught.value)) < 400


def test_a_consent_of_another_person_is_refused():
    bundle = to_bundle(one(consent=ConsentGiven("c-1", date(2026, 1, 1))), base=BASE)
    bundle["entry"].append({"resource": {"resourceType": "Patient", "id": "p-2"}})
    consent = next(entry["resource"] for entry in bundle["entry"] if entry["resource"]["resourceType"] == "Consent")
    assert from_bundle(bundle)[0].consent
    consent["status"] = "inactive"
    assert from_bundle(bundle)[0].consent is None
    consent["patient"]["reference"] = "Patient/p-2"
    with pytest.raises(FhirRefusal, match="another person"):
        from_bundle(bundle)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00",
        b"[]",
        b"null",
        b"{",
        b"<Bundle/>",
        b'{"resourceType":"Patient"}',
        b'{"resourceType":["Bundle"]}',
        b'{"resourceType":"Bundle"}',
        b'{"resourceType":"Bundle","entry":[]}',
        b"[" * 100_000,
        b"\xff\xfe",
        b" " * (LARGEST + 1),
    ],
)
def test_what_is_no_bundle_is_refused(content):
    with pytest.raises(FhirRefusal) as caught:
        from_json(content)
    assert len(str(caught.value)) < 400
