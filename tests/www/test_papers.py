"""The pages of papers, the caseworker's and one's own: sent, opened, taken out; refused in one's language; never shown."""

import io
import re
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from PIL import Image

from kesher.accounts.models import Organisation, User
from kesher.accounts.roles import Role
from kesher.adapters.antivirus import Clamd
from kesher.base.models import AccessLog
from kesher.people import attachments, files
from kesher.people.models import Attachment, Person, Qualification
from kesher.www import uploads
from kesher.www.caseworker.people import papers as pages
from kesher.www.jobseeker.papers import MyArchiveView
from tests.clamd import EICAR, clamd
from tests.factories import AttachmentFactory, MembershipFactory, OrganisationFactory, PersonFactory, UserFactory
from tests.formats.documents import papers

pytestmark = pytest.mark.django_db
#: Of each refusal one, and those in which a name or a kind is quoted.
IN_HEBREW = (
    "nothing",
    "too large",
    "a page named PDF",
    "a PDF named program, turned round",
    "a drawing with a program",
    "Word with a password",
    "a zip bomb",
    "a macro",
    "a PDF that runs",
    "a PDF of too many pages",
    "a picture bomb",
    "a page named picture",
)
STORED_NAMES = re.compile(rb"[0-9a-f]{32}")


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.ATTACHMENTS = tmp_path / "papers"
    return tmp_path / "papers"


@pytest.fixture
def here() -> Organisation:
    organisation: Organisation = OrganisationFactory(approved=True)
    return organisation


@pytest.fixture
def noa(here: Organisation) -> User:
    user: User = MembershipFactory(organisation=here, role=Role.CASEWORKER).user
    return user


@pytest.fixture
def person(here: Organisation) -> Person:
    made: Person = PersonFactory(keeper=here)
    files.claim(files.claim_key(made), user=UserFactory())
    made.refresh_from_db()
    return made


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def address(name: str, person: Person, **more: Any) -> str:
    return reverse(name, kwargs={"pk": person.pk, **more})


def send(client: Client, path: str, content: bytes, name: str, *, field: str = "file", **said: Any) -> Any:
    return client.post(path, {"kind": "proof", field: SimpleUploadedFile(name, content), **said})


def nothing_is_kept() -> bool:
    return not Attachment.objects.exists() and not list(attachments.store().names())


def test_a_certificate_photographed_by_the_person_is_opened_by_the_caseworker(person: Person, noa: User) -> None:
    own, staff = browser(person.user), browser(noa)
    held = Qualification.objects.create(person=person, title="أخصائي مخابز", proof="held")
    form = own.get(reverse("my_papers")).content.decode()
    assert 'capture="environment"' in form
    assert 'accept="image/jpeg,image/png"' in form
    sent = send(
        own, reverse("my_papers"), papers.picture(turned=True), "IMG_1.jpg", field="photo", qualification=str(held.pk)
    )
    assert sent.status_code == 302
    row = Attachment.objects.get()
    assert (row.qualification, row.noted_by_id, row.state) == (held, person.user_id, "waiting")
    shown = staff.get(address("caseworker_papers", person)).content.decode()
    assert "أخصائي مخابز" in shown
    assert "IMG_1.jpg" in shown
    assert "أخصائي مخابز" in staff.get(address("caseworker_person", person)).content.decode()
    answer = staff.get(address("caseworker_paper", person, paper=row.pk))
    with Image.open(io.BytesIO(answer.content)) as made:
        assert (made.size, dict(made.getexif())) == ((40, 60), {})
    looked = list(AccessLog.objects.filter(about_id=person.pk, actor_id=noa.pk).order_by("id").values_list("purpose"))
    assert ("paper",) in looked
    assert "opened one of your papers" in own.get(reverse("who_looked")).content.decode()


def test_it_is_handed_out_to_be_saved_and_nothing_in_it_may_run(person: Person, noa: User) -> None:
    row = AttachmentFactory(person=person, name="תעודה of Almaz; x.pdf", content=papers.pdf())
    for client, path in (
        (browser(noa), address("caseworker_paper", person, paper=row.pk)),
        (browser(person.user), reverse("my_paper", kwargs={"paper": row.pk})),
    ):
        answer = client.get(path)
        assert answer.content == papers.pdf()
        assert answer["Content-Type"] == "application/pdf"
        assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''")
        assert answer["Content-Disposition"].isascii()
        assert answer["Content-Security-Policy"] == pages.SANDBOX
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Cache-Control"] == "no-store"
        assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
        assert not re.search(r"almaz|diploma", path.lower()), "an address stands in logs"


def test_nobody_opens_what_is_of_somebody_else(person: Person, noa: User) -> None:
    """Neither by another's address nor by one's own with the key of another's paper."""
    mine, theirs = AttachmentFactory(person=person), AttachmentFactory()
    almaz, staff = browser(person.user), browser(noa)
    assert almaz.get(reverse("my_paper", kwargs={"paper": mine.pk})).status_code == 200
    assert almaz.get(reverse("my_paper", kwargs={"paper": theirs.pk})).status_code == 404
    assert staff.get(address("caseworker_paper", person, paper=theirs.pk)).status_code == 404
    assert staff.get(address("caseworker_paper", theirs.person, paper=theirs.pk)).status_code == 404
    for key in (str(theirs.pk), "x"):
        staff.post(address("caseworker_papers", person), {"remove": key})
        almaz.post(reverse("my_papers"), {"remove": key})
    assert Attachment.objects.filter(pk=theirs.pk).exists()
    noa.memberships.update(
        until=timezone.localdate() - timedelta(days=1), since=timezone.localdate() - timedelta(days=9)
    )
    assert (
        browser(User.objects.get(pk=noa.pk)).get(address("caseworker_paper", person, paper=mine.pk)).status_code == 404
    )


@pytest.mark.parametrize("case", IN_HEBREW)
def test_what_is_no_paper_is_refused_in_ones_language_and_nothing_is_kept(case: str, person: Person) -> None:
    content, name, code = papers.REFUSED[case]
    with translation.override("he"):
        path = reverse("my_papers")
    answer = send(browser(person.user), path, content, name, kind="language")
    assert answer.status_code == 400
    alert = re.search(r'role="alert"><p>(.+?)</p>', answer.content.decode(), re.DOTALL)
    assert alert is not None, code
    assert re.search("[א-ת]", alert[1])
    assert not re.search(r"[A-Za-z]{12}", alert[1]), "not in English"
    assert '"language" ' in answer.content.decode() or 'value="language"' in answer.content.decode()
    assert nothing_is_kept()


def test_a_form_without_a_paper_or_with_two_is_told_so(person: Person, noa: User) -> None:
    staff, path = browser(noa), address("caseworker_papers", person)
    two = {"kind": "cv", "file": SimpleUploadedFile("a.pdf", papers.pdf()), "photo": SimpleUploadedFile("a.jpg", b"x")}
    for said, words in (
        ({"kind": "cv"}, "Choose a file, or photograph the paper."),
        (two, "Send one paper at a time."),
        ({"kind": "weapon", "file": SimpleUploadedFile("a.pdf", papers.pdf())}, "weapon"),
    ):
        answer = staff.post(path, said)
        assert answer.status_code == 400
        assert words in answer.content.decode()
    assert nothing_is_kept()


def test_taken_out_it_is_erased_and_a_second_press_is_no_fault(
    person: Person, noa: User, django_capture_on_commit_callbacks: Any
) -> None:
    row = AttachmentFactory(person=person)
    for client, path in (
        (browser(noa), address("caseworker_papers", person)),
        (browser(person.user), reverse("my_papers")),
    ):
        with django_capture_on_commit_callbacks(execute=True):
            assert client.post(path, {"remove": str(row.pk)}).status_code == 302
    assert nothing_is_kept()


def test_before_it_was_looked_through_it_is_said_and_not_opened(person: Person, noa: User, settings: Any) -> None:
    settings.ANTIVIRUS = Clamd("127.0.0.1", 1, seconds=0.2)
    staff, path = browser(noa), address("caseworker_papers", person)
    page = staff.post(path, {"kind": "cv", "file": SimpleUploadedFile("cv.pdf", papers.pdf())}, follow=True)
    assert "once it was looked through" in page.content.decode()
    row = Attachment.objects.get()
    assert reverse("caseworker_paper", kwargs={"pk": person.pk, "paper": row.pk}) not in page.content.decode()
    closed = staff.get(address("caseworker_paper", person, paper=row.pk), follow=True)
    assert papers.pdf() not in closed.content
    assert "once it was looked through" in closed.content.decode()
    with clamd() as running:
        settings.ANTIVIRUS = Clamd("127.0.0.1", running.server_address[1], seconds=2)
        harmful = send(staff, path, papers.pdf(b"other") + EICAR, "cv.pdf")
        assert harmful.status_code == 400
        assert "Something harmful" in harmful.content.decode()
        attachments.look_through()
    assert staff.get(address("caseworker_paper", person, paper=row.pk)).content == papers.pdf()


def test_the_archive_holds_the_data_and_the_papers_that_may_be_opened(person: Person) -> None:
    AttachmentFactory(person=person, name="diploma.pdf", content=b"%PDF one")
    lost = AttachmentFactory(person=person, name="lost.pdf", content=b"%PDF two")
    attachments.store().remove(lost.stored_as)
    AttachmentFactory(person=person, state="refused", name="bad.pdf", stored_as=None, digest=None)
    own = browser(person.user)
    assert reverse("my_file_archive") in own.get(reverse("my_file_take")).content.decode()
    answer = own.get(reverse("my_file_archive"))
    assert answer["Content-Disposition"] == 'attachment; filename="file.zip"'
    assert answer["Cache-Control"] == "no-store"
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
        assert archive.namelist() == ["file.json", "papers/01 diploma.pdf"]
        assert archive.read("papers/01 diploma.pdf") == b"%PDF one"
        assert b"diploma.pdf" in archive.read("file.json")
        assert not STORED_NAMES.search(archive.read("file.json"))


def test_too_many_and_too_busy_are_said(person: Person, noa: User, monkeypatch: pytest.MonkeyPatch) -> None:
    staff, path = browser(noa), address("caseworker_papers", person)
    monkeypatch.setattr(uploads, "PATIENCE", 0.01)
    for _one in range(uploads.AT_ONCE):
        assert uploads._looking_into.acquire(timeout=0)
    try:
        assert send(staff, path, papers.pdf(), "a.pdf").status_code == 503
    finally:
        uploads._looking_into.release(uploads.AT_ONCE)
    monkeypatch.setattr(pages, "MOST", 0)
    assert send(staff, path, papers.pdf(), "a.pdf").status_code == 429
    assert nothing_is_kept()


def test_the_archive_is_made_six_times_in_ten_minutes(person: Person) -> None:
    own = browser(person.user)
    for status in [200] * 6 + [429]:
        answer = own.get(reverse("my_file_archive"))
        assert answer.status_code == status
        b"".join(answer)  # read to the end, as a browser does


def test_an_archive_that_fails_midway_leaves_nothing_open(person: Person) -> None:
    row = AttachmentFactory(person=person, name="diploma.pdf", content=b"%PDF one")
    stored = attachments.store().path(row.stored_as)
    stored.unlink()
    stored.mkdir()  # as a disk that fails: neither missing nor unreadable
    with pytest.raises(IsADirectoryError) as failed:
        browser(person.user).get(reverse("my_file_archive"))
    [file] = [
        step.locals["file"]
        for step in failed.traceback
        if isinstance(step.locals.get("self"), MyArchiveView) and step.name == "get"
    ]
    assert file.closed
