"""Who may send people to whom: only where both have signed."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kesher.accounts.models import Organisation
from kesher.accounts.roles import Role
from kesher.base.keys import uuid7
from kesher.base.models import Event
from kesher.base.transitions import Actor, Refused
from kesher.directory.agreements import end, in_force, partners_of, record
from kesher.directory.models import PartnerAgreement
from tests.factories import MembershipFactory, OrganisationFactory

pytestmark = pytest.mark.django_db
OFFICER = Actor(uuid7(), None, frozenset({Role.OFFICER}))


def three() -> list[Organisation]:
    return [OrganisationFactory(approved=True) for _number in range(3)]


def test_both_sign_the_table_s_agreement_or_one_with_each_other() -> None:
    here, there, third = three()
    assert not in_force(here.pk, there.pk)
    assert in_force(here.pk, here.pk)
    record(here, document="Table", by=OFFICER)
    assert not in_force(here.pk, there.pk)  # one of them alone
    record(there, document="Table", by=OFFICER)
    assert in_force(here.pk, there.pk)
    assert in_force(there.pk, here.pk)
    assert not in_force(here.pk, third.pk)
    record(third, other=here, document="Letter", by=OFFICER)
    assert in_force(here.pk, third.pk)  # whoever signed first
    assert in_force(third.pk, here.pk)
    assert not in_force(there.pk, third.pk)
    assert partners_of(here.pk) == {here.pk, there.pk, third.pk}
    assert partners_of(there.pk) == {here.pk, there.pk}
    assert partners_of(third.pk) == {here.pk, third.pk}


def test_it_holds_from_its_first_day_to_its_last() -> None:
    here, there, _third = three()
    record(here, other=there, document="Letter", by=OFFICER, since=date(2026, 3, 1), until=date(2026, 3, 31))
    days = [date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 31), date(2026, 4, 1)]
    assert [in_force(here.pk, there.pk, day) for day in days] == [False, True, True, False]
    assert [there.pk in partners_of(here.pk, day) for day in days] == [False, True, True, False]


def test_it_ends_on_the_day_it_is_ended_and_can_be_signed_anew() -> None:
    here, there, _third = three()
    agreement = record(here, other=there, document="Letter", by=OFFICER, since=date(2026, 3, 1))
    with pytest.raises(ValidationError):
        record(here, other=there, document="Letter again", by=OFFICER)
    with pytest.raises(ValidationError):
        end(agreement, by=OFFICER, on=date(2026, 2, 1))
    yesterday = timezone.localdate() - timedelta(days=1)
    end(agreement, by=OFFICER, on=yesterday)
    end(agreement, by=OFFICER)  # later: it has ended already
    assert PartnerAgreement.objects.get().until == yesterday
    assert not in_force(here.pk, there.pk)
    record(here, other=there, document="Letter again", by=OFFICER)
    assert in_force(here.pk, there.pk)
    names = list(Event.objects.order_by("id").values_list("name", flat=True))
    assert names == ["agreement.recorded", "agreement.ended", "agreement.recorded"]


@pytest.mark.parametrize("role", sorted(set(Role.values) - {Role.OFFICER, Role.PLATFORM_ADMIN}))
def test_nobody_else_records_or_ends_one(role: str) -> None:
    here, there, _third = three()
    agreement = record(here, other=there, document="Letter", by=OFFICER)
    by = Actor(uuid7(), here.pk, frozenset({role}))
    with pytest.raises(Refused):
        record(there, document="Table", by=by)
    with pytest.raises(Refused):
        end(agreement, by=by)
    assert PartnerAgreement.objects.get().until is None


def test_an_agreement_is_whole() -> None:
    here, there, _third = three()
    agreement = record(here, other=there, document="Letter", by=OFFICER)
    for fields, name in (
        ({"other": here}, "agreement_with_another"),
        ({"document": ""}, "agreement_has_a_document"),
        ({"until": agreement.since - timedelta(days=1)}, "agreement_ends_after_it_begins"),
    ):
        with pytest.raises(DatabaseError, match=name), transaction.atomic():
            PartnerAgreement.objects.filter(pk=agreement.pk).update(**fields)
    with pytest.raises(DatabaseError, match="agreement_once"), transaction.atomic():
        PartnerAgreement.objects.create(organisation=here, other=there, document="Twice")


# --- the page -----------------------------------------------------------------------------------------------------------


def test_an_officer_records_what_was_signed_and_ends_it(client: Client) -> None:
    here, there, _third = three()
    client.force_login(MembershipFactory(role=Role.OFFICER, organisation=here).user)
    page = reverse("agreements")
    said = {"organisation": here.pk, "other": there.pk, "document": "Letter <b>", "since": "2026-03-01", "until": ""}
    assert client.post(page, said).status_code == 302
    agreement = PartnerAgreement.objects.get()
    assert (agreement.organisation, agreement.other, agreement.until) == (here, there, None)
    assert "Letter &lt;b&gt;" in client.get(page).content.decode()
    assert client.post(page, said).status_code == 400  # the same again
    assert client.post(page, said | {"since": "soon"}).status_code == 400
    assert client.post(page, said | {"organisation": there.pk}).status_code == 400  # with itself
    assert PartnerAgreement.objects.count() == 1
    assert client.post(reverse("agreement_end", args=[agreement.pk])).status_code == 302
    assert PartnerAgreement.objects.get().until == timezone.localdate()


def test_an_auditor_reads_and_records_nothing(client: Client) -> None:
    here, there, _third = three()
    record(here, other=there, document="Letter", by=OFFICER)
    client.force_login(MembershipFactory(role=Role.AUDITOR, organisation=here).user)
    page = client.get(reverse("agreements"))
    assert "Letter" in page.content.decode()
    assert '<form method="post" action' not in page.content.decode().split("<main")[1].split("</main>")[0]
    said = {"organisation": there.pk, "document": "Table", "since": "2026-03-01"}
    assert client.post(reverse("agreements"), said).status_code == 404
