"""Who was sent where in the demo town, and what came back: each state of a referral at least once, over many partners.

Everything goes through the rooms' own functions, as on the day it happened (:mod:`kesher.demo.past`); what is told here in days
before today. A partner answers as somebody of its own: Samir, Omar, Noa, or the desk that each office has. A clinic has no
account: what is sent there waits behind a link in a mail.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.utils import timezone

from kesher.accounts.models import Organisation, User
from kesher.base.models import Event
from kesher.base.rows import acting_for
from kesher.base.transitions import Actor
from kesher.demo import past
from kesher.demo.directory import service_id
from kesher.demo.offers import Offer
from kesher.demo.people import BRIDGE, HIBA, NOA, SERVICE, moment
from kesher.demo.services import OFFERS
from kesher.directory import agreements
from kesher.directory.models import Service
from kesher.people.consents import give, has_agreed, withdraw
from kesher.people.files import READ_NOTHING
from kesher.people.models import Consent, Person
from kesher.people.models.consents import Purpose
from kesher.referrals import answering, follow_ups, loops, places, recalls, reminders, sending
from kesher.referrals.models import FollowUp, Referral
from kesher.referrals.vocabularies import Closing, Outcome, Reason

#: Who answers for an office where somebody can be visited; the others have a desk.
ANSWERS: Final = {BRIDGE: "samir@demo.example", "college": "omar@demo.example", SERVICE: NOA}
OFFICER: Final = "officer@demo.example"
#: Offices that have signed the agreement of the table, and how many days ago.
SIGNED: Final = (
    SERVICE, BRIDGE, "college", "tamarisk-ulpan", "diploma-desk", "little-jerboa", "two-chairs", "open-scales",
    "first-coin", "tesfa-house", "key-in-hand", "wadi-training", "oasis-clinic",
)  # fmt: skip
SIGNED_AGO: Final = 180
DOCUMENT: Final = "אמנת השולחן 2026 (הדגמה)"
MORNING: Final = time(9, 30)

Said = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Then:
    """What happened next: a verb of :data:`VERBS`, so many days before today, with what was said."""

    verb: str
    ago: int
    said: Said | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """One referral: of whom (as the file begins), for which wish, to which offer of which office, written how many days ago.

    ``sent`` None: it is a draft still. ``wish`` "": after the one before, which came back, the next best is tried.
    """

    of: str
    wish: str
    offer: str
    office: str
    why: str
    begun: int
    then: tuple[Then, ...] = ()
    by: str = NOA
    carries: tuple[str, ...] = ("contact",)
    more: Said | None = None


def _took_on(accepted: int, spoken: int | None = None) -> tuple[Then, ...]:
    begun = (Then("send", accepted + 2), Then("accept", accepted))
    return begun if spoken is None else (*begun, Then("first contact", spoken))


def _done(ago: int, outcome: Outcome, done: str) -> Then:
    return Then("finish", ago, {"outcome": outcome, "attended": True, "done": done})


STORIES: Final = (
    Story(
        "አልማዝ", "הכרה בתעודת אחות", "diploma-advice", "diploma-desk",
        "אחות מאדיס אבבה עם עשר שנות ניסיון; התעודה אבדה. מבקשת לדעת איך מוכיחים את הלימודים.", 60,
        (*_took_on(56, 52), _done(30, Outcome.MET, "נשלחה בקשה לאימות לאוניברסיטה באדיס אבבה; התקבל אישור לימודים."),
         Then("answered", 29, {"day": 0, "answer": "yes"})),
        more={"interpreter": "phone", "interpreter_gender": "woman"},
    ),
    Story(
        "አልማዝ", "עברית קרוב לבית, בבקרים", "ulpan-a", "newcomers-kiryat-gat",
        "מבינה הרבה יותר ממה שמדברת. הילדים בגן עד אחת, לכן רק בבקרים.", 40, _took_on(36, 33),
    ),
    Story(
        "አልማዝ", "מקום לילד במעון", "day-nursery", "little-jerboa",
        "בלי מעון אי אפשר להתחיל קורס. גרה בקריית גת, יכולה להגיע באוטובוס.", 20,
        (*_took_on(16, 14), Then("pause", 9, {"reason": Reason.BARRIER_FIRST, "words": "ממתינים לפנקס חיסונים",
                                              "review": 4})),
    ),
    Story(
        "አልማዝ", "מישהי שתלווה בעבודה הראשונה", "mentor", "tesfa-house",
        "מבקשת ליווי של מי שעברה דרך דומה, באמהרית.", 9, (Then("send", 8),), carries=("contact", "lives"),
    ),
    Story(
        "Олександр", "הכרה במקצוע: חשמלאי", "diploma-advice", "diploma-desk",
        "חשמלאי עם תעודה מחרקיב. יש צילום, המקור נשאר שם.", 48,
        (*_took_on(46, 44), _done(31, Outcome.PARTLY, "הוגשה בקשה לרישיון; חסר אישור ניסיון מהמעסיק הקודם."),
         Then("answered", 30, {"day": 0, "answer": "partly"})),
    ),
    Story(
        "Олександр", "קורס ערב בעברית", "ulpan-evening", "tamarisk-ulpan",
        "עובד בזמני ביום, פנוי מחמש אחר הצהריים.", 14,
        (Then("send", 13), Then("reject", 10, {"reason": Reason.NO_CAPACITY, "words": "הקבוצה מלאה עד אחרי החגים"})),
    ),
    Story("Олександр", "", "ulpan-evening", "newcomers-beer-sheva",
          "עובד בזמני ביום, פנוי מחמש אחר הצהריים.", 9, (Then("send", 9), Then("accept", 5))),
    Story(
        "Ирина", "בדיקה של חובות", "debt-advice", "first-coin",
        "שלושה מכתבים מההוצאה לפועל. אפשר להודיע רק בהודעה, אחרי שש.", 98,
        (*_took_on(95, 93), _done(90, Outcome.MET, "החובות אוחדו והוסכם על תשלום חודשי."),
         Then("answered", 89, {"day": 0, "answer": "yes"}), Then("answered", 58, {"day": 30, "answer": "yes"})),
    ),
    Story(
        "Ирина", "רופא משפחה שמדבר רוסית", "family-doctor", "oasis-clinic",
        "כאבי גב שמונעים עבודה בעמידה.", 17, (Then("send", 16),),
    ),
    Story("סיגל", "בדיקה של חובות", "debt-advice", "first-coin",
          "רוצה לדעת מה אפשר למחוק לפני שמתחילים לעבוד.", 22, _took_on(19, 17), more={"safe_contact": "רק בבקרים"}),
    Story(
        "محمد أبو كف", "קורס מכונאות", "course-mechanic", "wadi-training",
        "עבד במוסך של הדוד שנתיים, בלי תעודה.", 24,
        (*_took_on(22, 20),
         Then("cannot finish", 11, {"reason": Reason.CANNOT_TRAVEL, "words": "אין אוטובוס בחזרה אחרי שמונה"})),
    ),
    Story("Fatou", "חדר לשכור", "find-flat", "key-in-hand", "גרה אצל קרובים; צריך לצאת עד סוף החודש.", 41,
          (*_took_on(39, 38), _done(34, Outcome.NOT_MET, "נבדקו ארבע דירות; כולן מעל התקציב."),
           Then("answered", 33, {"day": 0, "answer": "no"}))),
    Story("Fatou", "ייעוץ על המעמד", "status-advice", "open-scales", "יש מכתב שלא ברור מה כתוב בו.", 12,
          (Then("send", 12), Then("withdraw", 6, {"reason": Reason.OTHER, "words": "המכתב הובהר בטלפון"}))),
    Story("በቀለ", "רישיון נהיגה", "driving-licence", BRIDGE, "נהג משאית במולדתו; רוצה להמיר.", 6,
          (Then("send", 5),), carries=("contact", "born")),
    Story("በቀለ", "תרגול לפני ריאיון", "interview-practice", BRIDGE, "יש ריאיון במפעל בעוד שבועיים.", 21,
          _took_on(18, 15)),
    Story("Наталья", "תרגול לפני ריאיון", "interview-practice", BRIDGE, "חזרה לעבודה אחרי מחלה, חוששת מהשאלות.", 40,
          (*_took_on(37, 36), _done(31, Outcome.WORK, "שלושה מפגשים; התקבלה למשרד בקריית גת."),
           Then("answered", 30, {"day": 0, "answer": "yes"}))),
    Story("Юлія", "מקום לילדה במעון", "day-nursery", "little-jerboa", "אם יחידה, מתחילה אולפן.", 4, (Then("send", 4),)),
    Story("Юлія", "עברית למתחילים", "ulpan-a", "tamarisk-ulpan", "אחרי תחילת המעון, בבקרים.", 2),
    Story("Ibrahima", "ייעוץ על המעמד", "status-advice", "open-scales", "הוויזה מסתיימת בקרוב; מדבר צרפתית.", 28,
          (*_took_on(26, 24), Then("recall", 16)), more={"interpreter": "in_person"}),
    Story("רונית", "קורס טיפול", "course-care", "college", "טיפלה באמה שנים; רוצה תעודה.", 95,
          (*_took_on(93, 92), _done(91, Outcome.TRAINING, "החלה את הקורס במחזור הסתיו."),
           Then("answered", 90, {"day": 0, "answer": "yes"}), Then("answered", 60, {"day": 30, "answer": "yes"}))),
    Story("يوسف", "להשלים תעודת בגרות", "school-certificate", "college",
          "חסרות שתי בחינות; עובד בערבים.", 13, _took_on(9), carries=("contact", "lives")),
    Story("يوسف", "ליווי למציאת עבודה", "adviser", "jobs-beer-sheva", "נכתב בטעות פעמיים.", 12,
          (Then("send", 12), Then("mistake", 11, {"note": "נשלח פעמיים"}))),
    Story("דוד", "הלוואה קטנה לכלי עבודה", "personal-loan", "first-coin", "שיפוצניק; הכלים נגנבו.", 18,
          (Then("send", 18), Then("reject", 15, {"reason": Reason.NOT_ELIGIBLE, "words": "ההכנסה מעל הסף"}),
           Then("close", 14, {"closing": Closing.CANNOT_BE_MET, "words": "אין הלוואה אחרת בעיר"}))),
    Story("דוד", "בדיקה של חובות", "debt-advice", "first-coin", "מכתב אחד, עדיין לא דחוף.", 11, (Then("discard", 10),)),
    Story("Сергей", "קורס התקנה סולרית", "course-solar", "wadi-training", "רתך מניסיון; מבקש ללמוד התקנה סולרית.", 2,
          (Then("send", 1),)),
    # What comes in at the employment service: Hiba's association asks for a voucher.
    Story("مريم", "שובר לקורס", "course-voucher", SERVICE, "التحقت بدورة طبخ وتحتاج إلى قسيمة للدفع.", 7,
          (Then("send", 7),), by=HIBA),
    Story("أمل", "دورة رعاية", "course-care", "college", "ربّت إخوتها الصغار وتريد شهادة في الرعاية.", 18,
          _took_on(15, 12), by=HIBA),
)  # fmt: skip

#: Asked of an office without saying of whom; the second is answered.
PLACES: Final = (("ulpan-a", "tesfa-house", 1, ""), ("mentor", "two-chairs", 3, "later"))


def build_referrals(today: date) -> int:
    """Tell them all, each in its own order; returns how many referrals there are."""
    offices = {str(one.profile.external_id): one for one in _organisations()}
    _agree(offices, today)
    last: dict[tuple[str, str], Referral] = {}
    for story in sorted(STORIES, key=lambda one: -one.begun):  # what was agreed first is agreed first
        last[story.of, story.by] = _Telling(story, offices, today).tell(last.get((story.of, story.by)))
    for offer, office, ago, said in PLACES:
        _ask_for_a_place(_service(offer, office), offices[office], moment(today, ago, MORNING), said)
    reminders.remind(now=timezone.now())
    follow_ups.ask_all(now=timezone.now())
    return len(STORIES)


def _organisations() -> list[Organisation]:
    found = Organisation.objects.filter(profile__dataset__slug="demo").select_related("profile")
    return list(found.order_by("id"))


def _agree(offices: Mapping[str, Organisation], today: date) -> None:
    """The officer has recorded that they signed: every office to which somebody was sent, and some more."""
    officer = User.objects.get(email=OFFICER)
    by = officer.as_actor(officer.memberships.get().organisation_id)
    signers = dict.fromkeys([*SIGNED, *(story.office for story in STORIES)])
    since = today - timedelta(days=SIGNED_AGO)
    with past.at(moment(today, SIGNED_AGO, MORNING)):
        for key in signers:
            agreements.record(offices[key], document=DOCUMENT, by=by, since=since)


def _service(offer_key: str, office: str) -> Service:
    offer: Offer = next(one for one in OFFERS if one.key == offer_key)
    return Service.objects.select_related("organisation").get(external_id=service_id(offer, office))


def _ask_for_a_place(service: Service, office: Organisation, at: datetime, said: str) -> None:
    noa = User.objects.get(email=NOA)
    own = noa.memberships.get().organisation_id
    with acting_for(user_id=noa.pk, organisation_ids=[own]), past.at(at):
        question = places.ask(service, by=noa.as_actor(own))
    if said:
        user = _who_answers(str(office.profile.external_id))
        with acting_for(user_id=user.pk, organisation_ids=[office.pk]), past.at(at + timedelta(hours=3)):
            places.answer(question, said, by=user.as_actor(office.pk))


def _who_answers(office: str) -> User:
    return User.objects.get(email=ANSWERS.get(office, f"{office}@demo.example"))


class _Telling:
    """One story, verb after verb, each as whoever did it and on its day."""

    def __init__(self, story: Story, offices: Mapping[str, Organisation], today: date) -> None:
        self.story, self.today = story, today
        self.sender = User.objects.get(email=story.by)
        self.own = offices[SERVICE if story.by == NOA else BRIDGE]
        self.by: Actor = self.sender.as_actor(self.own.pk)
        self.office = offices[story.office]

    def tell(self, before: Referral | None) -> Referral:
        with acting_for(user_id=self.sender.pk, organisation_ids=[self.own.pk]):
            person = Person.objects.kept_by(self.own.pk).active().get(called__startswith=f"{self.story.of} (")
            with past.at(moment(self.today, self.story.begun, MORNING)):
                referral = self._draft(person, before)
            for number, then in enumerate(self.story.then, 1):
                with past.at(moment(self.today, then.ago, time(9 + min(number, 9)))):
                    getattr(self, f"_{then.verb.replace(' ', '_')}")(referral, dict(then.said or {}))
        return referral

    def _draft(self, person: Person, before: Referral | None) -> Referral:
        story = self.story
        service = _service(story.offer, story.office)
        if not has_agreed(person, Purpose.REFERRAL, with_=self.office.pk):
            give(person, Purpose.REFERRAL, with_=self.office, how="present", language=person.language, by=self.by)
        if story.wish:
            referral = sending.draft(person, service, story.wish, by=self.by)
        else:
            assert before is not None
            referral = sending.next_best(before, service, by=self.by)
        more: Any = {"carries": list(story.carries), "wait_list": True, **(story.more or {})}
        sending.write(referral, by=self.by, why=story.why, **more, seen=READ_NOTHING)
        return referral

    # --- what the sender does ---

    def _send(self, referral: Referral, said: Said) -> None:
        sending.send(referral, by=self.by)

    def _withdraw(self, referral: Referral, said: Said) -> None:
        sending.withdraw(referral, by=self.by, **said)

    def _discard(self, referral: Referral, said: Said) -> None:
        sending.discard(referral, by=self.by)

    def _mistake(self, referral: Referral, said: Said) -> None:
        sending.entered_in_error(referral, by=self.by, **said)

    def _close(self, referral: Referral, said: Said) -> None:
        loops.close(referral.loop, said["closing"], by=self.by, words=said["words"])

    def _recall(self, referral: Referral, said: Said) -> None:
        """The person took it back, by telephone; what follows is done at once, as the worker would."""
        consent = Consent.objects.in_force().get(
            person=referral.person_id, purpose=Purpose.REFERRAL, organisation=self.office
        )
        withdraw(consent, by=self.by)
        event = Event.objects.filter(name="consent.withdrawn", about_id=consent.pk).latest("id")
        recalls.withdraw_what_rests_on_it(event.pk)

    def _answered(self, referral: Referral, said: Said) -> None:
        """Whether it helped, as the person told whoever had referred them."""
        follow_ups.ask_what_is_due(self.own.pk, timezone.now())
        asked = FollowUp.objects.select_related("referral").get(referral=referral, day=said["day"])
        follow_ups.answer(asked, said["answer"], by=self.by)

    # --- what the receiver does ---

    @property
    def receiver(self) -> User:
        return _who_answers(self.story.office)

    @property
    def theirs(self) -> Actor:
        return self.receiver.as_actor(self.office.pk)

    def _accept(self, referral: Referral, said: Said) -> None:
        answering.accept(referral, by=self.theirs, worker_name=self.receiver.name)

    def _reject(self, referral: Referral, said: Said) -> None:
        answering.reject(referral, by=self.theirs, **said)

    def _first_contact(self, referral: Referral, said: Said) -> None:
        answering.first_contact(referral, by=self.theirs, on=timezone.localdate())

    def _pause(self, referral: Referral, said: Said) -> None:
        review = self.today + timedelta(days=said["review"])
        answering.pause(referral, by=self.theirs, reason=said["reason"], words=said["words"], review_on=review)

    def _finish(self, referral: Referral, said: Said) -> None:
        answering.finish(referral, by=self.theirs, **said)
        event = Event.objects.filter(name="referral.finish", about_id=referral.pk).latest("id")
        follow_ups.plan(event.pk)

    def _cannot_finish(self, referral: Referral, said: Said) -> None:
        answering.cannot_finish(referral, by=self.theirs, **said)
