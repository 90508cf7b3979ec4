"""More forms for :mod:`tests.www.test_malformed`, which reads this last: interview, mentoring, learning at work, complaints,
demands of authorities, links without an account; which form each row sends to; and why some have no row."""

import uuid
from typing import Any

from django.urls import reverse
from django.utils import timezone

from kesher.accounts.roles import Role
from kesher.casework.hosting.links import Link, Purpose, key_for
from kesher.casework.mentoring import concerns, offers
from kesher.casework.models import CheckIn, HostRecord, Talk, WeeklyCheck
from kesher.directory import legal
from kesher.people import aspirations, mandates
from kesher.people.models import InterviewSection, Qualification, Recognition
from kesher.referrals import complaints
from tests.factories import (
    BreachFactory,
    ComplaintFactory,
    LegalDemandFactory,
    MembershipFactory,
    OrganisationFactory,
    PersonFactory,
    taken_over,
)
from tests.hosting import business, three
from tests.insights.figures import home_in_numbers
from tests.mentoring import concern, named, pair
from tests.www.test_malformed import DAY, NAMES, REACH, TODAY, Form, World

#: The key of what stands in the names of its form's fields.
ROW = "01890000-0000-7000-8000-00000000ab01"


def with_role(world: World, role: Role, page: str, **key: Any) -> str:
    MembershipFactory(user=world.user, organisation=world.here, role=role)
    world.user.forget_memberships()
    return reverse(page, kwargs=key or None)


def as_legal_officer(world: World) -> None:
    chief = MembershipFactory(role=Role.PLATFORM_ADMIN).user
    legal.appoint(by=chief.as_actor(), kind="legal", user=world.user, name="Dana", contact="08-999-0001")


def the_demands(world: World) -> str:
    as_legal_officer(world)
    return reverse("legal")


def a_demand(world: World) -> str:
    as_legal_officer(world)
    return reverse("legal_demand", kwargs={"pk": LegalDemandFactory().pk})


def at_data_protection(world: World) -> str:
    return with_role(world, Role.PLATFORM_ADMIN, "data_protection")


def a_breach(world: World) -> str:
    return with_role(world, Role.PLATFORM_ADMIN, "breach", pk=BreachFactory().pk)


def names_an_officer(world: World) -> str:
    world.told["email"] = world.user.email
    return with_role(world, Role.PLATFORM_ADMIN, "legal")


def marks(world: World) -> str:
    world.told["organisation"] = str(OrganisationFactory(approved=True).pk)
    return with_role(world, Role.PLATFORM_ADMIN, "sensitive_organisations")


def lets_go_on(world: World) -> str:
    host = business()
    HostRecord.objects.create(host=host, ended=3, unpaid=3, unpaid_in_a_row=3)
    world.told["host"] = str(host.pk)
    return with_role(world, Role.ORGANISATION_ADMIN, "hosts")


def section(key: str) -> Any:
    return lambda world: world.of_person("caseworker_interview_section", section=key)


def on_the_way(world: World) -> str:
    """A way to a licence is under way, with the key that stands in its form."""
    held = Qualification.objects.create(person=world.person, title="Nurse", proof="held")
    kinds = {"route": Recognition.Route.values[0], "way": Recognition.Way.values[0]}
    Recognition.objects.create(pk=uuid.UUID(ROW), person=world.person, qualification=held, **kinds)
    return world.of_person("caseworker_recognition")


def my_own(world: World, name: str) -> str:
    taken_over(world.person, world.user)
    return reverse(name)


def my_talk(world: World) -> str:
    Talk.objects.create(
        pk=uuid.UUID(ROW),
        person=world.person,
        organisation=world.here,
        form_key=uuid.UUID(ROW),
        held_on=timezone.localdate(),
        how="present",
        purpose="strengths",
        noted_by_id=world.user.pk,
    )
    return my_own(world, "my_goal")


def a_goal_said(world: World) -> None:
    """A goal stands in the file, with what its form says of it."""
    here = world.user.as_actor(world.here.pk)
    said = aspirations.say(world.person, "nurse", sure=3, language="en", by=here)
    world.told |= {"meant-goal": str(said.pk), "meant-seen": aspirations.meaning_of(said)}


def my_goal_said(world: World) -> str:
    a_goal_said(world)
    return my_own(world, "my_goal")


def their_goal_said(world: World) -> str:
    a_goal_said(world)
    return world.of_person("person_talks")


def whom_i_help(world: World) -> str:
    person = PersonFactory()
    keeper = person.consents.get().organisation
    worker = MembershipFactory(organisation=keeper, role=Role.CASEWORKER).user
    mandate = mandates.ask_for(person, "family", how="present", by=worker.as_actor(keeper.pk))
    mandates.accept(mandates.key_of(mandate, keeper.pk), user=world.user)
    return reverse("helped_contact", kwargs={"pk": person.pk})


def my_training(world: World) -> str:
    one = three("proposed", organisation=world.here)
    taken_over(one.person, world.user)
    world.told["agreement"] = str(one.agreement.pk)
    return reverse("my_training")


def my_mentor(world: World) -> str:
    two = pair("proposed", organisation=world.here)
    taken_over(two.person, world.user)
    world.told["match"] = str(two.match.pk)
    return reverse("my_mentor")


def an_offer(world: World) -> str:
    there = OrganisationFactory(approved=True)
    named(there)
    world.told["organisation"] = str(there.pk)
    return reverse("mentor_offer")


def of_match(world: World, state: str, **said: Any) -> str:
    match = pair(state, organisation=world.here, **said).match
    CheckIn.objects.filter(match=match).update(due_on=timezone.localdate())
    return reverse("match", kwargs={"pk": match.pk})


def entrusted(world: World) -> str:
    chief = MembershipFactory(organisation=world.here, role=Role.ORGANISATION_ADMIN).user
    offers.name_safeguarding(world.here, user=world.user, by=chief.as_actor(world.here.pk))
    raised = concern(world.here)
    concerns.take(raised, by=concerns.as_named(world.user, world.here.pk))
    return reverse("concern", kwargs={"pk": raised.pk})


def signs_by_link(world: World) -> str:
    one = three("asked", organisation=world.here)
    return reverse("workplace_link", kwargs={"key": key_for(Link(Purpose.SIGN, one.agreement.pk, one.host.pk))})


def says_by_link(world: World) -> str:
    one = three("active", organisation=world.here)
    check = WeeklyCheck.objects.get(agreement=one.agreement, side="tutor")
    WeeklyCheck.objects.filter(pk=check.pk).update(due_on=timezone.localdate())
    return reverse("workplace_link", kwargs={"key": key_for(Link(Purpose.WEEK, check.pk, one.host.pk))})


def a_minors_match(world: World) -> str:
    return of_match(world, "agreed", minor=True)


def answers_a_complaint(world: World) -> str:
    MembershipFactory(user=world.user, organisation=world.here, role=Role.MODERATOR)
    world.user.forget_memberships()
    complaint = ComplaintFactory(answerer=world.here)
    complaints.take(complaint, by=world.user.as_actor(world.here.pk))
    return reverse("complaint_answer", kwargs={"pk": complaint.pk})


def judges_an_occupation(world: World) -> str:
    return with_role(world, Role.PARTNER, "insights_judge", pk=home_in_numbers()) + "?of=2221"


def notes_a_figure(world: World) -> str:
    return with_role(world, Role.CONVENOR, "insights_note", pk=home_in_numbers(), code="median-age")


MORE: dict[str, Form] = {
    "how short an occupation is": Form(judges_an_occupation, {"score": "1"}, {"why": 300}),
    "a note beside a figure": Form(notes_a_figure, {}, {"text": 1000}),
    "what my goal means": Form(my_goal_said, {"do": "meant", "meant-meant-choice": "none"}, {"meant-meant": 500}),
    "what their goal means": Form(
        their_goal_said, {"do": "meant", "meant-meant-choice": "none", "meant-who": "said"}, {"meant-meant": 500}
    ),
    "a legal demand": Form(
        the_demands,
        {"verb": "demand", "received_on": TODAY, "authority": "Police", "basis": "Letter", "asked": "Who came"},
        {"authority": 200, "reference": 120, "basis": 300, "asked": 2000},
    ),
    "a decision on a demand": Form(
        a_demand, {"verb": "decide", "outcome": "refused", "why": "No order"}, {"why": 2000, "given": 2000}
    ),
    "why the person is not told of a demand": Form(
        a_demand, {"verb": "tell", "why": "The order says so", "look_again_on": DAY}, {"why": 1000}
    ),
    "a breach": Form(
        at_data_protection,
        {"verb": "breach", "day": TODAY, "time": "00:00", "happened": "Lost", "whose": "All", "likely": "Calls"},
        {"happened": 2000, "whose": 1000, "likely": 1000},
    ),
    "an impact assessment": Form(
        at_data_protection,
        {"verb": "assessment", "made_on": TODAY, "author": "Dana", "kept_at": "binder 3", "review_on": DAY},
        {"author": 200, "kept_at": 300},
    ),
    "what was done about a breach": Form(
        a_breach, {"verb": "deed", "kind": "learnt", "words": "More", "people": "3"}, {"words": 2000}
    ),
    "what the authority was told of a breach": Form(
        a_breach, {"verb": "authority", "kind": "unlikely", "words": "No risk"}, {"words": 2000, "why_late": 1000}
    ),
    "what the people were told of a breach": Form(
        a_breach, {"verb": "people", "kind": "not_told", "words": "No risk", "ground": "low"}, {"words": 2000}
    ),
    "who is asked about demands": Form(
        names_an_officer,
        {"verb": "name", "kind": "legal", "name": "Dana", "contact": "08-999-0001"},
        {"name": 120, "contact": 200},
    ),
    "an organisation of which nobody is told": Form(marks, {"sensitive": "yes", "why": "A shelter"}, {"why": 200}),
    "a partner": Form(
        lambda world: with_role(world, Role.PLATFORM_ADMIN, "partners"),
        {"name": "The mill", "kind": "charity", "email": "a@example.org", "language": "en"},
        {"name": 200, "email": 254},
    ),
    "a colleague": Form(
        lambda world: with_role(world, Role.ORGANISATION_ADMIN, "colleagues_of", pk=world.here.pk),
        {"role": "caseworker", "language": "en"},
        {"email": 254},
    ),
    "a workplace let go on": Form(lets_go_on, {"why": "They pay now"}, {"why": 300}),
    "interview: about you": Form(
        section(InterviewSection.Section.PERSONAL),
        {**REACH, "do": "on"},
        {"called": 120, "phone": 40, "email": 254, "reach_when": 120, "other_names": 300},
        NAMES,
    ),
    "interview: what you want": Form(
        section(InterviewSection.Section.EXPECTATIONS), {"do": "on"}, {"care": 200, "sectors": 200}
    ),
    "interview: languages": Form(
        section(InterviewSection.Section.LANGUAGES), {"do": "on", "language": "am"}, {"certificate": 120}
    ),
    "interview: what you have learnt": Form(
        section(InterviewSection.Section.SCHOOLING),
        {"do": "on", "title": "Nurse", "proof": "held"},
        {"title": 200, "institution": 200},
    ),
    "interview: work": Form(
        section(InterviewSection.Section.WORK), {"do": "on", "kind": "paid", "words": "baker"}, {"words": 2000}
    ),
    "interview: a step": Form(
        section(InterviewSection.Section.NEXT),
        {"do": "step", "kind": "papers", "who": "person", "due_on": DAY, "how": "present"},
        {"text": 300},
    ),
    "a way to a licence": Form(
        on_the_way,
        {"do": "change", "track": ROW, f"{ROW}-way": Recognition.Way.values[0]},
        {f"{ROW}-authority": 200, f"{ROW}-fee_paid_by": 120, f"{ROW}-bridging": 200},
    ),
    "a step to a licence": Form(
        on_the_way, {"do": "step", "track": ROW, f"step-{ROW}-kind": "other"}, {f"step-{ROW}-text": 200}
    ),
    "my file": Form(
        lambda world: my_own(world, "my_file_edit"),
        {**REACH, "seen": ""},
        {"called": 120, "phone": 40, "email": 254, "reach_when": 120, "other_names": 300},
        NAMES,
    ),
    "what is not right in a talk": Form(my_talk, {"do": "not-right", "row": ROW}, {f"{ROW}-words": 300}),
    "how to reach whom I help": Form(
        whom_i_help, {"language": "am", "phone": "050-555-0199", "seen": ""}, {"phone": 40, "email": 254}
    ),
    "a work placement I sign": Form(
        my_training, {"do": "sign", "called": "Almaz", "terms": "1"}, {"called": 120, "words": 300}
    ),
    "a mentor I agree to": Form(my_mentor, {"do": "agree", "shows": ["called"]}, {"words": 300}),
    "an offer to be a mentor": Form(
        an_offer,
        {
            "called": "Dina",
            "trade": "cook",
            "trade-choice": "none",
            "languages": ["he"],
            "times": ["evening"],
            "hours": "4",
            "mentees_at_most": "1",
            "phone": "050-555-0170",
            "of_age": "on",
        },
        {"called": 120, "about": 500, "phone": 40},
    ),
    "a mentor agreed to, written down": Form(
        lambda world: of_match(world, "proposed"),
        {"do": "agree-told", "shows": ["called"], "how": "present"},
        {"words": 300},
    ),
    "a guardian told of a mentor": Form(a_minors_match, {"do": "guardian", "on": TODAY}, {"guardian": 120}),
    "how mentoring goes": Form(
        lambda world: of_match(world, "active"), {"do": "check-person", "going": "well"}, {"words": 500}
    ),
    "a concern settled": Form(entrusted, {"do": "settle"}, {"done": 2000}),
    "a workplace signs by link": Form(signs_by_link, {"do": "host-sign", "terms": "1", "name": "Dina"}, {"name": 120}),
    "a workplace's week by link": Form(
        says_by_link,
        {"do": f"week-tutor-{timezone.localdate():%m%d}", "going": "well", "as_agreed": "yes"},
        {"words": 500},
    ),
    "a complaint": Form(
        lambda world: reverse("complain"),
        {"about": "treatment", "words": "Nobody called back", "language": "am"},
        {"words": 4000, "called": 80, "email": 254},
    ),
    "an answer to a complaint": Form(
        answers_a_complaint, {"event": "answer", "finding": "right", "reply": "We call now"}, {"reply": 4000}
    ),
}

_PEOPLE, _DAY, _ASKED = "caseworker.people", "caseworker.day", "caseworker.interview.forms"
#: Row -> the forms it sends to; none where a page reads the words itself.
TRIES: dict[str, tuple[str, ...]] = {
    "how short an occupation is": ("insights.judging.JudgementForm",),
    "a note beside a figure": ("insights.noting.NoteForm",),
    "new person": (f"{_PEOPLE}.forms.NewPersonForm",),
    "correct a person": (f"{_PEOPLE}.forms.PersonForm",),
    "language": (f"{_PEOPLE}.part_forms.LanguageForm",),
    "qualification": (f"{_PEOPLE}.part_forms.QualificationForm",),
    "digital": (),
    "goal": (),
    "work": (f"{_PEOPLE}.part_forms.WorkForm",),
    "wishes": (f"{_PEOPLE}.part_forms.WishForm",),
    "aim of the plan": (f"{_DAY}.forms.AimForm",),
    "a date": (f"{_DAY}.forms.DateForm",),
    "a new step": (f"{_DAY}.forms.StepForm",),
    "another day": (),
    "a note": (f"{_DAY}.forms.NoteForm",),
    "a conference": (f"{_DAY}.conference_forms.ConferenceForm",),
    "an appointment": (f"{_DAY}.forms.MeetingForm",),
    "an interpreter": (f"{_DAY}.forms.InterpreterForm",),
    "an appointment moved": (f"{_DAY}.forms.MeetingForm",),
    "a time without a file": (f"{_DAY}.bookings.BookingForm",),
    "an interpreter changed": (f"{_DAY}.forms.InterpreterForm",),
    "a talk": (f"{_DAY}.talk_forms.TalkForm",),
    "a goal in a talk": (f"{_DAY}.talk_forms.TalkForm",),
    "my goal": (),
    "what my goal means": (),
    "what their goal means": (),
    "my work": ("jobseeker.skills.MyWorkForm",),
    "young and new here": (f"{_PEOPLE}.part_forms.YouthForm",),
    "terms of a work placement": ("employer.forms.TermsForm",),
    "a work placement signed": ("employer.forms.WrittenDownSignForm",),
    "another tutor": ("employer.forms.TutorForm",),
    "a concern about a placement": ("employer.forms.ConcernForm",),
    "a certificate": ("employer.forms.CertificateForm",),
    "a goal of mentoring": ("mentor.forms.GoalForm",),
    "a meeting of mentoring": ("mentor.forms.MeetForm",),
    "a concern about mentoring": ("mentor.forms.ConcernForm",),
    "words of a consent": (),
    "a draft of a referral": ("referrals.sending.DraftForm",),
    "looking further beside a service": (),
    "filters of people": (f"{_PEOPLE}.lists.FilterForm",),
    "filters of the log": ("admin.audit.AuditFilterForm",),
    "filters of steps": (f"{_DAY}.steps.StepFilterForm",),
    "filters of referrals": ("referrals.lists.ReferralFilterForm",),
    "a group of a course": ("college.views.CohortForm",),
    "a referral refused": (),
    "a referral accepted": (),
    "a referral finished": (),
    "a referral withdrawn": (),
    "a wish closed": (),
    "a legal demand": ("admin.legal.DemandForm",),
    "a decision on a demand": ("admin.legal.DecisionForm",),
    "why the person is not told of a demand": ("admin.legal.NoticeForm",),
    "a breach": ("admin.data_protection.BreachForm",),
    "an impact assessment": ("admin.data_protection.AssessmentForm",),
    "what was done about a breach": ("admin.data_protection.DeedForm",),
    "what the authority was told of a breach": ("admin.data_protection.AuthorityForm",),
    "what the people were told of a breach": ("admin.data_protection.PeopleForm",),
    "who is asked about demands": ("admin.legal.OfficerForm",),
    "an organisation of which nobody is told": ("admin.sensitive.MarkForm",),
    "a partner": ("admin.partners.PartnerForm",),
    "a colleague": ("admin.colleagues.InviteForm",),
    "a workplace let go on": ("caseworker.training.hosts.PermitForm",),
    "interview: about you": (f"{_ASKED}.PersonalAsked",),
    "interview: what you want": (f"{_ASKED}.ExpectationsAsked",),
    "interview: languages": (f"{_ASKED}.LanguagesAsked",),
    "interview: what you have learnt": (f"{_ASKED}.SchoolingAsked",),
    "interview: work": (f"{_ASKED}.WorkAsked",),
    "interview: a step": (f"{_ASKED}.NextStepAsked",),
    "a way to a licence": (f"{_PEOPLE}.recognition.TrackForm",),
    "a step to a licence": (f"{_PEOPLE}.recognition.TrackStepForm",),
    "my file": ("jobseeker.forms.OwnFileForm",),
    "what is not right in a talk": ("jobseeker.goal.NotRightForm",),
    "how to reach whom I help": ("jobseeker.forms.ContactForm",),
    "a work placement I sign": ("employer.forms.SignForm",),
    "a mentor I agree to": ("mentor.forms.AgreeForm",),
    "an offer to be a mentor": ("mentor.forms.OfferForm",),
    "a mentor agreed to, written down": ("mentor.forms.WrittenDownAgreeForm",),
    "a guardian told of a mentor": ("mentor.forms.GuardianForm",),
    "how mentoring goes": ("mentor.forms.CheckForm",),
    "a concern settled": ("mentor.forms.SettleForm",),
    "a workplace signs by link": ("employer.forms.HostSignForm",),
    "a workplace's week by link": ("employer.forms.WeekForm",),
    "a complaint": ("complaints.public.ComplaintForm",),
    "an answer to a complaint": ("complaints.desk.AnswerForm",),
}

#: Forms that take words and have no row.
EXCUSED: dict[str, str] = {
    f"{_PEOPLE}.forms.ReachForm": "what three forms have in common; each of them has a row",
    "employer.forms.GuardianForm": "as the one of mentoring, which has a row",
    "admin.invitation.AccountForm": "by link, for who has no account; a password may be any signs",
    "admin.portal.PortalForm": "the portal's own name and address, in all languages: tests/www/test_portal.py",
    "caseworker.people.page_asked.NumberForm": "compared with four digits, and written nowhere: tests/people/test_claiming.py",
    "caseworker.counter.views.SearchForm": "looks for a file and writes nothing",
    f"{_ASKED}.OtherWorkForm": "looks for an occupation and writes nothing",
    "caseworker.accounts_of_work.TakenOverForm": "read, and kept only as what is ticked; any signs are read",
    "caseworker.words.LocalWordForm": "a word of the town's list, that a second person agrees to: tests/words",
}
