"""Free text and files on pages: what was read is shown where it stands, everything can be corrected, and nothing is kept."""

import logging
import re
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from kesher.formats.isco import ESCO_GROUP
from kesher.formats.remarks import REMARKS
from kesher.words.models import LocalWord, Proposal
from kesher.words.own_words import LONGEST_ACCOUNT
from kesher.www import uploads
from kesher.www.front import own_words
from kesher.www.uploads import LARGEST
from tests.formats.documents import hostile

pytestmark = pytest.mark.django_db
URL, FILE = "/en/words/account/", "/en/words/file/"
LIFE = "I was a nurse in Addis Ababa for ten years. Then I drove a taxi from 2015 to 2019 without a contract."


def sent(page: str) -> dict[str, str]:
    """What the form of a page would send, with no proposal chosen."""
    form = page[page.index("account__form") :].partition("</form>")[0]
    data = {}
    for tag in re.findall(r"<input[^>]*>", form):
        named: dict[str, str] = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if named.get("type") in ("radio", "checkbox") and " checked" not in tag:
            continue
        data[named["name"]] = named.get("value", "")
    return data


def read(client: Client, text: str = LIFE, url: str = URL, **more: str) -> str:
    page = client.post(url, {"text": text, "language": ""} | more)
    assert page.status_code == 200
    told: str = page.content.decode()
    return told


def test_experiences_are_marked_in_the_text_with_work_length_and_setting(client: Client) -> None:
    told = read(client)
    assert told.count('class="account__mark"') == 2
    assert told.count('account__experience"') == 2
    data = sent(told)
    assert (data["e0-years"], data["e0-months"]) == ("10", "0")
    assert data["e0-work"].startswith("nurse")
    assert (data["e1-years"], data["e1-settings"]) == ("4", "informal")
    assert ESCO_GROUP + "2221" in told
    assert "from 2015 until 2019" in told
    assert not [name for name in data if name.endswith("-choice")], "a person chooses"


def test_what_is_corrected_is_what_is_told(client: Client) -> None:
    data = sent(read(client))
    chosen = data | {"e0-work-choice": ESCO_GROUP + "2221", "e0-years": "11", "e1-left_out": "on"}
    told = client.post(URL, chosen).content.decode()
    told = told[told.index("account-told") :]
    assert "Nursing professionals" in told
    assert "11 years" in told
    assert "8322" not in told
    none = client.post(URL, data | {"e0-work-choice": "none", "e1-work-choice": "none"}).content.decode()
    assert none.count("Work without a name on our lists") == 2


def test_other_words_bring_other_proposals_and_keep_the_rest(client: Client) -> None:
    data = sent(read(client))
    looked = client.post(URL, data | {"e0-work": "baker", "e0-work-find": "1", "e1-years": "5"}).content.decode()
    assert ESCO_GROUP + "7512" in looked
    assert sent(looked)["e1-years"] == "5"
    assert "Please look at this again" not in looked
    told = client.post(
        URL, sent(looked) | {"e0-work-choice": ESCO_GROUP + "7512", "e1-work-choice": ESCO_GROUP + "8322"}
    ).content.decode()
    assert "Bakers" in told[told.index("account-told") :]


def test_what_is_missing_is_asked_for_beside_it(client: Client) -> None:
    data = sent(read(client))
    page = client.post(URL, data | {"e0-years": "900", "e1-work-choice": ESCO_GROUP + "8322"})
    assert page.status_code == 400
    told = page.content.decode()
    assert '<a href="#id_e0-work">Experience 1: What was the work? – Choose what is meant' in told
    assert '<a href="#id_e0-years">' in told
    assert "account-told" not in told
    assert client.post(URL, {"text": " "}).status_code == 400
    long = client.post(URL, {"text": "a baker " * LONGEST_ACCOUNT})
    assert long.status_code == 400
    assert "8000 at most" in long.content.decode()


def test_a_choice_that_nobody_proposed_is_refused(client: Client) -> None:
    data = sent(read(client))
    page = client.post(URL, data | {"e0-work-choice": "urn:anything", "e1-work-choice": "none"})
    assert page.status_code == 400
    assert "Choose once more" in page.content.decode()
    assert client.post(URL, data | {"e0-skills": "urn:anything"}).status_code == 400


def test_answers_to_another_reading_are_not_taken(client: Client) -> None:
    data = sent(read(client))
    told = client.post(URL, data | {"text": "I was a baker in Aleppo", "e0-work-choice": "none"}).content.decode()
    assert "read once more" in told
    assert sent(told)["e0-work"] == "baker"


def test_what_is_no_work_is_told_apart(client: Client) -> None:
    told = read(
        client, "I am 45 years old. I studied law. I was a cook for three years. Now I am looking for anything."
    )
    assert told.count('account__experience"') == 1
    for heading in ("What you look for", "What you learned", "About yourself"):
        assert heading in told
    assert "We found no work in these words" in read(client, "good morning")


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_it_answers_in_every_language(client: Client, language: str) -> None:
    told = read(client, "በአዲስ አበባ ነርስ ነበርኩ፣ አሥር ዓመት", url=f"/{language}/words/account/")
    assert ESCO_GROUP + "2221" in told
    assert '<blockquote class="account__text" lang="am">' in told
    assert sent(told)["e0-years"] == "10"


def test_text_is_shown_and_never_markup(client: Client) -> None:
    told = read(client, "I was a <script>alert(1)</script> baker & cook for two years, <b>then</b> a driver")
    assert "<script>alert" not in told
    assert "&lt;b&gt;" in told


def test_lines_stay_lines_and_a_bracket_closes(client: Client) -> None:
    told = read(client, "Nurse, Black Lion Hospital (2009–2016)\r\nTaxi driver since 2017")
    assert told.count('<p dir="auto">') == 2
    assert "(2009–2016)</bdi>" in told


def test_nothing_is_kept_and_no_log_has_the_words(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    data = sent(read(client))
    with CaptureQueriesContext(connection) as asked:
        page = client.post(URL, data | {"e0-work-choice": "none", "e1-work-choice": "none"})
        file = client.post(FILE, {"file": SimpleUploadedFile("almaz.docx", hostile.plain_docx())})
    assert page.status_code == file.status_code == 200
    assert not any(query["sql"].startswith(("INSERT", "UPDATE")) for query in asked.captured_queries)
    assert Proposal.objects.count() == LocalWord.objects.count() == 0
    assert "Addis" not in caplog.text
    assert "almaz" not in caplog.text
    for response in (page, file):
        assert "no-store" in response["Cache-Control"]
        assert not response.cookies.get("kesher_session")


def test_not_too_often(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_words, "MOST", 1)
    monkeypatch.setattr(own_words, "MOST_FILES", 1)
    assert [client.post(URL, {"text": "baker"}).status_code for _ in range(2)] == [200, 429]
    files = [client.post(FILE, {"file": SimpleUploadedFile("cv.txt", b"baker")}) for _ in range(2)]
    assert [page.status_code for page in files] == [200, 429]
    assert client.get(URL).status_code == client.get(FILE).status_code == 200
    assert "baker" in client.post(URL, {"text": "baker"}).content.decode(), "what was typed is not lost"


def test_it_needs_the_forms_own_token() -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(URL, {"text": "baker"}).status_code == 403
    assert strict.post(FILE, {"file": SimpleUploadedFile("cv.txt", b"baker")}).status_code == 403


# Files


def send(client: Client, name: str, content: bytes, language: str = "en") -> Any:
    return client.post(f"/{language}/words/file/", {"file": SimpleUploadedFile(name, content)})


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("cv.docx", hostile.plain_docx("baker in Aleppo")),
        ("cv.pdf", hostile.pages([hostile.line(b"baker in Aleppo")])),
        ("cv.txt", b"baker in Aleppo"),
    ],
)
def test_the_text_of_a_file_is_shown_to_be_corrected_and_then_read(client: Client, name: str, content: bytes) -> None:
    told = send(client, name, content).content.decode()
    assert "Is this what stands in your file?" in told
    text = re.search(r"<textarea[^>]*>\s*(.*?)</textarea>", told, re.S)
    assert text is not None
    assert text[1].strip() == "baker in Aleppo"
    assert f'action="{URL}#answer"' in told
    assert "account__experience" not in told, "nothing is made of it yet"
    assert ESCO_GROUP + "7512" in read(client, text[1])


#: What may come of it, and the code of the remark.
FAULTS = {
    "nothing in it": ("cv.txt", lambda: b" ", "document-without-text"),
    "a zip bomb": ("cv.docx", hostile.zip_bomb, "document-unpacks-too-large"),
    "a PDF with a password": ("cv.pdf", hostile.locked_pdf, "document-locked"),
    "a scan": ("cv.pdf", hostile.picture_pdf, "document-without-text"),
    "a photograph": ("cv.jpg", lambda: b"\xff\xd8\xff\xe0" + bytes(90), "document-is-picture"),
    "too many pages": ("cv.pdf", lambda: hostile.pages([hostile.line(b"x")] * 41), "document-too-many-pages"),
    "a broken PDF": ("cv.pdf", lambda: b"%PDF-1.7\n1 0 obj\n<<", "document-broken"),
    "old Word": ("cv.doc", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(90), "document-of-other-program"),
}


@pytest.mark.parametrize("language", ["en", "he", "ar"])
@pytest.mark.parametrize("case", FAULTS)
def test_a_file_that_cannot_be_read_says_why_and_what_to_do(client: Client, case: str, language: str) -> None:
    name, made, code = FAULTS[case]
    page = send(client, name, made(), language)
    assert page.status_code == 400
    told = re.sub(r"</?bdi[^>]*>", "", page.content.decode())
    remark = REMARKS[code]
    with translation.override(language):
        for sentence in (remark.reason, remark.remedy):
            known = translation.gettext(sentence)
            assert language == "en" or known != sentence, "it is translated"
            for part in re.split(r"\{\w+\}", known):
                assert part.replace("'", "&#x27;") in told
    assert 'type="file"' in told, "another can be sent at once"


def test_a_file_beyond_the_limit_is_not_taken_in(client: Client) -> None:
    page = send(client, "cv.txt", b"baker " * (LARGEST // 3))
    assert page.status_code == 400
    assert "larger than" in page.content.decode()


def test_no_file_is_told(client: Client) -> None:
    page = client.post(FILE, {})
    assert page.status_code == 400
    assert "Choose a file first." in page.content.decode()
    assert send(client, "cv.txt", b"").status_code == 400


def test_only_so_many_files_are_read_at_once(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "PATIENCE", 0.01)
    for _ in range(uploads.AT_ONCE):
        assert uploads._looking_into.acquire(timeout=0)
    try:
        page = send(client, "cv.txt", b"baker")
    finally:
        uploads._looking_into.release(uploads.AT_ONCE)
    assert page.status_code == 503
    assert "in a minute" in page.content.decode()
    assert send(client, "cv.txt", b"baker").status_code == 200
