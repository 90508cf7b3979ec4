"""A town in small: a sender with a caseworker, a partner with a provider, a person, a service with places, all agreed."""

from dataclasses import dataclass
from typing import Any

import pytest
from django.utils import timezone

from kesher.accounts.models import Organisation, User
from kesher.accounts.roles import Role
from kesher.base.keys import uuid7
from kesher.base.transitions import Actor
from kesher.directory.agreements import record
from kesher.directory.models import Service
from kesher.people.consent_texts import FIRST
from kesher.people.consents import give
from kesher.people.files import READ_NOTHING
from kesher.people.models import Consent, ConsentText, Person
from kesher.people.models.consents import Purpose
from kesher.referrals import sending
from kesher.referrals.models import Referral
from tests.factories import CapacityFactory, MembershipFactory, OrganisationFactory, PersonFactory, ServiceFactory

OFFICER = Actor(uuid7(), None, frozenset({Role.OFFICER}))


@dataclass
class Two:
    """Two organisations and a person between them."""

    sender: Organisation
    receiver: Organisation
    caseworker: User
    provider: User
    person: Person
    service: Service

    @property
    def by_sender(self) -> Actor:
        return self.caseworker.as_actor(self.sender.pk)

    @property
    def by_receiver(self) -> Actor:
        return self.provider.as_actor(self.receiver.pk)

    def agree(self, with_: Organisation | None = None) -> Consent:
        return give(
            self.person,
            Purpose.REFERRAL,
            with_=with_ or self.receiver,
            how="present",
            language="am",
            by=self.by_sender,
        )

    def draft(self, wish: Any = "a Hebrew course", **written: Any) -> Referral:
        referral = sending.draft(self.person, self.service, wish, by=self.by_sender)
        told: dict[str, Any] = {
            "why": "Learns quickly, knows no Hebrew yet.",
            "places_shown": 3,
            "carries": ["contact"],
        }
        sending.write(referral, by=self.by_sender, **(told | written), seen=READ_NOTHING)
        return referral

    def send(self, **written: Any) -> Referral:
        """Agreed and sent."""
        self.agree()
        referral = self.draft(**written)
        sending.send(referral, by=self.by_sender)
        return referral


def publish_texts() -> None:
    """Tests that commit empty all tables behind them, the texts that a migration brought among them."""
    if not ConsentText.objects.exists():
        for purpose, text in FIRST.items():
            ConsentText.objects.create(purpose=purpose, version=1, text=text, published_at=timezone.now())


def between_two() -> Two:
    publish_texts()
    sender, receiver = OrganisationFactory(approved=True), OrganisationFactory(approved=True)
    for organisation in (sender, receiver):
        record(organisation, document="Agreement of the table", by=OFFICER)
    service = ServiceFactory(published=True, organisation=receiver)
    CapacityFactory(service=service, available=3)
    return Two(
        sender=sender,
        receiver=receiver,
        caseworker=MembershipFactory(organisation=sender, role=Role.CASEWORKER).user,
        provider=MembershipFactory(organisation=receiver, role=Role.PROVIDER).user,
        person=PersonFactory(keeper=sender),
        service=service,
    )


@pytest.fixture
def two(db: None) -> Two:
    return between_two()
