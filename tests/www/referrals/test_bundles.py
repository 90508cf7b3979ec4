"""The pages of Bundles, and the command: handed in, refused with a place and a sentence, taken away by the two sides alone."""

import json
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation

from kesher.accounts.roles import Role
from kesher.base.models import AccessLog
from kesher.cli import main
from kesher.formats import fhir
from kesher.referrals.models import Referral
from tests.factories import MembershipFactory
from tests.referrals.conftest import Two
from tests.referrals.test_fhir_in import answered, arriving, bundle, counts, negatives
from tests.shared import shared

pytestmark = pytest.mark.django_db


def address(name: str, *args: object) -> str:
    with translation.override("en"):
        return reverse(name, args=args)


def hand_in(client: Client, text: str | bytes, language: str = "am"):
    data = text.encode() if isinstance(text, str) else text
    file = SimpleUploadedFile("referral.json", data, content_type="application/json")
    return client.post(address("referral_bundle_in"), {"file": file, "language": language})


def test_an_answer_is_handed_in_on_the_page(client: Client, two: Two) -> None:
    referral = two.send()
    client.force_login(two.provider)
    response = hand_in(client, answered(two, referral, "accepted"))
    assert response.headers["Location"] == address("provider_referral", referral.pk)
    referral.refresh_from_db()
    assert (referral.state, referral.worker_id) == ("accepted", two.provider.pk)
    client.force_login(two.caseworker)
    refused = hand_in(client, answered(two, referral, "in-progress"))
    assert refused.status_code == 400
    assert "Nothing was taken in" in refused.content.decode()


def test_a_new_one_is_handed_in_and_opened(client: Client, two: Two) -> None:
    client.force_login(two.provider)
    value = arriving(two)
    response = hand_in(client, bundle(value))
    assert response.headers["Location"] == address("provider_referral", value.id)
    assert "Almaz Tessema" in client.get(response.headers["Location"]).content.decode()


MALFORMED = [
    b"",
    b"{",
    b"[]",
    b"null",
    b'{"resourceType": "Patient"}',
    b'{"resourceType": "Bundle"}',
    b'{"resourceType": "Bundle", "entry": {}}',
    b'{"resourceType": "Bundle", "entry": [1]}',
    b'{"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Task"}}]}',
    b"\xff\xfe\x00",
    b"[" * 20_000,
    b"<Bundle xmlns='http://hl7.org/fhir'/>",
]


@pytest.mark.parametrize("data", MALFORMED, ids=range(len(MALFORMED)))
def test_what_is_none_is_refused_with_its_place(client: Client, two: Two, data: bytes) -> None:
    client.force_login(two.provider)
    before = counts()
    response = hand_in(client, data)
    assert response.status_code == 400
    assert counts() == before


def test_every_negative_task_is_refused_on_the_page(client: Client, two: Two) -> None:
    client.force_login(two.provider)
    whole = json.loads(shared("conformance/fhir-sdoh/closed_loop_referral_bundle.r4.json").read_text())
    others = [entry for entry in whole["entry"] if entry["resource"]["resourceType"] != "Task"]
    for negative in negatives():
        wrong = whole | {"entry": [*others, {"fullUrl": "urn:x:task", "resource": negative["resource"]}]}
        response = hand_in(client, json.dumps(wrong))
        assert response.status_code == 400, negative["name"]
        assert "Bundle.entry" in response.content.decode()


def test_sender_and_receiver_take_it_away_and_nobody_else(client: Client, two: Two) -> None:
    referral = two.send(why="Fled from her husband.")
    path = address("referral_bundle", referral.pk)
    for user in (two.caseworker, two.provider):
        client.force_login(user)
        response = client.get(path)
        assert response.status_code == 200
        assert response["Content-Type"] == "application/fhir+json"
        (read,) = fhir.from_json(response.content)
        assert (read.id, read.state.value) == (str(referral.pk), "requested")
        assert "Fled" not in response.content.decode()
        assert two.person.phone not in response.content.decode()
        assert AccessLog.objects.filter(about_id=two.person.pk, actor_id=user.pk, purpose="export").exists()
    for role in (Role.CASEWORKER, Role.PROVIDER, Role.AUDITOR, Role.OFFICER):
        client.force_login(MembershipFactory(role=role).user)
        assert client.get(path).status_code == 404
    client.force_login(two.caseworker)
    assert client.get(address("referral_bundle", two.draft("another").pk)).status_code == 404  # nobody else's yet


def test_the_command_refuses_with_2_and_takes_in_what_fits(
    two: Two, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from contextlib import nullcontext

    from kesher.cli import fhir as command

    monkeypatch.setattr(command, "database_up", lambda _environment: nullcontext())  # the test's own is up
    monkeypatch.setattr(command, "set_up_django", lambda _role: None)
    referral, file = two.send(), tmp_path / "answer.json"
    file.write_text(answered(two, referral, "accepted"))
    mine = ["--as", two.provider.email]
    assert main(["fhir", "in", str(file), *mine]) == 0
    assert "accepted  moved" in capsys.readouterr().out
    assert Referral.objects.get().state == "accepted"
    assert main(["fhir", "out", str(referral.pk), *mine]) == 0
    assert fhir.from_json(capsys.readouterr().out)[0].id == str(referral.pk)
    whole = json.loads(shared("conformance/fhir-sdoh/closed_loop_referral_bundle.r4.json").read_text())
    others = [entry for entry in whole["entry"] if entry["resource"]["resourceType"] != "Task"]
    for negative in negatives():
        wrong = whole | {"entry": [*others, {"fullUrl": "urn:x:task", "resource": negative["resource"]}]}
        file.write_text(json.dumps(wrong))
        assert main(["fhir", "in", str(file), *mine]) == 2, negative["name"]
        assert "Bundle.entry" in capsys.readouterr().err
    for wrong_arguments in (
        ["fhir", "in", str(tmp_path / "none.json"), *mine],
        ["fhir", "in", str(file), "--as", "nobody@example.org"],
        ["fhir", "in", str(file), *mine, "--language", "xx"],
        ["fhir", "out", str(uuid4()), *mine],
        ["fhir", "out", str(referral.pk), *mine, "--for", str(uuid4())],
    ):
        assert main(wrong_arguments) == 2
        assert capsys.readouterr().err.startswith("kesher: ")
