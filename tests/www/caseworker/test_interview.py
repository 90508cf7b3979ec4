"""The interview from its first question to the last, in two languages at once; skipped, left and found again."""

import json
import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from kesher.accounts.models import Organisation, User
from kesher.accounts.roles import Role
from kesher.base.models import AccessLog
from kesher.base.transitions import Actor
from kesher.casework.models import Step, Talk
from kesher.people import abilities, aspirations, files, parts, recognitions, work, worries
from kesher.people.models import Experience, InterviewSection, LanguageSkill, Person, Qualification, Recognition, Wish
from kesher.words.models import Proposal
from kesher.words.typical import tasks_of
from kesher.www.caseworker.interview.sections import ASKED
from kesher.www.caseworker.people.can_do import CAN_DO
from kesher.www.caseworker.people.forms import PersonForm
from tests.factories import MembershipFactory, OrganisationFactory, PersonFactory

pytestmark = pytest.mark.django_db
SECTIONS = InterviewSection.Section.values


@pytest.fixture
def by() -> Actor:
    organisation = OrganisationFactory(approved=True)
    actor: Actor = MembershipFactory(organisation=organisation, role=Role.CASEWORKER).user.as_actor(organisation.pk)
    return actor


@pytest.fixture
def person(by: Actor) -> Person:
    made: Person = PersonFactory(keeper=Organisation.objects.get(pk=by.organisation_id), language="ar")
    return made


@pytest.fixture
def page(client: Client, by: Actor) -> Client:
    client.force_login(User.objects.get(pk=by.user_id))
    return client


def at(person: Person, section: str) -> str:
    return reverse("caseworker_interview_section", kwargs={"pk": person.pk, "section": section})


def text(response: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def theirs(response: Any) -> str:
    """What stands in the person's column."""
    return " ".join(
        re.findall(r'<span class="pair__theirs" lang="ar" dir="rtl"[^>]*>([^<]*)<', response.content.decode())
    )


def test_from_the_first_question_to_the_last(page: Client, person: Person, by: Actor) -> None:
    overview = reverse("caseworker_interview", kwargs={"pk": person.pk})
    assert at(person, "worries") in page.get(overview).content.decode()
    told: dict[str, dict[str, Any]] = {
        "worries": {"worries": ["money", "papers"]},
        "personal": {
            "called": "Salma of the mill",
            "language": "ar",
            "reach_by": "visit",
            "seen": files.stamp(Person.objects.get(pk=person.pk)),
        },
        "expectations": {"goal": "a workshop of my own", "sure": "3", "hours_most": "30", "would_move": "unknown"},
        "languages": {"language": "ar", "listening": "C2", "script": "fluent"},
        "schooling": {"title": "Motor mechanic", "proof": "lost"},
        "work": {"words": "ten years as a car mechanic, I repaired engines and changed brakes", "kind": "paid"},
    }
    for place, (section, data) in enumerate(told.items()):
        if section == "personal":
            data["seen"] = files.stamp(Person.objects.get(pk=person.pk))
        assert page.get(at(person, section)).status_code == 200
        sent = page.post(at(person, section), data | {"do": "on"})
        assert sent.status_code == 302, text(sent)
        assert sent["Location"] == at(person, SECTIONS[place + 1])
    assert set(person.worries.now().values_list("kind", flat=True)) == {"money", "papers"}
    person.refresh_from_db()
    assert person.called == "Salma of the mill"
    assert person.aspirations.get().goal == "a workshop of my own"
    assert person.wish.hours_most == 30
    assert person.languages.get().judge == "person"
    assert person.qualifications.get().title == "Motor mechanic"
    experience = person.experiences.get()

    # the work is said to be right by the person, to the caseworker, and by the caseworker
    uri = Proposal.objects.get(pk=experience.proposal_id).candidates[0]["uri"]
    assert uri in page.get(at(person, "work")).content.decode()
    confirm = {"do": "confirm-work", "experience": str(experience.pk), "choice": uri}
    assert page.post(at(person, "work"), confirm).status_code == 400  # nobody said so
    assert page.post(at(person, "work"), confirm | {"experience": "x"}).status_code == 404
    assert page.post(at(person, "work"), confirm | {"said": "on", "judged": "on"}).status_code == 302
    experience.refresh_from_db()
    assert (experience.person_confirmed_by_id, experience.caseworker_id) == (by.user_id, by.user_id)

    # cards of that work
    cards = page.get(at(person, "cards"))
    group = experience.isco08
    assert f'name="{group}-task0"' in cards.content.decode()
    answered = {"do": "on", "isco08": group, f"{group}-task0": "4", f"{group}-task1": "1"}
    assert page.post(at(person, "cards"), answered | {f"{group}-task0": "9"}).status_code == 400
    assert page.post(at(person, "cards"), answered)["Location"] == at(person, "digital")
    assert page.post(at(person, "digital"), {"do": "on"})["Location"] == at(person, "next")
    assert not person.digital_skills.exists()
    assert person.skills.get(uri=tasks_of(group)[0].uri).often == 4

    # what is known, whose skills they are, and a step of the plan
    last = page.get(at(person, "next"))
    assert "a workshop of my own" in text(last)
    skill = person.skills.proposed().first()
    assert skill is not None
    assert page.post(at(person, "next"), {"do": "confirm-skills"}).status_code == 400
    page.post(at(person, "next"), {"do": "confirm-skills", "said": [str(skill.pk)]})
    skill.refresh_from_db()
    assert skill.person_confirmed_at is not None
    assert skill.caseworker_confirmed_at is None
    step = {"do": "step", "kind": "papers", "who": "person", "how": "present", "due_on": "2001-01-01"}
    assert page.post(at(person, "next"), step).status_code == 400
    soon = (timezone.localdate() + timedelta(days=7)).isoformat()
    assert page.post(at(person, "next"), step | {"due_on": soon}).status_code == 302
    assert Step.objects.get().person_id == person.pk
    assert page.post(at(person, "next"), {"do": "on"})["Location"] == overview
    assert set(person.interview_sections.values_list("section", "state")) == {(one, "done") for one in SECTIONS}
    assert "All parts are spoken of" in text(page.get(overview))
    assert AccessLog.objects.filter(about_id=person.pk, purpose="interview", actor_id=by.user_id).exists()


def test_any_part_can_be_skipped_and_it_goes_on_another_day(page: Client, person: Person) -> None:
    for section in SECTIONS:
        assert page.post(at(person, section), {"do": "skip"}).status_code == 302
    assert set(person.interview_sections.values_list("state", flat=True)) == {"skipped"}
    assert not person.worries.exists()
    assert not person.languages.exists()
    page.post(at(person, "languages"), {"do": "add", "language": "ar"})
    assert person.languages.count() == 1
    assert person.interview_sections.get(section="languages").state == "skipped"  # one more is asked for
    page.post(at(person, "languages"), {"do": "on", "language": ""})
    assert person.interview_sections.get(section="languages").state == "done"
    assert page.get(at(person, "secrets")).status_code == 404


@pytest.mark.parametrize("section", sorted(ASKED))
def test_both_languages_stand_side_by_side(page: Client, person: Person, section: str) -> None:
    """Each question and answer of the form in the person's column, in their language, and in the caseworker's."""
    response = page.get(at(person, section))
    kind = ASKED[section]
    with translation.override("ar"):
        form = kind.form(person, None)
        ours = getattr(form, "for_us", ())  # asked of the caseworker alone
        wanted = [str(field.label) for field in form.visible_fields() if field.name not in ours]
    said = theirs(response)
    for words in wanted:
        assert words in said
    with translation.override("en"):
        for field in kind.form(person, None).visible_fields():
            assert str(field.label).replace("’", "") in text(response).replace("’", "")


@pytest.mark.parametrize("language", ["en", "he", "ar", "ru", "uk", "fr", "am"])
def test_the_first_question_is_asked_in_each_language(page: Client, person: Person, language: str) -> None:
    Person.objects.filter(pk=person.pk).update(language=language)
    with translation.override(language):
        asked = translation.gettext("What worries you most?")
        goal = translation.gettext("What work do you want to do, in the end?")
        answer = translation.gettext("money until the end of the month")
    shown = page.get(at(person, "worries")).content.decode()
    assert asked in shown
    assert answer in shown
    assert goal in page.get(at(person, "expectations")).content.decode()
    if language != "en":
        assert (asked, goal, answer) != (
            "What worries you most?",
            "What work do you want to do, in the end?",
            "money until the end of the month",
        )
        assert f'lang="{language}"' in shown


@pytest.mark.parametrize(
    ("section", "wrong"),
    [
        ("worries", {"worries": ["money", "papers", "home", "work"]}),
        ("worries", {"worries": ["gold"]}),
        ("personal", {"called": ""}),
        ("personal", {"called": "A", "language": "ar", "reach_by": "call", "phone": "no"}),
        ("expectations", {"goal": "a nurse"}),
        ("expectations", {"goal": "a nurse", "sure": "9"}),
        ("expectations", {"goal": "x" * 301, "sure": "1"}),
        ("expectations", {"hours_least": "40", "hours_most": "20"}),
        ("expectations", {"wage_floor": "-1"}),
        ("languages", {"language": "ar", "listening": "Z9"}),
        ("languages", {"language": "klingon"}),
        ("schooling", {"title": "Nurse"}),
        ("schooling", {"title": "Nurse", "proof": "lost", "begun": "2010", "ended": "2001"}),
        ("schooling", {"title": "Nurse", "proof": "lost", "country": "Syria"}),
        ("expectations", {"in_the_way": "no papers"}),
        ("expectations", {"goal": " ", "sure": "2"}),
        ("languages", {"language": "", "listening": "B1"}),
        ("languages", {"certificate": "of the hill school"}),
        ("schooling", {"institution": "School of bread", "proof": "lost"}),
        ("work", {"words": " ", "kind": "family"}),
        ("work", {"words": "x" * 2_001, "kind": "paid"}),
        ("work", {"words": "baker", "kind": "magic"}),
        ("work", {"words": "baker\u202eof bread", "kind": "paid"}),
    ],
)
def test_what_is_wrong_is_said_and_the_part_is_not_done(
    page: Client, person: Person, section: str, wrong: dict[str, Any]
) -> None:
    response = page.post(at(person, section), wrong)
    assert response.status_code == 400
    assert "Please look at this again" in text(response)
    assert not person.interview_sections.exists()
    for typed in (wrong.get(name, "") for name in ("in_the_way", "certificate", "institution")):
        assert typed in response.content.decode()
    assert not person.experiences.exists()
    assert not person.aspirations.exists()


def test_of_two_who_change_the_file_the_second_is_told(page: Client, person: Person) -> None:
    seen = files.stamp(person)
    person.called = "Changed by a colleague"
    person.save()
    told = {"called": "Mine", "language": "ar", "reach_by": "visit", "seen": seen}
    again = page.post(at(person, "personal"), told)
    assert again.status_code == 409
    assert 'value="Mine"' in again.content.decode()
    theirs = text(again).split("Nothing is written yet")[1].split("Look, change")[0]
    assert "Changed by a colleague" in theirs  # what would be written over is read first
    assert Person.objects.get(pk=person.pk).called == "Changed by a colleague"


def test_an_older_goal_is_not_written_over_a_newer_one(page: Client, person: Person, by: Actor) -> None:
    aspirations.say(person, "a nurse", sure=3, language="ar", by=by)
    seen = sent_by(form_with(page.get(at(person, "expectations")), "on"))["seen"][0]
    aspirations.say(person, "a doctor", sure=4, language="ar", change="raised", by=by)
    old = {"goal": "a nurse", "sure": "3", "hours_most": "20", "would_move": "unknown", "seen": seen}
    told = page.post(at(person, "expectations"), old)
    assert told.status_code == 409
    assert "a doctor" in text(told)
    assert not Wish.objects.filter(person=person).exists()
    assert not person.interview_sections.exists()
    assert person.aspirations.count() == 2
    now = sent_by(form_with(told, "on"))["seen"][0]
    assert (
        page.post(at(person, "expectations"), old | {"seen": now, "goal": "a doctor", "sure": "4"}).status_code == 302
    )
    assert (Wish.objects.get(person=person).hours_most, person.aspirations.count()) == (20, 2)


def test_what_happens_elsewhere_in_the_file_is_no_change_of_these(page: Client, person: Person, by: Actor) -> None:
    seen = files.stamp(Person.objects.get(pk=person.pk))
    worries.say(person, ["money"], by=by)
    told = {"called": "Mine", "language": "ar", "reach_by": "visit", "seen": seen}
    assert page.post(at(person, "personal"), told).status_code == 302
    assert Person.objects.get(pk=person.pk).called == "Mine"
    assert page.post(at(person, "personal"), told).status_code == 302  # pressed twice: it stands there already


def test_the_stamp_holds_all_that_the_form_asks() -> None:
    assert set(PersonForm.base_fields) - {"seen"} <= set(files.SAID)


def test_both_judge_a_language_in_the_interview_and_each_is_changed_apart(
    page: Client, person: Person, by: Actor
) -> None:
    told = {"language": "he", "listening": "B1", "script": "slow", "certificate": "Ulpan", "judged_listening": "A2"}
    assert page.post(at(person, "languages"), told | {"do": "add"}).status_code == 302

    def judged() -> dict[str, tuple[str, str]]:
        return {row.judge: (row.listening, row.certificate) for row in person.languages.all()}

    assert judged() == {"person": ("B1", "Ulpan"), "caseworker": ("A2", "")}
    assert page.post(at(person, "languages"), told).status_code == 400, "it is noted already"
    shown = page.get(at(person, "languages") + "?of=he")
    with translation.override("ar"):
        sentence = str(CAN_DO["listening"]["B1"])
    assert sentence in theirs(shown), "in the person's language, as they say it of themselves"
    assert sentence not in (str(CAN_DO["listening"]["B1"]), "")
    form = form_with(shown, "on")
    sent = {name: values[0] for name, values in sent_by(form).items()} | {"judged_listening": "B1", "do": "add"}
    assert (sent["of"], sent["listening"]) == ("he", "B1")
    LanguageSkill.objects.filter(person=person, judge="person").update(listening="C1")
    again = page.post(at(person, "languages"), sent)
    assert (again.status_code, judged()["caseworker"]) == (409, ("A2", ""))
    now = {name: values[0] for name, values in sent_by(form_with(again, "on")).items()}
    assert page.post(at(person, "languages"), sent | {"seen": now["seen"], "certificate": "Ulpan"}).status_code == 302
    assert judged() == {"person": ("B1", "Ulpan"), "caseworker": ("B1", "")}


def test_the_interview_ends_with_a_talk(page: Client, person: Person, by: Actor) -> None:
    abilities.answer_cards(person, "7231", {tasks_of("7231")[0].uri: 4}, by=by)
    aspirations.say(person, "a workshop of my own", sure=3, language="ar", by=by)
    sent = sent_by(form_with(page.get(at(person, "next")), "talk"))
    hidden = {name: sent[name][0] for name in ("talk-key", "talk-seen")}
    skill = person.skills.get()
    day = (timezone.localdate() + timedelta(days=9)).isoformat()
    lower = hidden | {
        "do": "talk",
        "talk-purpose": "goal",
        "talk-change": "lowered",
        "talk-goal": "a helper in a workshop",
        "talk-sure": "2",
        "talk-strengths": [f"skill-{skill.pk}"],
        "talk-more": "I am patient",
        "talk-said_yes": "on",
        "talk-experience": "role_model",
        "talk-due_on": day,
    }
    for wrong in ({}, {"talk-change": "not"}, {"talk-due_on": ""}, {"talk-strengths": ["skill-of-somebody"]}):
        assert page.post(at(person, "next"), lower | wrong).status_code == 400
        assert not Talk.objects.exists()
    right = lower | {"talk-why": "I have no money for a workshop now"}
    assert page.post(at(person, "next"), right).status_code == 302
    assert page.post(at(person, "next"), right).status_code == 302  # pressed twice
    talk = Talk.objects.get()
    assert talk.aspiration is not None
    assert (talk.aspiration.change, talk.aspiration.why) == ("lowered", "I have no money for a workshop now")
    assert Step.objects.get().kind == "role_model"
    assert set(talk.strengths.values_list("words", "uri", "person_confirmed_by_id")) == {
        ("I am patient", "", by.user_id),
        ("", skill.uri, by.user_id),
    }
    assert person.skills.confirmed().get() == skill
    stale = right | {"talk-key": str(uuid4()), "talk-change": "raised", "talk-goal": "two workshops"}
    assert page.post(at(person, "next"), stale).status_code == 409  # the goal is another by now
    assert Talk.objects.count() == 1


def test_cards_of_work_nobody_told(page: Client, person: Person) -> None:
    assert "No work has been told yet" in text(page.get(at(person, "cards")))
    found = page.post(at(person, "cards"), {"do": "look", "work": "car mechanic"})
    assert 'name="isco08" value="7231"' in found.content.decode()
    assert "no cards for this word" in text(page.post(at(person, "cards"), {"do": "look", "work": "ጃጃጃጃ zzqq"}))


def test_looking_for_other_cards_keeps_what_was_answered(page: Client, person: Person) -> None:
    """One form, as the page sends it: its answers, the word, and the button that looks."""
    shown = page.post(at(person, "cards"), {"do": "look", "work": "car mechanic"}).content.decode()
    (form,) = (one for one in re.findall(r"<form.*?</form>", shown, re.DOTALL) if 'value="look"' in one)
    assert 'name="7231-task0"' in form
    assert form.index('value="look"') < form.index('value="on"')  # Enter in the field looks, and does not go on
    ticked = {"isco08": "7231", "7231-task0": "4", "7231-task1": "1"}
    again = page.post(at(person, "cards"), ticked | {"do": "look", "work": "baker"})
    assert again.status_code == 200
    assert person.skills.get(uri=tasks_of("7231")[0].uri).often == 4
    assert person.skills.get(uri=tasks_of("7231")[1].uri).often == 1
    assert not person.interview_sections.exists()


def sent_by(form: str, *, without: str = "") -> dict[str, list[str]]:
    """What a browser sends of a form's hidden fields and ticked boxes, when the box with this id is unticked first."""
    found: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        said = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if said.get("type") == "hidden" or (" checked" in tag and said.get("id") != without):
            found.setdefault(said["name"], []).append(said.get("value", "on"))
    return found


def form_with(response: Any, button: str) -> str:
    """The form in which this button stands."""
    forms = re.findall(r"<form.*?</form>", response.content.decode(), re.DOTALL)
    return next(one for one in forms if f'value="{button}"' in one)


def test_unticking_a_skill_takes_the_yes_back_and_leaves_the_others(page: Client, person: Person, by: Actor) -> None:
    first, second, third = (abilities.propose(person, task.uri, source="words", by=by) for task in tasks_of("7231")[:3])
    for skill in (first, second):
        abilities.confirm(skill, by=by, said=True, judged=True)
    drawn = form_with(page.get(at(person, "next")), "confirm-skills")
    assert (
        page.post(at(person, "next"), sent_by(drawn) | {"do": "confirm-skills"}).status_code == 400
    )  # nothing changed
    abilities.confirm(third, by=by, said=True, judged=False)  # a yes that came after the page was drawn
    before = second.caseworker_confirmed_at
    unticked = sent_by(drawn, without=f"said-{first.pk}")
    assert page.post(at(person, "next"), unticked | {"do": "confirm-skills"}).status_code == 302
    for skill in (first, second, third):
        skill.refresh_from_db()
    assert first.person_confirmed_at is None
    assert first.caseworker_confirmed_at is not None
    assert (second.person_confirmed_at is None, second.caseworker_confirmed_at) == (False, before)
    assert third.person_confirmed_at is not None


def test_words_nobody_compared_are_not_said_to_be_on_no_list(page: Client, person: Person, by: Actor) -> None:
    parts.keep(Experience(person=person, kind="paid", words="kept from the times on paper", language="en"), by=by)
    said = text(page.get(at(person, "work")))
    assert "These words have not been compared with our lists yet." in said
    assert "Nothing on the list is near these words." not in said


def test_unticking_a_work_takes_the_yes_back(page: Client, person: Person, by: Actor) -> None:
    work.tell(person, "car mechanic", kind="paid", language="en", by=by)
    row = person.experiences.get()
    work.confirm(row, "http://data.europa.eu/esco/isco/C7231", by=by, said=True)
    drawn = form_with(page.get(at(person, "work")), "confirm-work")
    for name, left in (("said", (False, True)), ("judged", (False, False))):
        sent = sent_by(drawn, without=f"{name}-{row.pk}") | {"do": ["confirm-work"]}
        assert page.post(at(person, "work"), sent).status_code == 302
        row.refresh_from_db()
        assert (row.person_confirmed_at is not None, row.caseworker_confirmed_at is not None) == left
        drawn = form_with(page.get(at(person, "work")), "confirm-work")
    assert row.occupation == "http://data.europa.eu/esco/isco/C7231"


# --- the profile out, a CV in ---------------------------------------------------------------------------------------------


def test_the_profile_is_printed_in_the_persons_language(page: Client, person: Person, by: Actor) -> None:
    work.tell(person, "car mechanic", kind="paid", language="en", by=by)
    work.confirm(person.experiences.get(), "http://data.europa.eu/esco/isco/C7231", by=by, said=True)
    skill = tasks_of("7231")[0]
    abilities.confirm(abilities.propose(person, skill.uri, source="words", by=by), by=by, said=True)
    shown = page.get(reverse("caseworker_profile", kwargs={"pk": person.pk})).content.decode()
    assert '<article class="profile-print" lang="ar" dir="rtl"' in shown
    assert skill.label["ar"] in shown
    for file, kind in {"resume.json": "application/json", "europass.xml": "application/xml"}.items():
        answer = page.get(reverse("caseworker_profile_file", kwargs={"pk": person.pk, "file": file}))
        assert answer["Content-Type"] == kind
        assert person.called not in answer["Content-Disposition"]
    assert page.get(reverse("caseworker_profile_file", kwargs={"pk": person.pk, "file": "x"})).status_code == 404


CV = {
    "basics": {"name": "Nobody at all"},
    "work": [{"position": "Baker of the hill", "startDate": "2001"}],
    "education": [{"institution": "School of bread", "area": "Baking"}],
}


def sends(page: Client, path: str, data: bytes, name: str = "cv.json") -> Any:
    return page.post(path, {"file": SimpleUploadedFile(name, data)})


def test_a_cv_is_shown_and_only_what_is_ticked_is_kept(page: Client, person: Person) -> None:
    path = reverse("caseworker_bring", kwargs={"pk": person.pk})
    read = sends(page, path, json.dumps(CV).encode())
    assert "Baker of the hill" in text(read)
    assert not person.experiences.exists()
    assert not person.qualifications.exists()
    seal = re.search(r'name="seal" value="([^"]+)"', read.content.decode())
    assert seal is not None
    assert page.post(path, {"seal": seal[1]}).status_code == 400
    assert page.post(path, {"seal": seal[1] + "x", "keep": "0"}).status_code == 400
    assert page.post(path, {"seal": seal[1], "keep": ["0"]}).status_code == 302
    assert person.qualifications.get().title == "Baking"
    assert not person.experiences.exists()
    other = PersonFactory(keeper=person.accesses.get().organisation)
    assert (
        page.post(reverse("caseworker_bring", kwargs={"pk": other.pk}), {"seal": seal[1], "keep": "0"}).status_code
        == 400
    )
    assert Person.objects.get(pk=person.pk).called == person.called


@pytest.mark.parametrize("data", [b"", b"x", b"{", b"[]", b"<a/>", b'{"work": 3}', b"{}", b"\x00" * 50])
def test_a_file_of_bad_shape_is_told_and_nothing_stored(page: Client, person: Person, data: bytes) -> None:
    response = sends(page, reverse("caseworker_bring", kwargs={"pk": person.pk}), data)
    assert response.status_code == 400
    assert "Please look at this again" in text(response)
    assert not person.experiences.exists()


# --- recognition ----------------------------------------------------------------------------------------------------------


def test_the_way_of_a_qualification_from_beginning_to_end(page: Client, person: Person) -> None:
    path = reverse("caseworker_recognition", kwargs={"pk": person.pk})
    assert "First write down" in text(page.get(path))
    held = Qualification.objects.create(person=person, title="Nurse of the hill", proof="none")
    begin = {"do": "begin", "qualification": str(held.pk), "route": "licence"}
    assert page.post(path, begin | {"route": "magic"}).status_code == 400
    assert page.post(path, begin).status_code == 302
    assert page.post(path, begin).status_code == 400  # once
    track = Recognition.objects.get()
    assert track.way == "interview"
    key = str(track.pk)
    change = {
        "do": "change",
        "track": key,
        f"{key}-way": "interview",
        f"{key}-authority": "Ministry",
        f"{key}-fee": "350",
        f"{key}-seen": recognitions.stamp(track),
    }
    assert page.post(path, change | {f"{key}-fee": "-5"}).status_code == 400
    assert page.post(path, change).status_code == 302
    again = page.post(path, change | {f"{key}-authority": "Another office"})  # opened before that was written
    assert again.status_code == 409
    assert 'value="Another office"' in again.content.decode()
    assert "Ministry" in text(again).split("Nothing is written yet")[1].split("Look, change")[0]
    track.refresh_from_db()
    assert track.authority == "Ministry"
    assert recognitions.stamp(track) in again.content.decode()  # sent once more, it is written
    assert page.post(path, {"do": "move", "track": key, "event": "recognise"}).status_code == 400
    assert page.post(path, {"do": "move", "track": key, "event": "apply"}).status_code == 302
    assert page.post(path, {"do": "step", "track": key, f"step-{key}-kind": "other"}).status_code == 400
    assert page.post(path, {"do": "step", "track": key, f"step-{key}-kind": "talk"}).status_code == 302
    step = track.steps.get()
    assert page.post(path, {"do": "done", "step": str(step.pk)}).status_code == 302
    step.refresh_from_db()
    assert step.done_on is not None
    track.refresh_from_db()
    assert (track.state, track.authority, track.fee) == ("applied", "Ministry", 350)
    shown = text(page.get(reverse("caseworker_person", kwargs={"pk": person.pk})))
    assert "Nurse of the hill" in shown
    assert "applied for" in shown
    for wrong in ({"do": "move", "track": "x"}, {"do": "done", "step": key}):
        assert page.post(path, wrong).status_code == 404
    assert page.post(path, {"do": "nonsense"}).status_code == 400


def test_the_field_of_study_is_asked_by_name_in_both_languages(page: Client, person: Person) -> None:
    drawn = page.get(at(person, "schooling")).content.decode()
    assert '<optgroup label="\u2068الصحة والرفاه\u2069 · \u2068Health and welfare\u2069">' in drawn
    assert '<option value="0913">\u2068– التمريض والقبالة\u2069 · \u2068– Nursing and midwifery\u2069</option>' in drawn
    nurse = {"title": "Nurse", "proof": "held", "do": "add"}
    assert page.post(at(person, "schooling"), nurse | {"field_code": "0000"}).status_code == 400
    assert page.post(at(person, "schooling"), nurse | {"field_code": "0913"}).status_code == 302
    assert person.qualifications.get().field_code == "0913"
    assert "Nursing and midwifery" in text(page.get(at(person, "schooling")))


def test_what_is_done_with_a_computer_is_said_by_the_person_and_judged_beside_it(page: Client, person: Person) -> None:
    path = at(person, "digital")
    drawn = page.get(path)
    assert "I do not send messages yet." in text(drawn)
    seen = drawn.context["form"]["seen"].value()
    told = {"do": "on", "seen": seen, "safety": "1", "communication": "0", "judged_safety": "2"}
    assert page.post(path, told | {"safety": "7"}).status_code == 400
    assert page.post(path, told).status_code == 302
    rows = {one.judge: one for one in person.digital_skills.all()}
    assert (rows["person"].safety, rows["person"].communication, rows["person"].problems) == ("1", "0", "")
    assert (rows["caseworker"].safety, rows["caseworker"].communication) == ("2", "")
    # another has it open from before that was written, and says something else
    again = page.post(path, told | {"safety": "3"})
    assert again.status_code == 409
    assert "with help" in text(again).split("Nothing is written yet")[1].split("Look, change")[0]
    assert page.post(path, told).status_code == 302  # the same, pressed twice
    # sent once more, with what stands there read
    seen = again.context["form"]["seen"].value()
    assert page.post(path, told | {"safety": "3", "seen": seen}).status_code == 302
    rows["person"].refresh_from_db()
    assert rows["person"].safety == "3"
    # of a judgement that says nothing any more nothing stays
    seen = page.get(path).context["form"]["seen"].value()
    assert page.post(path, {"do": "on", "seen": seen, "safety": "3"}).status_code == 302
    assert [(one.judge, one.safety, one.communication) for one in person.digital_skills.all()] == [("person", "3", "")]
    shown = text(page.get(reverse("caseworker_person", kwargs={"pk": person.pk})))
    assert "staying safe online: by myself, and I help others" in shown


def test_driving_licences_are_asked_with_the_way_to_work(page: Client, person: Person) -> None:
    seen = page.get(at(person, "expectations")).context["form"]["seen"].value()
    told = {"do": "on", "seen": seen, "licences": ["B", "C1"], "licence_abroad": "true", "would_move": "unknown"}
    assert page.post(at(person, "expectations"), told | {"licences": ["Q"]}).status_code == 400
    assert page.post(at(person, "expectations"), told).status_code == 302
    assert (person.wish.licences, person.wish.licence_abroad) == (["B", "C1"], True)
    Person.objects.filter(pk=person.pk).update(language="en")
    shown = text(page.get(reverse("caseworker_profile", kwargs={"pk": person.pk})))
    assert "C1: small lorry" in shown
    assert "from abroad, still to be converted" in shown
