"""My whole file on paper: as PDF, in my language, with all that the page shows; whoever has no file has no paper."""

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from kesher.base.transitions import Actor
from kesher.formats import paper
from kesher.people import aspirations, files, parts
from kesher.people.models import Person, Qualification, Wish
from kesher.www.jobseeker.taking import as_paper
from tests.factories import UserFactory
from tests.www.jobseeker.test_skills import by, me  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.skipif(not paper.can_print(), reason="needs the extra print")]


def text_of(made: bytes) -> str:
    from pypdfium2 import PdfDocument

    return " ".join(" ".join(page.get_textpage().get_text_range() for page in PdfDocument(made)).split())


def filled(me: Person, by: Actor, language: str) -> None:  # noqa: F811
    Person.objects.filter(pk=me.pk).update(language=language)
    me.refresh_from_db()
    aspirations.say(me, "a nurse #panic(1) *on* the hill", sure=3, language=language, by=by)
    parts.keep(Wish(person=me, care="שתי בנות", hours_most=30, starts_on=date(2031, 5, 3)), by=by)
    parts.keep(Qualification(person=me, title="ነርስ", level="6", country="ET", proof="lost"), by=by)


def taken(client: Client) -> Any:
    return client.get(reverse("my_file_paper"))


@pytest.mark.parametrize("language", ["en", "he", "ar", "am", "ru"])
def test_all_that_stands_in_it_is_on_paper_in_my_language(client: Client, me: Person, by: Actor, language: str) -> None:  # noqa: F811
    filled(me, by, language)
    files.read(me, by=by, purpose="file")
    assert reverse("my_file_paper") in client.get(reverse("my_file_take")).content.decode()
    response = taken(client)
    assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
    assert response["Content-Disposition"] == 'attachment; filename="file.pdf"', "a name that says nothing"
    assert response["Cache-Control"] == "no-store"
    made = response.content
    assert b"pdfuaid" in made, "tagged, with our own letters alone"
    assert f"/Lang ({language}".encode() in made or f"/Lang({language}".encode() in made
    me.refresh_from_db()
    said = as_paper(me)
    values = [cell["value"] for part in said["parts"] for row in part["rows"] for cell in row]
    assert any("#panic(1)" in value for value in values)
    assert any("שתי בנות" in value for value in values)
    with translation.override(language):
        assert said["parts"][-1]["heading"] == translation.gettext("Who looked at my file")
    # letters of right-to-left words are read from paper in the order they stand in: those of one direction are compared
    read = re.sub(r"\W", "", text_of(made)).casefold()
    for value in values:
        for word in re.findall(r"[a-z]{3,}", value.casefold()):
            assert word in read, f"{word} is not on the paper"
    if language == "en":
        for part in said["parts"]:
            assert re.sub(r"\W", "", part["heading"]).casefold() in read


def test_what_is_on_paper_is_what_the_page_shows(client: Client, me: Person, by: Actor) -> None:  # noqa: F811
    filled(me, by, "en")
    page = " ".join(re.sub(r"<[^>]+>", " ", client.get(reverse("my_file_take")).content.decode()).split())
    for part in as_paper(me)["parts"][:-1]:
        for row in part["rows"]:
            for cell in row:
                assert cell["label"].casefold() in page.casefold()


def test_nobody_elses_and_nothing_without_a_file(client: Client, me: Person) -> None:  # noqa: F811
    client.force_login(UserFactory())
    without = taken(client)
    assert (without.status_code, without["Location"]) == (302, reverse("my_file"))
    client.logout()
    assert "login" in taken(client)["Location"]
    assert me.pk


def test_where_this_machine_cannot_print_there_is_no_button(
    client: Client,
    me: Person,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(paper, "can_print", lambda: False)
    assert reverse("my_file_paper") not in client.get(reverse("my_file_take")).content.decode()
    assert taken(client).status_code == 404
    assert me.pk
