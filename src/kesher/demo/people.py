"""People of the demo town who have a file: invented, each with "(demo)" in the name and a number no exchange gives out.

Noa's employment service keeps most of them, Hiba's association three. Almaz and Oleksandr, whom one can spend a day as, have
taken their files over; she shares hers. One is written down twice, in two scripts, for whoever wants to try what happens then.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from django.utils import timezone

from kesher.accounts.models import Organisation, User
from kesher.areas.models import Area
from kesher.base.rows import acting_for
from kesher.base.transitions import Actor
from kesher.demo import past
from kesher.demo.district import LOCALITY_SCHEME
from kesher.demo.organisations import MARK
from kesher.demo.papers import certificate
from kesher.people import aspirations, files, parts, worries
from kesher.people.attachments import attach
from kesher.people.consents import give
from kesher.people.models import Experience, LanguageSkill, Person, Qualification, Wish
from kesher.people.models.consents import Purpose
from kesher.words.models import Proposal

Reach = Person.Reach
SERVICE, BRIDGE = "employment-service", "bridge-association"
NOA, HIBA, ALMAZ = "noa@demo.example", "hiba@demo.example", "almaz@demo.example"
OLEKSANDR = "oleksandr@demo.example"
NURSE = "በአዲስ አበባ ነርስ ነበርኩ"


@dataclass(frozen=True, slots=True)
class Somebody:
    """One file: who keeps it (address of the caseworker), what worries, days since the last step, the town's code.

    ``opened``: days since it was opened, where that is not the day of the last step.
    """

    called: str
    language: str
    phone: str
    keeper: str
    worries: tuple[str, ...]
    ago: int
    town: str
    reach_by: str = Person.Reach.CALL
    reach_when: str = ""
    discreet: bool = False
    account: str = ""
    shared_with: str = ""
    opened: int = 0


PEOPLE: Final = (
    Somebody(
        "አልማዝ", "am", "08-555-0151", NOA, ("language", "work", "children"), 2, "2630",
        account=ALMAZ, shared_with=BRIDGE, opened=64,
    ),
    Somebody("Олександр", "uk", "08-555-0152", NOA, ("papers", "work"), 6, "9000", account=OLEKSANDR, opened=50),
    Somebody("Ирина", "ru", "08-555-0153", NOA, ("money", "health"), 12, "7100", Reach.TEXT, "после 18:00", opened=101),
    Somebody("סיגל", "he", "08-555-0154", NOA, ("debts", "work"), 20, "2200", discreet=True, opened=36),
    Somebody("محمد أبو كف", "ar", "08-555-0155", NOA, ("learning", "work"), 1, "1161", opened=30),
    Somebody("מוחמד אבו כף", "he", "0855-50155", NOA, ("work",), 30, "1161"),  # the same man, written down again
    Somebody("Fatou", "fr", "08-555-0157", NOA, ("home", "papers"), 40, "70", Reach.VISIT, opened=48),
    Somebody("أمل", "ar", "08-555-0158", HIBA, ("children", "work"), 3, "1303", reach_when="حتى الساعة الواحدة", opened=21),
    Somebody("יעל", "he", "08-555-0159", HIBA, ("alone",), 9, "2560", Reach.MAIL, opened=40),
    Somebody("በቀለ", "am", "08-555-0171", NOA, ("work", "language"), 5, "2630", opened=25),
    Somebody("Наталья", "ru", "08-555-0172", NOA, ("work", "health"), 4, "7100", opened=45),
    Somebody("Юлія", "uk", "08-555-0173", NOA, ("children", "language"), 3, "9000", Reach.TEXT, "9–14", opened=20),
    Somebody("Ibrahima", "fr", "08-555-0174", NOA, ("papers", "work"), 16, "70", opened=33),
    Somebody("רונית", "he", "08-555-0175", NOA, ("children", "money"), 7, "31", Reach.MAIL, opened=97),
    Somebody("يوسف", "ar", "08-555-0176", NOA, ("learning", "work"), 8, "1161", opened=28),
    Somebody("مريم", "ar", "08-555-0177", HIBA, ("work", "language"), 7, "1303", opened=19),
    Somebody("דוד", "he", "08-555-0178", NOA, ("debts", "home"), 10, "2200", opened=38),
    Somebody("Сергей", "ru", "08-555-0179", NOA, ("work", "language"), 2, "70", opened=15),
)  # fmt: skip


def build_people(today: date) -> int:
    """Open the files, as their caseworkers would; returns how many there are."""
    offices = {address: User.objects.get(email=address).memberships.get().organisation for address in (NOA, HIBA)}
    for somebody in PEOPLE:
        _open(somebody, offices[somebody.keeper], today)
    return len(PEOPLE)


def _open(somebody: Somebody, office: Organisation, today: date) -> None:
    keeper = User.objects.get(email=somebody.keeper)
    by: Actor = keeper.as_actor(office.pk)
    known: dict[str, Any] = {
        "phone": somebody.phone,
        "reach_by": somebody.reach_by,
        "reach_when": somebody.reach_when,
        "discreet": somebody.discreet,
        "area": Area.objects.get(scheme=LOCALITY_SCHEME, code=somebody.town),
    }
    if somebody.reach_by == Reach.MAIL:
        known["email"] = f"home{somebody.phone[-3:]}@home.example"
    name = f"{somebody.called} {MARK[somebody.language]}"
    opened_at = moment(today, somebody.opened or somebody.ago, time(10, 30))
    with acting_for(user_id=keeper.pk, organisation_ids=[office.pk]), past.at(opened_at):
        person = files.open_file(called=name, language=somebody.language, how="present", by=by, **known)
        worries.say(person, somebody.worries, by=by)
        if somebody.account == ALMAZ:
            _parts(person, by)
        if somebody.shared_with:
            partner = Organisation.objects.get(profile__external_id=somebody.shared_with)
            give(person, Purpose.SHARE, with_=partner, how="present", language=somebody.language, by=by)
            give(person, Purpose.MATCHING, how="present", language=somebody.language, by=by)
        if not somebody.discreet:  # all but those who fear to be known were asked, and said yes
            give(person, Purpose.STATISTICS, how="present", language=somebody.language, by=by)
        last = moment(today, somebody.ago, time(10, 30))
        Person.objects.filter(pk=person.pk).update(last_step_at=last)
        key = files.claim_key(person)
    if somebody.account:
        with past.at(opened_at):
            files.claim(key, user=User.objects.get(email=somebody.account))


def moment(today: date, ago: int, hour: time) -> datetime:
    """So many days before ``today``, at that hour; never to come."""
    at = timezone.make_aware(datetime.combine(today - timedelta(days=ago), hour))
    return min(at, timezone.now() - timedelta(minutes=1))


def _proposal(said: str) -> UUID | None:
    """What was proposed for words that wait for a caseworker (``kesher.demo.words``): the same words, told in a file."""
    return Proposal.objects.filter(text=said).order_by("id").values_list("pk", flat=True).first()


def _parts(person: Person, by: Actor) -> None:
    """What Almaz has told: a nurse in Addis Ababa whose paper is lost, and who wants to be one again."""
    own, theirs = LanguageSkill.Judge.PERSON, LanguageSkill.Judge.CASEWORKER
    rows = (
        LanguageSkill(language="am", judge=own, listening="C2", reading="C2", interaction="C2", writing="C2"),
        LanguageSkill(language="he", judge=own, listening="A2", interaction="A2", script="slow"),
        LanguageSkill(language="he", judge=theirs, listening="B1", interaction="A2", script="slow"),
        Qualification(title="ነርስ", level=6, country="ET", ended=2009, proof=Qualification.Proof.LOST),
        Experience(
            kind="paid", words=NURSE, language="am", country="ET", begun=2009, ended=2019, proposal_id=_proposal(NURSE)
        ),
        Experience(kind="care", words="እናቴን አስታመምኩ", language="am"),
        Wish(hours_most=30, shifts=["morning", "day"], ways=["bus"], minutes_most=45, care="ልጆች ከሰዓት በኋላ"),
    )
    for row in rows:
        row.person = person
        parts.keep(row, by=by)
    paper = certificate(("Hebrew course, level A2", "Certificate (demo: nobody is called so)"))
    attach(person, kind="language", content=paper, name="ulpan A2.pdf", by=by)
    goal = {"goal": "እንደገና ነርስ መሆን", "in_the_way": "ዕብራይስጥና የጠፋው ዲፕሎማ"}
    aspirations.say(person, sure=3, language="am", by=by, **goal)
