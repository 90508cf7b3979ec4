"""A blocked workplace does not go on under the name of a department, of the body above it, or of a merged entry."""

import threading
import time

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from kesher.accounts.models import Organisation
from kesher.accounts.roles import Role
from kesher.base.keys import uuid7
from kesher.base.transitions import Actor, Refused
from kesher.casework.hosting import agreements, families, hosts
from kesher.casework.models import HostRecord, TrainingAgreement
from kesher.directory.duplicates import merge, undo
from kesher.directory.models import Kind, Merge
from tests.casework.test_hosting import unpaid_again
from tests.factories import MembershipFactory
from tests.hosting import business, ran, three

OFFICER = Actor(uuid7(), None, frozenset({Role.OFFICER.value}))
BLOCKED = "unpaid and led to no work"


def part_of(above: Organisation) -> Organisation:
    one = business()
    Organisation.objects.filter(pk=one.pk).update(parent=above)
    one.refresh_from_db()
    return one


@pytest.mark.django_db
def test_unpaid_ones_of_one_family_are_added_up_wherever_they_were() -> None:
    bakery = business()
    oven, shop = part_of(bakery), part_of(bakery)
    stranger = business()
    for host in (bakery, oven):
        unpaid_again(host, 1)
    early = three("signed", host=shop)
    assert not hosts.is_blocked(shop)
    unpaid_again(oven, 1)
    for host in (bakery, oven, shop):
        assert hosts.is_blocked(host)
        with pytest.raises(Refused, match=BLOCKED):
            three(host=host)
    with pytest.raises(Refused, match=BLOCKED):
        agreements.start(early.agreement, terms=1, by=early.by)
    row = TrainingAgreement.objects.get(pk=early.agreement.pk)
    row.pk = uuid7()
    with pytest.raises(IntegrityError, match="training_host_blocked"), transaction.atomic():
        row.save(force_insert=True)
    assert hosts.blocked_among([bakery.pk, oven.pk, shop.pk, stranger.pk]) == {bakery.pk, oven.pk, shop.pk}
    assert not hosts.is_blocked(stranger)


@pytest.mark.django_db
def test_a_permit_and_pay_are_of_the_one_they_are_for() -> None:
    bakery = business()
    oven = part_of(bakery)
    last = unpaid_again(oven, 3)
    chief = MembershipFactory(organisation=last.sender, role=Role.ORGANISATION_ADMIN).user
    hosts.permit(bakery, why="They pay now", user=chief, by=chief.as_actor(last.sender.pk))
    paid = three("active", organisation=last.sender, host=bakery)
    ran(30, paid)
    agreements.end(paid.agreement, reason="done", by=paid.by)
    assert hosts.is_blocked(bakery), "pay at the one is no pay at the other"
    hosts.permit(oven, why="They, too", user=chief, by=chief.as_actor(last.sender.pk))
    paid = three("active", organisation=last.sender, host=oven)
    ran(30, paid)
    agreements.end(paid.agreement, reason="done", by=paid.by)
    assert not hosts.is_blocked(bakery)
    assert not hosts.is_blocked(oven)


@pytest.mark.django_db
def test_what_was_merged_goes_on_counting_and_an_undo_parts_it_again() -> None:
    old, new = business(), business()
    unpaid_again(old, 3)
    assert not hosts.is_blocked(new)
    done = merge(new, old, by=OFFICER, reason="entered twice")
    assert hosts.is_blocked(new)
    with pytest.raises(Refused, match=BLOCKED):
        three(host=new)
    newest = business()
    merge(newest, new, by=OFFICER, reason="and once more")
    assert hosts.is_blocked(newest)
    last = Merge.objects.get(kind=Kind.ORGANISATION, merged=new.pk)
    for one in (last, done):
        undo(one, by=OFFICER, reason="they are two")
    assert [hosts.is_blocked(one) for one in (old, new, newest)] == [True, False, False]


@pytest.mark.django_db(transaction=True)
def test_of_an_ending_and_a_beginning_at_once_in_one_family_the_beginning_sees_the_ending() -> None:
    """The third unpaid one is counted at a department, not yet committed, as somebody begins at the body above it."""
    bakery = business()
    oven = part_of(bakery)
    unpaid_again(oven, 2)
    third = three("active", host=oven, pay=0)
    ran(30, third)
    begins = three("signed", host=bakery)
    counted, said = threading.Event(), list[str]()

    def end() -> None:
        try:
            with transaction.atomic():
                agreements.end(third.agreement, reason="done", by=third.by)
                counted.set()
                for _tenth in range(200):
                    with connection.cursor() as cursor:
                        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
                        if cursor.fetchone()[0]:
                            break
                    time.sleep(0.1)
                else:
                    said.append("nobody waited")
            said.append("ended")
        finally:
            connection.close()

    def begin() -> None:
        try:
            counted.wait(20)
            agreements.start(begins.agreement, terms=1, by=begins.by)
            said.append("begun")
        except Refused as refused:
            said.append("refused" if refused.code == "blocked" else str(refused))
        finally:
            connection.close()

    threads = [threading.Thread(target=end), threading.Thread(target=begin)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(said) == ["ended", "refused"]
    assert TrainingAgreement.objects.get(pk=begins.agreement.pk).state == "signed"
    assert hosts.is_blocked(bakery)


class Families(TestCase):
    @settings(max_examples=30, deadline=None)
    @given(
        parents=st.lists(st.integers(0, 6), min_size=7, max_size=7),
        merges=st.lists(
            st.tuples(st.integers(0, 6), st.integers(0, 6), st.booleans()), max_size=3, unique_by=lambda one: one[1]
        ),
        rows=st.lists(st.integers(0, 2), min_size=7, max_size=7),
    )
    def test_a_family_is_what_hangs_together(
        self, parents: list[int], merges: list[tuple[int, int, bool]], rows: list[int]
    ) -> None:
        """Against a slow union of sets, with circles of "part of" and merges that were undone among them."""
        bodies = [business() for _one in range(7)]
        whole = {number: {number} for number in range(7)}

        def together(one: int, other: int) -> None:
            both = whole[one] | whole[other]
            for number in both:
                whole[number] = both

        for number, above in enumerate(parents):
            if above != number:
                Organisation.objects.filter(pk=bodies[number].pk).update(parent=bodies[above])
                together(number, above)
        for kept, merged, undone in merges:
            if kept == merged:
                continue
            at = "2026-01-01T00:00:00Z" if undone else None
            Merge.objects.create(kind="organisation", kept=bodies[kept].pk, merged=bodies[merged].pk, undone_at=at)
            if not undone:
                together(kept, merged)
        for number, row in enumerate(rows):
            if row:
                HostRecord.objects.create(host=bodies[number], ended=row, unpaid=row, unpaid_in_a_row=row)
        found = families.unpaid_in_a_row(one.pk for one in bodies)
        assert found == {bodies[number].pk: sum(rows[other] for other in whole[number]) for number in range(7)}
        among = hosts.blocked_among(one.pk for one in bodies)
        assert among == {key for key, row in found.items() if row >= 3}
        assert set(families.others_of([bodies[0].pk])) == {bodies[number] for number in whole[0]}
