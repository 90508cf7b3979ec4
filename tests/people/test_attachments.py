"""Papers in a file: who sees them, what becomes of them with the file, and that no bytes are left behind or missing."""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.exceptions import ValidationError
from django.db import Error, connection, transaction
from django.utils import timezone

from kesher.accounts.models import Organisation
from kesher.accounts.roles import Role
from kesher.adapters.antivirus import Clamd
from kesher.base import retention
from kesher.base.encrypted import Unreadable
from kesher.base.field_keys import new_key
from kesher.base.key_rotation import rotate
from kesher.base.rows import acting_for
from kesher.base.stored_files import STILL, Missing
from kesher.base.transitions import Actor, Refused
from kesher.formats.records import UnreadableFile
from kesher.people import attachments, erasing, export, files, mandates, parts
from kesher.people.attachments import GRACE, attach, look_through, opened, store, sweep
from kesher.people.consents import HELPER, give, withdraw
from kesher.people.merging import merge, undo
from kesher.people.models import Access, Attachment, Person, Qualification
from kesher.people.models.attachments import MOST_PAPERS
from kesher.people.models.persons import KEPT
from kesher.www.jobseeker.access import as_the_person
from tests.clamd import EICAR, clamd
from tests.factories import AttachmentFactory, MembershipFactory, OrganisationFactory, PersonFactory, UserFactory
from tests.formats.documents import hostile, papers

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.ATTACHMENTS = tmp_path / "papers"
    return tmp_path / "papers"


@pytest.fixture
def here() -> Organisation:
    organisation: Organisation = OrganisationFactory(approved=True)
    return organisation


@pytest.fixture
def by(here: Organisation) -> Actor:
    actor: Actor = MembershipFactory(organisation=here, role=Role.CASEWORKER).user.as_actor(here.pk)
    return actor


@pytest.fixture
def person(here: Organisation) -> Person:
    made: Person = PersonFactory(keeper=here)
    return made


@pytest.fixture
def daemon(settings: Any) -> Iterator[Any]:
    with clamd() as running:
        settings.ANTIVIRUS = Clamd("127.0.0.1", running.server_address[1], seconds=2)
        yield running


def owner(person: Person) -> Actor:
    user = UserFactory()
    files.claim(files.claim_key(person), user=user)
    person.refresh_from_db()
    return as_the_person(user)


def lying() -> set[str]:
    return set(store().names())


def older(name: str) -> None:
    """As if it had lain there for longer than a row may take."""
    before = time.time() - GRACE.total_seconds() - 60
    os.utime(store().path(name), (before, before))


# --- taken in ---------------------------------------------------------------------------------------------------------------


def test_a_paper_lies_encrypted_under_a_random_name_and_is_opened_as_it_was(
    person: Person, by: Actor, folder: Path
) -> None:
    content = papers.pdf(b"Almaz Bekele")
    row = attach(person, kind="proof", content=content, name="Almaz Bekele.pdf", by=by)
    assert opened(row) == content
    assert row.name == "Almaz Bekele.pdf"
    (path,) = [one for one in folder.rglob("*") if one.is_file()]
    assert path.name == row.stored_as
    assert "almaz" not in str(path.relative_to(folder)).lower()
    assert b"Almaz" not in path.read_bytes()
    assert b"%PDF" not in path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(people_attachment)::text FROM people_attachment")
        assert "Almaz" not in cursor.fetchone()[0], "what people call a file often holds their name"
    assert attach(person, kind="cv", content=content, name="again.pdf", by=by).pk == row.pk, "pressed twice, kept once"
    assert len(lying()) == 1
    assert set(row.history.values_list("pgh_label", flat=True)) == {"insert"}
    assert "name" not in {field.name for field in row.history.model._meta.fields}


def test_what_is_refused_leaves_neither_row_nor_file(person: Person, by: Actor) -> None:
    elsewhere = MembershipFactory(role=Role.CASEWORKER)
    stranger = elsewhere.user.as_actor(elsewhere.organisation_id)
    pdf = papers.pdf()
    with pytest.raises(Refused):
        attach(person, kind="proof", content=pdf, name="a.pdf", by=stranger)
    with pytest.raises(UnreadableFile):
        attach(person, kind="proof", content=papers.HTML, name="a.pdf", by=by)
    with pytest.raises(ValidationError):
        attach(person, kind="weapon", content=pdf, name="a.pdf", by=by)
    of_another = Qualification.objects.create(person=PersonFactory(), title="Nurse", proof="held")
    with pytest.raises(Refused):
        attach(person, kind="proof", content=pdf, name="a.pdf", by=by, qualification=of_another)
    for number in range(MOST_PAPERS):
        AttachmentFactory(person=person, content=b"%d" % number)
    with pytest.raises(Refused) as full:
        attach(person, kind="proof", content=pdf, name="a.pdf", by=by)
    assert full.value.code == "most"
    assert Attachment.objects.count() == len(lying()) == MOST_PAPERS


# --- who sees them ----------------------------------------------------------------------------------------------------------


def test_papers_are_seen_with_the_whole_file_and_by_nobody_who_only_helps(
    person: Person, by: Actor, here: Organisation, as_application: None
) -> None:
    """By both walls: the querysets, and what the database shows the application's role."""
    elsewhere = MembershipFactory(role=Role.CASEWORKER)
    colleague = MembershipFactory(organisation=here, role=Role.CASEWORKER).user
    sister = UserFactory()
    with acting_for(user_id=by.user_id, organisation_ids=[here.pk]):
        row = AttachmentFactory(person=person)
        own = owner(person)

    def sees(user: Any, organisations: list[Any]) -> tuple[bool, bool]:
        with acting_for(user_id=user.pk, organisation_ids=organisations):
            return (
                Attachment.objects.visible_to(user).filter(pk=row.pk).exists(),
                Attachment._base_manager.filter(pk=row.pk).exists(),
            )

    the_person = person.user
    assert sees(colleague, [here.pk]) == (True, True)
    assert sees(the_person, []) == (True, True)
    assert sees(elsewhere.user, [elsewhere.organisation_id]) == (False, False)
    with acting_for(user_id=own.user_id):
        mandate = mandates.ask(person, "family", by=own)
        key = mandates.key_of(mandate)
        agreed = give(person, "share", how="self", language="en", by=own, with_=elsewhere.organisation)
    mandates.accept(key, user=sister)
    with acting_for(user_id=sister.pk):
        assert Person.objects.visible_to(sister).filter(pk=person.pk).exists(), "else she helps with nothing"
        helper = Actor(sister.pk, roles=frozenset({HELPER}))
        with pytest.raises(Refused):
            attach(person, kind="cv", content=papers.pdf(), name="a.pdf", by=helper)
    assert sees(sister, []) == (False, False)
    elsewhere.user.forget_memberships()
    assert sees(elsewhere.user, [elsewhere.organisation_id]) == (True, True)
    with acting_for(user_id=own.user_id):
        withdraw(agreed, by=own)
    assert sees(elsewhere.user, [elsewhere.organisation_id]) == (False, False), "from the next statement on"
    with acting_for(organisation_ids=[elsewhere.organisation_id]):  # only what a referral carries
        Access.objects.create(person=person, kind="referral", organisation=elsewhere.organisation, whole=False)
    assert sees(elsewhere.user, [elsewhere.organisation_id]) == (False, False)


# --- what becomes of them ---------------------------------------------------------------------------------------------------


def test_taken_out_the_bytes_go_and_only_after_the_commit(
    person: Person, by: Actor, django_capture_on_commit_callbacks: Any
) -> None:
    row = attach(person, kind="cv", content=hostile.plain_docx(), name="cv.docx", by=by)
    with django_capture_on_commit_callbacks(execute=True):
        parts.remove(row, by=by)
        assert len(lying()) == 1, "until then it can still be undone"
    assert lying() == set()
    assert Attachment.objects.count() == 0


def test_erased_or_forgotten_the_bytes_go_with_the_file(
    person: Person, by: Actor, here: Organisation, django_capture_on_commit_callbacks: Any
) -> None:
    silent, other = PersonFactory(keeper=here), PersonFactory(keeper=here)
    for one in (person, silent, other):
        AttachmentFactory(person=one)
    with django_capture_on_commit_callbacks(execute=True):
        erasing.erase(person, by=owner(person))
    assert Attachment.objects.filter(person=person).count() == 0
    assert len(lying()) == 2
    Person.objects.filter(pk=silent.pk).update(last_step_at=timezone.now() - 2 * KEPT)
    with django_capture_on_commit_callbacks(execute=True):
        retention.run(timezone.now())
    (left,) = Attachment.objects.all()
    assert left.person_id == other.pk
    assert lying() == {left.stored_as}
    history = Attachment._meta.get_field("history").related_model
    assert set(history.objects.values_list("person_id", flat=True)) == {person.pk, other.pk}
    # ... and of the erased one it goes with the nightly run, as all of the file's history does
    retention.run(timezone.now() + 2 * erasing.TO_RECALL)
    assert set(history.objects.values_list("person_id", flat=True)) == {other.pk}


def test_papers_go_along_when_two_files_become_one_and_back(person: Person, by: Actor, here: Organisation) -> None:
    other = PersonFactory(keeper=here)
    both = papers.pdf(b"the same")
    for one in (person, other):
        attach(one, kind="cv", content=both, name="cv.pdf", by=by)
    only = attach(other, kind="proof", content=papers.pdf(b"only there"), name="d.pdf", by=by)
    done = merge(person, other, by=by)
    assert person.attachments.count() == 2
    only.refresh_from_db()
    assert opened(only)
    undo(done, by=by)
    assert (person.attachments.count(), other.attachments.count()) == (1, 2)


def test_the_person_takes_along_which_papers_there_are(person: Person, by: Actor) -> None:
    AttachmentFactory(person=person, name="Almaz.pdf")
    (row,) = export.as_data(person)["people.Attachment"]["rows"]
    assert (row["name"], row["kind"], row["size"]) == ("Almaz.pdf", "proof", 8)
    assert not {"digest", "stored_as"} & row.keys()


# --- never a row without its file, nor a file without its row for long ------------------------------------------------------


def test_what_is_left_over_is_swept_and_what_is_missing_is_said(person: Person, by: Actor, folder: Path) -> None:
    row, lost = AttachmentFactory(person=person), AttachmentFactory(person=person)
    young, old = store().keep(b"its row is being written"), store().keep(b"nobody's")
    half = folder / old[:2] / f".{old}.0000.part"
    half.write_bytes(b"half")
    older(old)
    older(row.stored_as)
    os.utime(half, (0, 0))
    store().remove(lost.stored_as)
    found = sweep(apply=False)
    assert (found.left_over, found.missing, found.papers) == ((old,), (lost.pk,), 2)
    assert old in lying(), "looked at, and nothing else"
    sweep(apply=True)
    assert lying() == {row.stored_as, young}
    assert not half.exists()
    with pytest.raises(attachments.NotOpen) as closed:
        opened(lost)
    assert closed.value.code == "missing"


def test_a_role_that_does_not_see_all_rows_sweeps_nothing(person: Person, as_application: None) -> None:
    """It would take every file for one that nobody needs."""
    older(store().keep(b"of a row that is not seen"))
    with pytest.raises(Error), transaction.atomic():
        sweep(apply=True)
    assert len(lying()) == 1


def test_while_a_backup_is_made_nothing_is_taken_away(
    person: Person, by: Actor, django_capture_on_commit_callbacks: Any
) -> None:
    row, old = AttachmentFactory(person=person), store().keep(b"nobody's")
    older(old)
    settings = connection.settings_dict
    with psycopg.connect(
        host=settings["HOST"], user=settings["USER"], dbname=settings["NAME"], autocommit=True
    ) as backup:
        backup.execute("SELECT pg_advisory_lock(%s)", [STILL])
        with django_capture_on_commit_callbacks(execute=True):
            parts.remove(row, by=by)
        assert sweep(apply=True).busy
        assert lying() == {row.stored_as, old}
        backup.execute("SELECT pg_advisory_unlock_all()")
    older(row.stored_as)
    assert not sweep(apply=True).busy
    assert lying() == set()


def test_a_file_is_only_what_its_name_says(person: Person) -> None:
    """Two exchanged on the disk, one cut, one written by somebody without the key: none is opened as a paper."""
    first, second = AttachmentFactory(person=person, content=b"1"), AttachmentFactory(person=person, content=b"2")
    one, two = (store().path(row.stored_as) for row in (first, second))
    mine, yours = one.read_bytes(), two.read_bytes()
    for wrong in (yours, mine[:-9], b"", b"%PDF-1.7 in the clear"):
        one.write_bytes(wrong)
        with pytest.raises(Unreadable):
            store().read(first.stored_as)
    with pytest.raises(ValueError, match="no name"):
        store().read("../../etc/passwd")
    with pytest.raises(Missing):
        store().read("0" * 32)


def test_a_change_of_keys_reaches_the_files(person: Person, settings: Any) -> None:
    old, new = new_key(), new_key()
    settings.FIELD_KEYS = (old,)
    rows = [AttachmentFactory(person=person, content=b"%d" % number) for number in range(3)]
    settings.FIELD_KEYS = (new, old)

    def counted(*, apply: bool) -> tuple[int, int]:
        (line,) = [one for one in rotate(apply=apply) if one.table == "stored papers"]
        return line.texts, line.older

    assert counted(apply=False) == (3, 3)
    assert counted(apply=True) == (3, 3)
    assert counted(apply=False) == (3, 0)
    settings.FIELD_KEYS = (new,)
    assert [store().read(row.stored_as) for row in rows] == [b"0", b"1", b"2"]


# --- the antivirus program --------------------------------------------------------------------------------------------------


def test_what_harms_is_not_kept_and_what_does_not_is_open_at_once(person: Person, by: Actor, daemon: Any) -> None:
    row = attach(person, kind="cv", content=papers.pdf(), name="cv.pdf", by=by)
    assert (row.state, row.may_be_opened) == ("clean", True)
    with pytest.raises(Refused) as found:
        attach(person, kind="cv", content=papers.pdf(EICAR.replace(b"\\", b"\\\\")) + EICAR, name="cv.pdf", by=by)
    assert found.value.code == "harmful"
    assert Attachment.objects.count() == len(lying()) == 1


def test_unanswered_it_waits_and_nobody_opens_it_before(
    person: Person, by: Actor, daemon: Any, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    program, settings.ANTIVIRUS = settings.ANTIVIRUS, Clamd("127.0.0.1", 1, seconds=0.2)
    row = attach(person, kind="cv", content=papers.pdf(), name="cv.pdf", by=by)
    assert (row.state, row.waits, row.may_be_opened) == ("waiting", True, False)
    with pytest.raises(attachments.NotOpen):
        opened(row)
    assert not Attachment.objects.openable().exists()
    assert look_through() == {}, "it still does not answer"
    harmful = AttachmentFactory(person=person, content=EICAR)  # from before there was a program
    settings.ANTIVIRUS = program
    with django_capture_on_commit_callbacks(execute=True):
        assert look_through() == {"clean": 1, "refused": 1}
    row.refresh_from_db()
    harmful.refresh_from_db()
    assert opened(row)
    assert list(Attachment.objects.openable()) == [row]
    assert (harmful.state, harmful.stored_as, harmful.digest) == ("refused", None, None)
    assert lying() == {row.stored_as}
    assert harmful.history.order_by("-pgh_id")[0].pgh_context.metadata["reason"].startswith("looked through")
    settings.ANTIVIRUS = None
    assert not harmful.may_be_opened, "what was found stays found"
    assert list(Attachment.objects.openable()) == [row]


def test_one_that_cannot_be_looked_through_holds_up_no_other(
    person: Person, by: Actor, daemon: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    program, settings.ANTIVIRUS = settings.ANTIVIRUS, None
    heavy, lost, light = (AttachmentFactory(person=person, content=one) for one in (b"x" * 3_000, b"y" * 9, b"z" * 9))
    store().remove(lost.stored_as)
    settings.ANTIVIRUS, daemon.largest = program, 1_000
    monkeypatch.setattr(attachments, "SCANNED_AT_ONCE", 2)
    assert look_through() == {}, "the first two of one run"
    assert look_through() == {"clean": 1}, "those that were tried come last"
    light.refresh_from_db()
    assert light.state == "clean"
    Attachment.objects.filter(pk=heavy.pk).update(created_at=timezone.now() - attachments.LONG * 2)
    assert sweep(apply=False).waiting_long == 1


def test_whose_file_was_lost_is_kept_again_when_it_is_sent_again(person: Person, by: Actor) -> None:
    row = attach(person, kind="cv", content=papers.pdf(), name="cv.pdf", by=by)
    store().remove(str(row.stored_as))
    again = attach(person, kind="cv", content=papers.pdf(), name="cv.pdf", by=by)
    assert (again.pk, opened(again), lying()) == (row.pk, papers.pdf(), {again.stored_as})
    assert not sweep(apply=False).missing


def test_sent_while_the_file_became_one_with_another_or_was_erased_it_is_refused_in_words(
    person: Person, by: Actor, here: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, looked = PersonFactory(keeper=here), attachments._looked_through

    def meanwhile(content: bytes) -> str:
        merge(kept, person, by=by)
        return looked(content)

    monkeypatch.setattr(attachments, "_looked_through", meanwhile)
    with pytest.raises(Refused, match="became one with another"):
        attach(person, kind="cv", content=papers.pdf(), name="cv.pdf", by=by)
    monkeypatch.setattr(attachments, "_looked_through", looked)
    other = PersonFactory(keeper=here)

    def erased(content: bytes) -> str:
        erasing.erase(other, by=owner(other))
        return looked(content)

    monkeypatch.setattr(attachments, "_looked_through", erased)
    with pytest.raises(Refused, match="not open to you"):
        attach(other, kind="cv", content=papers.pdf(), name="cv.pdf", by=by)
    assert not lying()
