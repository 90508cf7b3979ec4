"""The demo town with what only use brings: reports, twins, a refused organisation, second factors, and who looks at it.

:mod:`tests.browser.town_served` serves a copy of it; the pages of :mod:`tests.browser.pages` are opened in it, by the tests and
by the photographer.
"""

import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.contrib.auth import login
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.tokens import default_token_generator
from django.test import RequestFactory
from django.utils import timezone

from kesher.accounts.invitations import invite
from kesher.accounts.models import Organisation, User
from kesher.accounts.roles import Role
from kesher.accounts.states import ORGANISATION_STATES
from kesher.base.transitions import Actor
from kesher.directory.models import Address, Location, Phone, Service, ServiceAtLocation
from kesher.directory.rules import RULE_STATES
from tests.browser.town_interview import interview_things
from tests.browser.town_mentoring import mentoring_things
from tests.browser.town_referrals import referral_things
from tests.browser.town_training import training_things
from tests.browser.town_trust import trust_things

#: Who looks: the name of a session -> the address they log in with ("" = nobody in particular).
VISITORS = {
    "anonymous": "",
    "newcomer": "almaz@demo.example",
    "partner": "samir@demo.example",
    "employer": "dina@demo.example",
    "caseworker": "noa@demo.example",
    "mentor": "mentor@demo.example",
    "moderator": "moderator@demo.example",
    "officer": "officer@demo.example",
    "second officer": "second-officer@demo.example",
    "administrator": "administrator@demo.example",
    "of two": "referrer@demo.example",  # works for two organisations
    "head": "organisation-admin@demo.example",  # the only administrator of theirs
    "invited": "invited@demo.example",  # has an account and an invitation, and no role yet
    "founder": "founder@demo.example",  # has asked for an organisation, which waits
    "refused": "refused@demo.example",  # whose organisation was refused
    "secured": "secured@demo.example",  # with a second factor of every kind
    "convenor": "convenor@trust.example",  # answers complaints about others
    "auditor": "auditor@trust.example",
    "suspended": "suspended@trust.example",  # works for an organisation that is suspended
    "careless": "careless@demo.example",  # without a password, with an address not confirmed
}
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
ENGLISH, HEBREW, ARABIC = "en", "he", "ar"


@dataclass
class Town:
    """``address`` of the server, ``things``: name -> what the address of its page holds, ``sessions``: visitor -> key."""

    address: str = ""
    things: dict[str, dict[str, Any]] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)


def session_of(email: str, *, fresh: bool = True) -> str:
    """A session as logging in makes it; ``fresh``: the password was typed a moment ago."""
    from importlib import import_module

    from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
    from allauth.account.internal.flows.login import record_authentication
    from allauth.usersessions.models import UserSession
    from django.conf import settings

    request = RequestFactory().get("/", HTTP_USER_AGENT="Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Firefox/145.0")
    request.session = import_module(settings.SESSION_ENGINE).SessionStore()
    request.user = AnonymousUser()
    login(request, User.objects.get(email=email), backend=BACKEND)
    record_authentication(request, request.user, "password", email=email, reauthenticated=True)
    if not fresh:
        for record in request.session[AUTHENTICATION_METHODS_SESSION_KEY]:
            record["at"] -= 48 * 3600
    request.session.save()
    UserSession.objects.create_from_request(request)
    return request.session.session_key


# --- what use brings ---------------------------------------------------------------------------------------------------


def things_of_use() -> dict[str, dict[str, Any]]:
    from kesher.demo.build import build

    build(seed=1948, people=10, progress=lambda line: None)
    things = _services() | _calls() | _words() | _people() | _twins() | _accounts() | _office() | _rules()
    noa, samir = (User.objects.get(email=VISITORS[visitor]) for visitor in ("caseworker", "partner"))
    things |= (
        referral_things(noa, samir) | trust_things(noa.memberships_in_force[0].organisation) | mentoring_things(noa)
    )
    things |= training_things(noa)
    things |= {"guide of a visitor": {"key": "visitor"}, "guide of an officer": {"key": "officer"}}
    _mail()
    return things


def _services() -> dict[str, dict[str, Any]]:
    today = timezone.localdate()
    public = Service.objects.published().order_by("name__en", "id")
    own = list(public.filter(organisation__profile__external_id="bridge-association"))
    public = public.exclude(organisation=own[0].organisation)
    samir = User.objects.get(email=VISITORS["partner"])
    kept, stale, suspended, archived, reported = own
    chosen = {
        "any service": public.filter(costs__amount__gt=0, at_locations__isnull=False).first(),
        "free service": public.filter(costs__amount=0).first(),
        "full service": public.filter(capacities__available=0).first(),
        "stale service": public.filter(check_by__lt=today).first(),
        "remote service": public.filter(remote=True).first(),
        "closed service": public.exclude(status="active").first(),
        "service with rules": public.filter(rule_links__isnull=False).first(),
        "service with an alert": public.exclude(alert={}).first(),
    }
    assert all(chosen.values()), chosen

    from kesher.directory.editing import confirm, move, settle
    from kesher.directory.models import MistakeReport
    from kesher.directory.still_right import token_for

    by = Actor(samir.pk, kept.organisation_id, frozenset({Role.PROVIDER}))
    confirm(kept, by=by, today=today)
    move(suspended, "suspend", by=by, reason="The teacher is ill until January.")
    move(archived, "archive", by=by, reason="The course has ended.")
    Service.objects.filter(pk=stale.pk).update(check_by=today - timedelta(days=40))
    draft = Service.objects.create(organisation=kept.organisation, name={ENGLISH: "Sewing, first steps"})
    MistakeReport.objects.create(
        service=reported,
        what="contact",
        text="אף אחד לא עונה במספר 08-555-0123 כבר שבוע, גם לא ב-https://bridge.demo.example/",
        email="reader@example.org",
        language=HEBREW,
    )
    settle(MistakeReport.objects.create(service=reported, what="wording", text="Closed.", language=ENGLISH), by=by)
    sections = {
        "section of own service": {"pk": kept.pk, "section": "reach"},
        "link that asks": {"token": token_for(samir, kept.organisation, on=today)},
    }
    rows = chosen | {
        "own service": kept,
        "own stale service": stale,
        "own suspended service": suspended,
        "archived service": archived,
        "reported service": reported,
        "own draft": draft,
    }
    return sections | {name: {"pk": row.pk} for name, row in rows.items() if row}


def _calls() -> dict[str, dict[str, Any]]:
    """A request that waits, one that was answered, and the keys a visitor holds."""
    from unittest.mock import patch

    from kesher.directory.call_backs import answer, ask, can_be_asked
    from kesher.directory.models import CallBack

    samir = User.objects.get(email=VISITORS["partner"])
    waiting = CallBack.objects.waiting().filter(language="am").get()
    by = samir.as_actor(waiting.organisation_id)
    answer(waiting, "miss", by=by)
    public = Service.objects.published().select_related("organisation").order_by("id")
    asked = next(service for service in public.exclude(organisation=waiting.organisation_id) if can_be_asked(service))
    silent = next(service for service in public if not can_be_asked(service))
    told: dict[str, Any] = {"called": "Almaz", "language": "am", "when": ["evening"]}
    key = ask(asked, phone="08-555-0123", **told)
    again = ask(asked, phone="08-555-0123", **told)
    long_ago = timezone.now() - timedelta(days=91)
    with patch("time.time", long_ago.timestamp):
        old = ask(asked, phone="08-555-0123", now=long_ago, **told)
    own = public.filter(organisation=waiting.organisation_id).first()
    assert own
    ask(own, phone="08-555-0124", note="Call me, please: https://example.org/" + "a" * 60, **told)
    made = CallBack.objects.filter(phone="08-555-0124").get()
    answer(made, "close", by=by, reason="elsewhere")
    return {
        "service that calls back": {"pk": asked.pk},
        "service that does not call back": {"pk": silent.pk},
        "call that was asked for": {"key": key},
        "call that was asked for twice": {"key": again},
        "call that was long ago": {"key": old},
        "call to make": {"pk": waiting.pk},
        "call made": {"pk": made.pk},
    }


def _words() -> dict[str, dict[str, Any]]:
    """Words that wait, and words decided: the demo's own."""
    from kesher.base.rows import acting_for
    from kesher.words.models import Proposal

    office = User.objects.get(email=VISITORS["caseworker"]).memberships_in_force[0].organisation_id
    with acting_for(organisation_ids=[office]):
        waiting, decided = Proposal.objects.unsure().first(), Proposal.objects.decided().first()
    assert waiting
    assert decided
    return {"words to decide": {"pk": waiting.pk}, "words decided": {"pk": decided.pk}}


def _people() -> dict[str, dict[str, Any]]:
    """Somebody with a file that is shared, and somebody who has two: the demo's own."""
    from kesher.people import files, mandates
    from kesher.people.finding import named
    from kesher.people.models import Person
    from kesher.www.jobseeker.access import as_the_person

    noa = User.objects.get(email=VISITORS["caseworker"])
    mine = Person.objects.visible_to(noa)
    almaz = mine.get(user__email=VISITORS["newcomer"])
    twice, again = named(mine, "Muhammad").order_by("id")
    parts = ("languages", "schooling", "work", "goal", "wishes", "permit")
    of_parts = {f"{part} of a person": {"pk": almaz.pk, "part": part} for part in parts}
    return (
        _day(noa, almaz)
        | interview_things(noa, twice, almaz)
        | of_parts
        | {
            "person": {"pk": almaz.pk},
            "person written down twice": {"pk": twice.pk},
            "two files of one": {"pk": twice.pk, "other": again.pk},
            "link to a file": {"key": files.claim_key(twice)},
            "handed link to a file": {"key": files.claim_key(twice, handed_by=noa.pk)},
            "person who is asked for": _asked_for(again),
            "bad link to a file": {"key": files.claim_key(twice)[:-3] + "abc"},
            "link to help": {"key": mandates.key_of(mandates.ask(almaz, "family", by=as_the_person(almaz.user)))},
            "receipt": {"pk": almaz.pk, "consent": almaz.consents.order_by("id")[0].pk},
        }
    )


def _asked_for(person: Any) -> dict[str, Any]:
    """Somebody with an account has pressed the button of a link that a colleague printed."""
    from kesher.base.keys import uuid7
    from kesher.people import claiming, files

    user = User.objects.get_or_create(email="asks@trust.example", defaults={"name": "Muhammad"})[0]
    try:
        files.claim(files.claim_key(person, handed_by=uuid7()), user=user)
    except files.Waits as waits:
        claiming.ask(waits, user=user)
    return {"pk": person.pk}


def _help(helper: User) -> dict[str, dict[str, Any]]:
    """Somebody who has no file helps Almaz with hers."""
    from kesher.people import mandates
    from kesher.people.models import Person
    from kesher.www.jobseeker.access import as_the_person

    almaz = Person.objects.get(user__email=VISITORS["newcomer"])
    assert almaz.user
    mandates.accept(mandates.key_of(mandates.ask(almaz, "friend", by=as_the_person(almaz.user))), user=helper)
    return {"somebody helped": {"pk": almaz.pk}}


def _day(noa: User, almaz: Any) -> dict[str, dict[str, Any]]:
    """What is planned with her, one step of it done; and somebody with whom nothing is."""
    from kesher.base.keys import uuid7
    from kesher.casework import plans
    from kesher.casework.appointment_links import key_for
    from kesher.casework.models import Appointment, Interpreter, Step
    from kesher.people.models import Person
    from tests.factories import BookingFactory

    late = Step.objects.filter(person=almaz).order_by("due_on")[0]
    by = noa.as_actor(noa.memberships.get().organisation_id)
    done = plans.agree(almaz, kind="call", text="Clinic", due_on=late.due_on, by=by)
    plans.finish(done, by=by)
    without = Person.objects.visible_to(noa).active().filter(steps=None).order_by("id")[0]
    meeting = Appointment.objects.get(person=almaz)
    booking = BookingFactory(organisation=meeting.organisation)
    over = Appointment(pk=uuid7(), organisation_id=meeting.organisation_id)
    return {
        "appointment link": {"key": key_for(meeting)},
        "booking": {"pk": booking.pk},
        "appointment link over": {"key": key_for(over)},
        "step": {"pk": late.pk},
        "step done": {"pk": done.pk},
        "person without a step": {"pk": without.pk},
        "appointment": {"pk": meeting.pk},
        "interpreter": {"pk": Interpreter.objects.order_by("name")[0].pk},
    }


def _twin(service: Service) -> Service:
    """The same service as somebody else would have typed it."""
    twin = Service.objects.create(
        organisation=service.organisation,
        name=service.name,
        description=service.description,
        email=service.email,
        state=Service.State.PUBLISHED,
        application_process={ENGLISH: "Call before you come: 08-555-0123."},
    )
    for phone in service.phones.all():
        Phone.objects.create(service=twin, number=phone.number, type=phone.type)
    place = service.at_locations.select_related("location").first()
    if place:
        location = Location.objects.create(
            organisation=service.organisation,
            name=place.location.name,
            latitude=place.location.latitude,
            longitude=place.location.longitude,
        )
        ServiceAtLocation.objects.create(service=twin, location=location)
        Address.objects.create(location=location, address_1="1 Example Street", city="Beer Sheva", country="IL")
    return twin


def _twins() -> dict[str, dict[str, Any]]:
    """Pairs to be decided, one merged already, one of organisations."""
    from kesher.directory.duplicates import find_duplicates, merge
    from kesher.directory.models import DuplicateCandidate, Kind
    from kesher.directory.search import index

    public = Service.objects.published().filter(at_locations__isnull=False, phones__isnull=False).order_by("id")
    originals = list(dict.fromkeys(public[20:60]))[:3]
    twins = [_twin(one) for one in originals]
    office = Organisation.objects.filter(profile__isnull=False).order_by("id")[3]
    Organisation.objects.create(name=office.name, kind=office.kind, state=Organisation.State.APPROVED)
    index([twin.pk for twin in twins])
    find_duplicates()

    def pair(twin: Service) -> DuplicateCandidate:
        found = DuplicateCandidate.objects.filter(kind=Kind.SERVICE)
        return found.get(first=min(twin.pk, _original(twin)), second=max(twin.pk, _original(twin)))

    def _original(twin: Service) -> Any:
        return originals[twins.index(twin)].pk

    officer = User.objects.get(email=VISITORS["officer"])
    by = Actor(officer.pk, None, frozenset({Role.OFFICER}))
    merge(originals[1], twins[1], by=by, reason="Typed twice.")
    places, merged_places = DuplicateCandidate.objects.open().filter(kind=Kind.LOCATION)[:2]
    kept, other = (Location.objects.get(pk=key) for key in (merged_places.first, merged_places.second))
    merge(kept, other, by=by, reason="One house.")
    organisations = DuplicateCandidate.objects.open().filter(kind=Kind.ORGANISATION).first()
    assert organisations
    return {
        "pair": {"pk": pair(twins[0]).pk},
        "merged pair": {"pk": pair(twins[1]).pk},
        "pair to merge": {"pk": pair(twins[2]).pk},
        "pair of organisations": {"pk": organisations.pk},
        "pair of places": {"pk": places.pk},
        "merged pair of places": {"pk": merged_places.pk},
    }


def _accounts() -> dict[str, dict[str, Any]]:
    from allauth.account.models import EmailAddress, EmailConfirmationHMAC
    from allauth.account.utils import user_pk_to_url_str

    from kesher.directory.registration import register_organisation

    people: dict[str, User] = {}
    for key in ("founder", "refused", "secured", "careless", "invited"):
        user = people[key] = User.objects.create_user(VISITORS[key], "a-day-in-town", name=key.title(), language="en")
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    waiting = register_organisation(
        people["founder"],
        name={ENGLISH: "Threshold", HEBREW: "על הסף", ARABIC: "العتبة"},
        kind=Organisation.Kind.CHARITY,
        registration_number="580123456",
        description={ENGLISH: "Evening courses for people who work by day."},
        email="office@threshold.example",
        website="https://threshold.example/",
    )
    refused = register_organisation(
        people["refused"], name={ENGLISH: "Quick Loans", HEBREW: "הלוואות מהירות"}, kind=Organisation.Kind.EMPLOYER
    )
    moderator = User.objects.get(email=VISITORS["moderator"])
    by = Actor(moderator.pk, None, frozenset({Role.MODERATOR}))
    ORGANISATION_STATES.apply(refused, "refuse", by=by, reason="This portal does not show lenders.")

    unconfirmed = EmailAddress.objects.create(user=people["careless"], email="second@demo.example", verified=False)
    people["careless"].set_unusable_password()
    people["careless"].save()
    newcomer = User.objects.get(email=VISITORS["newcomer"])
    theirs = User.objects.get(email=VISITORS["head"]).organisations[0]
    invite(theirs, people["invited"].email, Role.PROVIDER, by=Actor.the_system(), language="en")
    return _help(people["founder"]) | {
        "organisation of the head": {"pk": theirs.pk},
        "waiting organisation": {"pk": waiting.pk},
        "security key": {"pk": _second_factors(people["secured"])},
        "mail link": {"key": EmailConfirmationHMAC(unconfirmed).key},
        "old password link": {"uidb36": user_pk_to_url_str(newcomer), "key": "c0ffee-1"},
        "password link": {
            "uidb36": user_pk_to_url_str(newcomer),
            "key": default_token_generator.make_token(newcomer),
        },
    }


#: One fault in each row, in the order of the plain template's columns: a page with many remarks, some in foreign letters.
FAULTY_ROWS = (
    "Course,,,,,,Office,,info at example.org,,,Arad,,,he,free,Work,Sun-Thu,08:30,16:00,self\r\n"
    ",,,,,,Office,08-9000001,,,,,,,,,,,,,\r\n"
    "Evening,,,,,,Office,לא ידוע,,,,,,,,,,,,,\r\n"
    "Meeting,,,,,,Office,,,ftp://example.org/a/very/long/path/that/does/not/end/anywhere,,,,,,,,,,,\r\n"
    "Workshop,,,,,,Office,,,,,באר שבה,,,,,,,,,\r\n"
    "Library,,,,,,Office,,,,,Timbuktu,,,,,,,,,\r\n"
    "Advice,,,,,,Office,,,,,,31.25,,,,,,,,\r\n"
    "Language,,,,,,Office,,,,,,131.25,35.21,,,,,,,\r\n"
    "Tea,,,,,,Office,,,,,,,,,,عملل,,,,\r\n"
    "Games,,,,,,Office,,,,,,,,,,,Blursday,,,\r\n"
    "Choir,,,,,,Office,,,,,,,,,,,Sun,25:00,26:00,\r\n"
    "Youth,,,,,,Office,,,,,,,,,,,,,,the king\r\n"
    "Sums,,,,,,=A1&B1,,,,,,,,,,,,,,\r\n"
    "Late,,,,,,Office,,,,,,,,,,,,,,,,too many cells\r\n"
)


def _office() -> dict[str, dict[str, Any]]:
    """Tables sent, tried and loaded; an invitation on its way."""
    from kesher.accounts import invitations
    from kesher.areas.models import Area
    from kesher.directory import uploads
    from kesher.directory.models import Upload
    from kesher.formats.tables import template_csv
    from kesher.insights import notes

    officer = User.objects.get(email=VISITORS["officer"])
    office = officer.memberships.get(role=Role.OFFICER).organisation
    table = template_csv(ENGLISH)
    wrong = table + FAULTY_ROWS

    def sent(name: str, content: str) -> Upload:
        return uploads.receive(content.encode(), file_name=name, organisation=office, user_id=officer.pk)

    def tried(name: str, content: str) -> Upload:
        upload = sent(name, content)
        mapping = uploads.mapping_of(upload, uploads.proposed(upload), language=ENGLISH)
        uploads.describe(upload, mapping, dataset=upload.dataset)
        uploads.start(upload, Upload.Doing.TRIAL)
        return upload

    fresh, good, bad, loaded = (
        sent("ten services.csv", template_csv(HEBREW)),
        tried("services.csv", table),
        tried("services of the north.csv", wrong),
        tried("services of the south.csv", table),
    )
    uploads.start(loaded, Upload.Doing.LOAD)
    assert loaded.run, loaded.trouble
    administrator = User.objects.get(email=VISITORS["administrator"])
    by = administrator.as_actor(office.pk)
    invited = invitations.invite(office, "new@demo.example", Role.OFFICER, by=by, language=HEBREW)
    home = Area.objects.home()[0]
    note = "A new college opened in 2018: many who finished it live elsewhere by now."
    notes.write(home, "income-from-work", note, language=ENGLISH, by=officer.as_actor(office.pk))
    return {
        "table sent": {"pk": fresh.pk},
        "table tried": {"pk": good.pk},
        "bad table tried": {"pk": bad.pk},
        "table loaded": {"pk": loaded.pk},
        "run": {"pk": loaded.run.pk},
        "area": {"pk": Area.objects.filter(level="authority").order_by("code")[0].pk},
        "place in numbers": {"pk": Area.objects.home()[0].pk},
        "country in numbers": {"pk": Area.objects.get(level="country").pk},
        "district in numbers": {"pk": Area.objects.get(level="district").pk},
        "figure of a place": {"pk": Area.objects.home()[0].pk, "code": "income-from-work"},
        "organisation with colleagues": {"pk": office.pk},
        "invitation": {"token": invitations.token_of(invited)},
        "no invitation": {"token": "of-nobody"},
    }


def _rules() -> dict[str, dict[str, Any]]:
    """Rules in every state: in force, waiting, being written, withdrawn, and one that no table shows."""
    from kesher.demo.rules import rule_of
    from kesher.directory.models import EligibilityRule, RuleVersion
    from kesher.directory.rules import begin_rule, begin_version

    officer = User.objects.get(email=VISITORS["officer"])
    waiting = EligibilityRule.objects.get(versions__state=RuleVersion.State.PROPOSED)
    several = rule_of("small-children")
    begin_version(several, by=officer)
    empty = begin_rule({ENGLISH: "Night workers", HEBREW: "עובדי ועובדות לילה", ARABIC: "عمال الليل"}, by=officer)
    computed = begin_rule({ENGLISH: "Most of their life here", HEBREW: "רוב החיים כאן"}, by=officer)
    years = {">=": [{"+": [{"var": "years_here"}, {"var": "years_here"}]}, {"var": "age"}]}
    RuleVersion.objects.filter(pk=computed.pk).update(
        when={"and": [years, {"!": [{"in": [{"var": "work"}, ["not looking"]]}]}, {"var": "rents"}]},
        source_title="A decision of the council",
        tests=[{"name": "half a life", "facts": {"age": 40, "years_here": 10}, "verdict": "yes"}],
    )
    withdrawn = rule_of("trade-courses")
    RULE_STATES.apply(
        withdrawn.versions.get(),
        "withdraw",
        by=Actor(officer.pk, None, frozenset({Role.OFFICER})),
        reason="The courses now decide for themselves.",
    )
    one, two = {"number": 1}, {"number": 2}
    return {
        "rule waiting": {"pk": waiting.pk},
        "version waiting": {"pk": waiting.pk, **two},
        "version in force": {"pk": waiting.pk, **one},
        "rule being written": {"pk": several.pk},
        "draft of a rule": {"pk": several.pk, **two},
        "rule without rows": {"pk": empty.rule_id},
        "rule no table shows": {"pk": computed.rule_id},
        "version no table shows": {"pk": computed.rule_id, **one},
        "version withdrawn": {"pk": withdrawn.pk, **one},
        "rule withdrawn": {"pk": withdrawn.pk},
    }


def _second_factors(user: User) -> int:
    """Codes from an app, codes on paper and a security key; returns the key's number."""
    from allauth.mfa.models import Authenticator
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from allauth.mfa.totp.internal.auth import TOTP
    from cryptography.hazmat.primitives.asymmetric import ec
    from fido2.cose import ES256
    from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData

    TOTP.activate(user, "JBSWY3DPEHPK3PXP")
    RecoveryCodes.activate(user)
    public = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    held = AttestedCredentialData.create(Aaguid(bytes(16)), b"a key of the demo", public)
    seen = AuthenticatorData.create(bytes(32), AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.AT, 0, held)

    def text(raw: bytes) -> str:
        return urlsafe_b64encode(raw).rstrip(b"=").decode()

    collected = {"type": "webauthn.create", "challenge": text(b"once"), "origin": "http://127.0.0.1"}
    credential = {
        "id": text(b"a key of the demo"),
        "rawId": text(b"a key of the demo"),
        "type": "public-key",
        "clientExtensionResults": {},
        "response": {
            "attestationObject": text(bytes(AttestationObject.create("none", seen, {}))),
            "clientDataJSON": text(json.dumps(collected).encode()),
        },
    }
    data = {"name": "The small black key", "credential": credential}
    return Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data=data).pk


def _mail() -> None:
    from django.core.mail import send_mail

    send_mail(
        "Is it still right? Evening Hebrew course",
        "Hello,\n\nit is time to look at the page of the evening course:\nhttp://127.0.0.1:8000/he/provider/services/\n",
        None,
        ["samir@demo.example"],
    )
    send_mail(
        "הארגון שלכם אושר",
        "שלום,\n\nהארגון ״על הסף״ (580123456) אושר. טלפון לשאלות: 08-555-0199.\n",
        None,
        ["founder@demo.example"],
    )
