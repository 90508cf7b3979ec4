"""An interview half-way: somebody who reads Arabic, with work told, cards, a qualification on its way, and skills proposed."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from kesher.accounts.models import User
from kesher.base.keys import uuid7
from kesher.casework import talks
from kesher.people import abilities, aspirations, interviews, recognitions, work
from kesher.people.files import READ_NOTHING
from kesher.people.models import DigitalSkill, Experience, InterviewSection, LanguageSkill, Person, Qualification, Youth
from kesher.people.parts import keep
from kesher.words.typical import tasks_of
from tests.factories import AttachmentFactory

MECHANIC = "7231"
GROUP = "http://data.europa.eu/esco/isco/C{}"


def interview_things(noa: User, person: Person, own: Person) -> dict[str, dict[str, Any]]:
    """Name of a thing -> what the address of its page holds. ``own``: who has an account and looks at it there."""
    by = noa.as_actor(noa.memberships.order_by("id")[0].organisation_id)
    for one in (person, own):
        work.tell(one, "car mechanic", kind="family", language="en", by=by)
        tasks = [task.uri for task in tasks_of(MECHANIC)]
        abilities.answer_cards(one, MECHANIC, {tasks[0]: 4, tasks[1]: 3, tasks[2]: 1}, by=by)
        sure, *_more = one.skills.proposed().order_by("id")
        abilities.confirm(sure, by=by, said=True)
        held = Qualification(
            person=one,
            title="دبلوم ميكانيك سيارات",
            field_code="0716",
            proof="lost",
            country="SY",
            begun=2005,
            ended=2008,
        )
        keep(held, by=by)
        keep(DigitalSkill(person=one, judge="person", information="2", communication="1", safety="0"), by=by)
        track = recognitions.begin(held, route="licence", by=by)
        recognitions.change(
            track, by=by, authority="Ministry of Labour", fee=350, expected_on=date(2031, 3, 1), seen=READ_NOTHING
        )
        recognitions.add_step(track, kind="talk", due_on=date(2031, 2, 1), by=by)
        before = "أن أكون ميكانيكيا" if one is person else "ነርስ መሆን"
        said = aspirations.say(one, before, sure=3, language=one.language, change="other", by=by)
        if one is own:  # said to be a nursing associate, after years of looking after people at home
            cared = Experience(person=one, kind="care", words="ትልልቅ ሰዎችን ተንከባክቤአለሁ", language=one.language)
            keep(cared, by=by)
            work.confirm(cared, GROUP.format("5322"), by=by, said=True)
            aspirations.mean(said, GROUP.format("3221"), seen=aspirations.meaning_of(said), by=by, said=True)
        talk = talks.hold(
            one,
            form_key=uuid7(),
            purpose="try",
            about="a garage on the hill",
            strengths=[*talks.proposed(one)[:2], *talks.from_words(["صبور"], "ar")],
            experience=talks.Experience("taster", timezone.localdate() + timedelta(days=20), "Garage Cohen, with Dani"),
            by=by,
        )
        talks.confirm(talk.strengths.order_by("id")[0], by=by)
        AttachmentFactory(person=one, qualification=held, name="דיפלומה של מכונאי رخصة (copy) 2008.pdf")
        AttachmentFactory(person=one, kind="cv", name="c.docx", state="refused", stored_as=None, digest=None)
        interviews.note(one, "worries", "done", by=by)
        interviews.note(one, "personal", "skipped", by=by)
    keep(LanguageSkill(person=person, language="ar", judge="person", listening="C2", reading="B1"), by=by)
    keep(Youth(person=person, here_since=2024, school="broken", years_missed=3, wants_mentor=True), by=by)
    return {
        "interviewed": {"pk": person.pk},
        **{f"interview {key}": {"pk": person.pk, "section": key} for key in InterviewSection.Section.values},
    }
