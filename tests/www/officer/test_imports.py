"""An officer brings a list in by the browser: sent, its columns named, tried, loaded as it was tried."""

import io
import time
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from kesher.accounts.models import Organisation, User
from kesher.accounts.roles import Role
from kesher.areas.models import Area
from kesher.base import retention
from kesher.directory import uploads
from kesher.directory.models import ImportRun, Service, Upload
from kesher.directory.taxonomies import load_open_eligibility
from kesher.formats.tables import template_csv

pytestmark = pytest.mark.django_db


def officer_of(organisation: Organisation, email: str = "officer@town.example") -> User:
    user = User.objects.create_user(email, "a long password")
    organisation.memberships.create(user=user, role=Role.OFFICER)
    return user


@pytest.fixture
def town() -> Organisation:
    return Organisation.objects.create(name={"en": "Town"}, state=Organisation.State.APPROVED)


@pytest.fixture
def officer(client: Client, town: Organisation) -> User:
    user = officer_of(town)
    client.force_login(user)
    return user


HEBREW = "מספר,שם השירות,תיאור,ארגון,טלפון,הערות\n1,קורס עברית,ערב,בית ספר,08-1,פנימי\n2,,בלי שם,בית ספר,08-2,\n"


def send(client: Client, content: str | bytes, name: str = "services.csv", language: str = "en") -> Any:
    data = content.encode() if isinstance(content, str) else content
    return client.post(f"/{language}/officer/imports/", {"file": SimpleUploadedFile(name, data)})


def answers(client: Client, upload: Upload, **changed: str) -> dict[str, str]:
    """What the form proposes, as a browser would send it back."""
    form = client.get(f"/en/officer/imports/{upload.pk}/columns/").context["form"]
    proposed = {name: form[name].value() for name in form.fields}
    proposed = {name: value for name, value in proposed.items() if value not in (None, False)}
    return proposed | changed


def test_from_the_file_to_the_directory(client: Client, officer: User) -> None:
    sent = send(client, HEBREW)
    upload = Upload.objects.get()
    assert sent["Location"] == f"/en/officer/imports/{upload.pk}/columns/"
    assert "services.csv" not in sent["Location"]  # no name of a file in an address
    assert (upload.rows, upload.language, upload.uploaded_by_id) == (2, "he", officer.pk)

    columns = f"/en/officer/imports/{upload.pk}/columns/"
    page = client.get(columns).content.decode()
    assert "פנימי" in page  # an example of each column
    proposed = answers(client, upload, dataset="our-town")
    assert [proposed[f"field-{number}"] for number in range(6)] == [
        "id", "name", "description", "organisation", "phone", "",
    ]  # fmt: skip
    assert client.post(columns, proposed)["Location"] == f"/en/officer/imports/{upload.pk}/"
    assert not Service.objects.exists()
    assert not ImportRun.objects.exists()

    trial = client.get(f"/en/officer/imports/{upload.pk}/")
    text = trial.content.decode()
    assert "What would happen" in text
    assert "The service has no name." in text
    assert "row 3" in text
    upload.refresh_from_db()
    assert upload.counts["service"]["created"] == 1

    client.post(f"/en/officer/imports/{upload.pk}/")
    service = Service.objects.get()
    assert service.name == {"he": "קורס עברית"}
    assert service.dataset is not None
    assert service.dataset.slug == "our-town"
    run = ImportRun.objects.get()
    assert run.actor_id == officer.pk
    assert service.history.get().pgh_context.metadata["actor"] == str(officer.pk)
    for address in (f"/en/officer/imports/{upload.pk}/", f"/en/officer/imports/runs/{run.pk}/", "/en/officer/imports/"):
        assert client.get(address).status_code == 200

    client.post(f"/en/officer/imports/{upload.pk}/")  # once more: it says so, and loads nothing
    assert ImportRun.objects.count() == 1


def test_what_is_loaded_is_what_was_tried(client: Client, officer: User) -> None:
    send(client, HEBREW)
    upload = Upload.objects.get()
    client.post(f"/en/officer/imports/{upload.pk}/")  # not tried yet
    assert not Service.objects.exists()
    client.post(f"/en/officer/imports/{upload.pk}/columns/", answers(client, upload))
    upload.refresh_from_db()
    assert upload.tried_at is not None
    uploads.describe(upload, uploads.mapping_of(upload, {"תיאור": ("name", "")}, language="he"), dataset="other")
    client.post(f"/en/officer/imports/{upload.pk}/")  # the columns have changed since the trial
    assert not Service.objects.exists()


@pytest.mark.parametrize("language", ["he", "ar", "en"])
def test_the_template_goes_through_as_it_comes(client: Client, officer: User, language: str) -> None:
    Area.objects.create(
        scheme="local",
        code="2560",
        level="authority",
        name={"en": "Arad", "he": "ערד", "ar": "عراد"},
        path="local/2560/",
    )
    load_open_eligibility()
    template = client.get(f"/{language}/first-week/services.csv").content
    assert template.decode("utf-8-sig") == template_csv(language)
    send(client, template, language=language)
    upload = Upload.objects.get()
    client.post(f"/{language}/officer/imports/{upload.pk}/columns/", answers(client, upload))
    upload.refresh_from_db()
    assert upload.remarks == []
    client.post(f"/{language}/officer/imports/{upload.pk}/")
    service = Service.objects.get()
    assert set(service.name) == {"he", "ar", "en"}
    assert service.terms.get().term.code == "human_services:work"
    location = service.at_locations.get().location
    assert location.area is not None
    assert location.area.code == "2560"


def test_all_remarks_are_listed_in_pages_and_as_a_table(client: Client, officer: User) -> None:
    send(client, "id,name\n1,Course\n" + "".join(f"{number},\n" for number in range(2, 62)))
    upload = Upload.objects.get()
    client.post(f"/en/officer/imports/{upload.pk}/columns/", answers(client, upload))
    seen = []
    for page in (1, 2, 3):
        found = client.get(f"/en/officer/imports/{upload.pk}/?page={page}").context["page"]
        seen += [remark.row for remark in found]
    assert seen == list(range(3, 63))
    table = client.get(f"/en/officer/imports/{upload.pk}/remarks.csv").content.decode("utf-8-sig")
    assert len(table.splitlines()) == 61
    table = client.get(f"/he/officer/imports/{upload.pk}/remarks.csv").content.decode("utf-8-sig")
    assert table.count("לשירות אין שם.") == 60
    assert "The service" not in table


@pytest.mark.parametrize(("language", "said"), [("he", "לשירות אין שם."), ("ar", "لا اسم للخدمة.")])
def test_remarks_are_in_the_language_of_the_page(client: Client, officer: User, language: str, said: str) -> None:
    send(client, HEBREW.replace("08-1", "<b>אין</b>"))
    upload = Upload.objects.get()
    client.post(f"/en/officer/imports/{upload.pk}/columns/", answers(client, upload))
    client.post(f"/en/officer/imports/{upload.pk}/")
    run = ImportRun.objects.get()
    for page in (f"{upload.pk}/", f"runs/{run.pk}/"):
        text = client.get(f"/{language}/officer/imports/{page}").content.decode()
        assert said in text
        assert "<bdi>&lt;b&gt;אין&lt;/b&gt;</bdi>" in text
        assert "The service has no name" not in text
        assert '<span lang="en"' not in text


def test_a_report_kept_before_there_were_codes_still_shows(client: Client, officer: User) -> None:
    send(client, HEBREW)
    upload = Upload.objects.get()
    client.post(f"/en/officer/imports/{upload.pk}/columns/", answers(client, upload))
    client.post(f"/en/officer/imports/{upload.pk}/")
    run = ImportRun.objects.get()
    run.report = [{name: value for name, value in one.items() if name not in ("code", "params")} for one in run.report]
    run.save()
    text = client.get(f"/he/officer/imports/runs/{run.pk}/").content.decode()
    assert '<span lang="en" dir="ltr">The service has no name.</span>' in text
    assert "The service has no name." in client.get(f"/he/officer/imports/runs/{run.pk}/?csv").content.decode()


@pytest.mark.parametrize(("language", "said"), [("he", "אין אף שירות מתחת לשורת הכותרות."), ("ar", "لا توجد أي خدمة")])
def test_a_file_that_cannot_be_read_at_all_is_told_in_the_language_of_the_page(
    client: Client, officer: User, language: str, said: str
) -> None:
    refused = send(client, "name\n", language=language).content.decode()
    assert said in refused
    assert "There is no service" not in refused
    send(client, HEBREW)
    upload = Upload.objects.get()
    client.post(f"/en/officer/imports/{upload.pk}/columns/", answers(client, upload))
    Upload.objects.update(
        content="שם השירות,אחר\nקורס,x\n".encode()
    )  # as if the file lacked a column it was said to have
    upload.refresh_from_db()
    mapping = uploads.mapping_of(upload, {"טלפון": ("phone", ""), "שם השירות": ("name", "")}, language="he")
    uploads.describe(upload, mapping, dataset="town")
    uploads.start(upload, Upload.Doing.TRIAL)
    text = client.get(f"/{language}/officer/imports/{upload.pk}/").content.decode()
    assert "<bdi>טלפון</bdi>" in text
    assert "is not in the table" not in text
    Upload.objects.update(trouble={"reason": "services.csv: It was unreadable. Mend it.", "closes": 0, "of": 0})
    text = client.get(f"/{language}/officer/imports/{upload.pk}/").content.decode()  # kept before there were codes
    assert '<p lang="en" dir="ltr"><bdi dir="ltr">services.csv: It was unreadable. Mend it.</bdi></p>' in text


def test_a_large_table_is_worked_on_in_the_background(
    client: Client, officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[dict[str, str]] = []
    monkeypatch.setattr(uploads, "enqueue", lambda task, **arguments: asked.append(arguments))
    send(client, "id,name\n" + "".join(f"{number},Course {number}\n" for number in range(uploads.ROWS_AT_ONCE + 1)))
    upload = Upload.objects.get()
    columns = f"/en/officer/imports/{upload.pk}/columns/"
    client.post(columns, answers(client, upload))
    (task,) = asked
    assert "You may leave this page" in client.get(f"/en/officer/imports/{upload.pk}/").content.decode()
    client.post(f"/en/officer/imports/{upload.pk}/")  # busy
    assert len(asked) == 1
    uploads.work_on_upload(**task)
    uploads.work_on_upload(**task)  # a second delivery finds it done
    client.post(f"/en/officer/imports/{upload.pk}/")
    uploads.work_on_upload(**asked[1])
    assert Service.objects.count() == uploads.ROWS_AT_ONCE + 1
    assert ImportRun.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("services.exe", b"name\nCourse\n"),
        ("services.csv", b""),
        ("services.csv", b"name\n"),
        ("services.csv", b"name,name\na,b\n"),
        ("services.xlsx", b"not a workbook"),
        ("services.csv", b"\x00\x01\x02\xff\xfe binary \x00"),
        ("big.csv", b"name\n" + b"x" * (uploads.LARGEST + 1)),
    ],
)
def test_what_is_no_table_is_refused_with_a_sentence(client: Client, officer: User, name: str, content: bytes) -> None:
    response = send(client, content, name)
    assert response.status_code == 400
    assert not Upload.objects.exists()


def test_a_name_of_a_file_is_no_path(client: Client, officer: User) -> None:
    assert uploads.safe_name("../../etc/pass\x00wd.csv") == "pass_wd.csv"
    assert uploads.safe_name("C:\\Users\\דנה\\שירותים 2026.csv") == "שירותים 2026.csv"
    assert uploads.safe_name("///") == "table.csv"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"field-1": ""}, "which column is the name"),
        ({"dataset": "Our Town"}, "small letters"),
        ({"dataset": ""}, "required"),
        ({"field-4": "name"}, "are both name"),
    ],
)
def test_answers_that_do_not_fit_are_said(client: Client, officer: User, changed: dict[str, str], said: str) -> None:
    send(client, HEBREW)
    upload = Upload.objects.get()
    response = client.post(f"/en/officer/imports/{upload.pk}/columns/", answers(client, upload, **changed))
    assert response.status_code == 400
    assert said in response.content.decode()


def test_a_list_cut_short_is_doubted_until_somebody_says_it_is_whole(client: Client, officer: User) -> None:
    def tried(count: int, **more: str) -> Upload:
        send(client, "id,name\n" + "".join(f"{number},Course {number}\n" for number in range(count)))
        upload = Upload.objects.order_by("-id")[0]
        client.post(f"/en/officer/imports/{upload.pk}/columns/", answers(client, upload, dataset="town", **more))
        return upload

    client.post(f"/en/officer/imports/{tried(25).pk}/")
    short = tried(5)
    page = f"/en/officer/imports/{short.pk}/"
    assert "would close 20 of the 25" in client.get(page).content.decode()
    client.post(page)
    assert Service.objects.filter(state=Service.State.PUBLISHED).count() == 25
    client.post(f"{page}columns/", answers(client, short, close_anyway="on"))
    client.post(page)
    assert Service.objects.filter(state=Service.State.PUBLISHED).count() == 5


def test_another_organisations_file_is_not_there(client: Client, officer: User, town: Organisation) -> None:
    other = Organisation.objects.create(name={"en": "Other"}, state=Organisation.State.APPROVED)
    theirs = uploads.receive(HEBREW.encode(), file_name="t.csv", organisation=other, user_id=officer.pk)
    for path in ("", "columns/", "remarks.csv"):
        assert client.get(f"/en/officer/imports/{theirs.pk}/{path}").status_code == 404
    for path in ("", "columns/", "remove/"):
        assert client.post(f"/en/officer/imports/{theirs.pk}/{path}").status_code == 404
    assert str(theirs.pk) not in client.get("/en/officer/imports/").content.decode()


def test_the_file_is_erased_after_a_day_and_what_was_loaded_stays(client: Client, officer: User) -> None:
    send(client, HEBREW)
    upload = Upload.objects.get()
    client.post(f"/en/officer/imports/{upload.pk}/columns/", answers(client, upload))
    client.post(f"/en/officer/imports/{upload.pk}/")
    retention.run(timezone.now() + timedelta(hours=23))
    assert Upload.objects.exists()
    retention.run(timezone.now() + timedelta(hours=25))
    assert not Upload.objects.exists()
    assert Service.objects.count() == 1
    assert ImportRun.objects.count() == 1


def test_a_file_can_be_thrown_away(client: Client, officer: User) -> None:
    send(client, HEBREW)
    client.post(f"/en/officer/imports/{Upload.objects.get().pk}/remove/")
    assert not Upload.objects.exists()


def test_a_file_that_was_erased_while_it_was_worked_on_does_not_come_back(
    client: Client, officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(client, HEBREW)
    upload = Upload.objects.get()
    load = uploads.importing.load

    def erased_meanwhile(*arguments: Any, **options: Any) -> Any:
        Upload.objects.all().delete()
        return load(*arguments, **options)

    monkeypatch.setattr(uploads.importing, "load", erased_meanwhile)
    uploads.describe(upload, uploads.mapping_of(upload, {"שם השירות": ("name", "")}, language="he"), dataset="town")
    Upload.objects.update(doing=Upload.Doing.TRIAL)
    uploads.work(upload.pk, Upload.Doing.TRIAL)
    assert not Upload.objects.exists()


def test_columns_named_in_one_window_do_not_undo_what_was_loaded_in_another(client: Client, officer: User) -> None:
    send(client, HEBREW)
    first = Upload.objects.get()
    mapping = uploads.mapping_of(first, {"שם השירות": ("name", "")}, language="he")
    uploads.describe(first, mapping, dataset="town")
    second = Upload.objects.get()  # the other window, before the first one loads
    uploads.start(first, Upload.Doing.TRIAL)
    uploads.start(first, Upload.Doing.LOAD)
    with pytest.raises(uploads.CannotStart):
        uploads.describe(second, mapping, dataset="other")
    first.refresh_from_db()
    assert first.loaded_at is not None
    assert first.dataset == "town"


def test_a_workbook_that_unpacks_to_much_is_refused_before_it_is_read(client: Client, officer: User) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(4):  # each small enough to pass, all together what a web server must not unpack
            archive.writestr(f"xl/worksheets/sheet{number}.xml", b"<row/>" * (15 * 1024 * 1024 // 6))
    assert len(packed.getvalue()) < 1_000_000
    begun = time.monotonic()
    answer = send(client, packed.getvalue(), "services.xlsx")
    assert answer.status_code == 400
    assert "unpacks to" in answer.content.decode()
    assert time.monotonic() - begun < 20
    assert not Upload.objects.exists()
