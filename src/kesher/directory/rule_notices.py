"""Telling the keepers of rules that one waits for a second person, was withdrawn or taken off a service, and its writer what
came of it. Runs after commit."""

from collections.abc import Iterable
from uuid import UUID

from kesher.accounts.models import Membership, User
from kesher.base.events import on
from kesher.base.models import Event
from kesher.base.notifications import notify
from kesher.directory.models import RULE_KEEPERS, EligibilityRule, RuleVersion, Service
from kesher.directory.rules import TAKEN_OFF, name_of, writers_of

#: The page, behind the language, on which a version is read and decided about.
VERSION_PAGE = "officer/rules/{rule}/versions/{number}/"
#: And the one on which it is set before services again.
SERVICES_PAGE = "officer/rules/{rule}/services/"


def keepers() -> Iterable[User]:
    """Everybody who may publish what another has written, each once."""
    holders = Membership.objects.in_force().filter(role__in=RULE_KEEPERS).order_by().values("user")
    return User.objects.filter(is_active=True, pk__in=holders).order_by("id")


@on("rule.propose")
def tell_the_other_keepers(event_id: UUID) -> None:
    """One notification for each who could be the second person: that a rule waits, not what it says."""
    version, writers = _about(event_id)
    for user in keepers():
        if user.pk not in writers:
            _tell(user, "rule_proposed", version)


@on("rule.publish", "rule.send back")
def tell_the_writers(event_id: UUID) -> None:
    """That it was decided. The page behind the link says by whom and why."""
    version, writers = _about(event_id)
    event = Event.objects.get(pk=event_id)
    kind = "rule_published" if event.name == "rule.publish" else "rule_sent_back"
    for user in User.objects.filter(pk__in=writers - {event.actor_id}, is_active=True).order_by("id"):
        _tell(user, kind, version)


@on("rule.withdraw")
def tell_who_else_keeps_rules(event_id: UUID) -> None:
    """One person alone withdraws a rule, and services are open to more people: one notification for each of the others."""
    event = Event.objects.get(pk=event_id)
    version, _writers = _about(event_id)
    for user in keepers():
        if user.pk != event.actor_id:
            _tell(user, "rule_withdrawn", version)


@on(TAKEN_OFF)
def tell_who_else_keeps_the_service(event_id: UUID) -> None:
    """One notification for each but the one who did it. The history of the service says who that was."""
    event = Event.objects.get(pk=event_id)
    rule = EligibilityRule.objects.filter(pk=event.about_id).first()
    service = Service.objects.filter(pk=event.data["service"]).first()
    if rule is None or service is None:
        return  # gone since: nothing is left to look at
    for user in keepers():
        if user.pk != event.actor_id:
            notify(
                user.pk,
                "rule_taken_off",
                language=user.language,
                link=f"/{user.language}/{SERVICES_PAGE.format(rule=rule.pk)}",
                context={"rule": dict(rule.name), "service": dict(service.name)},
            )


def _about(event_id: UUID) -> tuple[RuleVersion, frozenset[UUID]]:
    event = Event.objects.get(pk=event_id)
    version = RuleVersion.objects.select_related("rule").get(pk=event.about_id)
    return version, writers_of(version)


def _tell(user: User, kind: str, version: RuleVersion) -> None:
    page = VERSION_PAGE.format(rule=version.rule_id, number=version.number)
    notify(
        user.pk,
        kind,
        language=user.language,
        link=f"/{user.language}/{page}",
        context={"rule": dict(name_of(version)), "number": version.number},
    )
