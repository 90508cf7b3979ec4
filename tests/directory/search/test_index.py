"""The documents say what the services say, and are put right when they do not."""

import threading
from datetime import date, time

import pytest
from django.db import connection

from kesher.accounts.models import Membership, Organisation, User
from kesher.accounts.roles import Role
from kesher.directory.models import SearchDocument, Service, Taxonomy, Term
from kesher.directory.search import (
    Scope,
    SearchQuery,
    check_documents,
    differing,
    find,
    index,
    index_later,
    indexing,
)
from kesher.directory.search.documents import Hours, is_free, vector, weekly_minutes
from kesher.directory.search.understanding import slips_between
from kesher.directory.search.vocabulary import terms_without_phrases
from tests.directory.search.town import organisation, service

MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("rules", "spans"),
    [
        ([], None),
        ([Hours("MO", time(9), None)], None),
        ([Hours("", time(9), time(10))], None),
        ([Hours("MO", time(9), time(10), freq="MONTHLY")], None),
        ([Hours("MO", time(9), time(10), interval=2)], None),
        ([Hours("MO", time(9), time(10), valid_to=date(2026, 11, 22))], None),
        ([Hours("MO", time(9), time(10), valid_from=date(2026, 11, 24))], None),
        ([Hours("MO", time(9), time(10), valid_from=MONDAY, valid_to=MONDAY)], [(540, 600)]),
        ([Hours("MO", time(9), time(10)), Hours("MO", time(10), time(12))], [(540, 720)]),
        ([Hours("SU", time(22), time(1))], [(0, 60), (9960, 10080)]),
        ([Hours("TU", time(0), time(23, 59))], [(1440, 2880)]),
        ([Hours("TU", time(8), time(8))], [(1920, 3360)]),  # round the clock
    ],
)
def test_when_it_is_open(rules, spans):
    assert weekly_minutes(rules, MONDAY) == spans


@pytest.mark.parametrize(
    ("amounts", "fees", "said"),
    [
        ([], {}, None),
        ([0], {}, True),
        ([0, 5], {}, False),
        ([None], {"en": "No fee."}, True),
        ([], {"he": "ללא תשלום"}, True),
        ([], {"en": "Free for members, 20 for others"}, None),
    ],
)
def test_what_is_free(amounts, fees, said):
    assert is_free(amounts, fees) is said


@pytest.mark.parametrize(
    ("typed", "word", "slips"),
    [("ulpan", "ulpan", 0), ("uplan", "ulpan", 1), ("ulan", "ulpan", 1), ("ulppan", "ulpan", 1), ("olpen", "ulpan", 2)],
)
def test_slips_of_the_finger(typed, word, slips):
    assert slips_between(typed, word, most=2) == slips
    assert slips_between(word, typed, most=2) == slips
    assert slips == 0 or slips_between(typed, word, most=slips - 1) is None


def test_words_are_quoted():
    assert vector({"o'clock\\": "A"}) == "'Ao''clock\\\\'"


@pytest.mark.django_db
def test_a_document_that_is_not_true_is_found_and_mended():
    right, wrong, gone = (service(name, at=(32.0, 34.8)) for name in ("bread", "roses", "lilies"))
    index()
    assert differing([right.pk, wrong.pk, gone.pk]) == []
    Service.objects.filter(pk=wrong.pk).update(name={"en": "tulips"})
    SearchDocument.objects.filter(pk=gone.pk).delete()
    assert set(differing([right.pk, wrong.pk, gone.pk])) == {wrong.pk, gone.pk}
    assert set(check_documents(sample=1_000)) == {wrong.pk, gone.pk}
    assert check_documents(sample=1_000) == []
    assert find(SearchQuery(text="tulips")).service_ids == (wrong.pk,)


@pytest.mark.django_db
def test_a_new_service_is_found_after_its_own_indexing_alone():
    service("bread")
    index()
    new = service("xylophone lessons")
    assert find(SearchQuery(text="xylophone")).total == 0
    assert index([new.pk]) == 1
    assert find(SearchQuery(text="xylophone")).service_ids == (new.pk,)
    assert find(SearchQuery(text="xylophnoe")).service_ids == (new.pk,)


@pytest.mark.django_db(transaction=True)
def test_an_edit_asks_for_the_indexing(django_capture_on_commit_callbacks):
    from procrastinate.contrib.django.models import ProcrastinateJob

    made = service("bread")
    index_later(made.pk)
    job = ProcrastinateJob.objects.get(task_name__endswith="index_services")
    assert job.args == {"service_ids": [str(made.pk)]}


@pytest.mark.django_db
@pytest.mark.parametrize("role", [None, *sorted(Role.values)])
def test_everybody_finds_what_they_may_see_and_nothing_else(role):
    own, other, waiting = organisation(), organisation(), organisation(state=Organisation.State.PENDING)
    for owner in (None, own, other, waiting):
        for state in Service.State.values:
            service("bread", state=state, organisation=owner)
    index()
    user = None
    if role:
        user = User.objects.create_user(email="a@example.org", password="a long password")
        Membership.objects.create(user=user, organisation=own, role=role)
    from django.contrib.auth.models import AnonymousUser

    seen = Service.objects.visible_to(user or AnonymousUser()).values_list("id", flat=True)
    for text in ("", "bread"):
        assert set(find(SearchQuery(text=text, scope=Scope.of(user))).service_ids) == set(seen)


@pytest.mark.django_db
def test_pages_follow_one_another_without_gap_or_overlap():
    made = {service("bread").pk for _ in range(25)}
    index()
    for text in ("", "bread"):
        pages = [find(SearchQuery(text=text, page=number, page_size=10)) for number in (1, 2, 3, 4)]
        assert [len(page.hits) for page in pages] == [10, 10, 5, 0]
        assert {key for page in pages for key in page.service_ids} == made
        assert {page.total for page in pages} == {25}


@pytest.mark.django_db
def test_order_without_words_is_the_readers_alphabet_or_the_distance():
    bet = service({"he": "אולפן", "en": "Zebra"}, at=(32.0, 34.8))
    gimel = service({"he": "תיאטרון", "en": "Apple"}, at=(31.0, 34.8))
    index()
    assert find(SearchQuery(language="he")).service_ids == (bet.pk, gimel.pk)
    assert find(SearchQuery(language="en")).service_ids == (gimel.pk, bet.pk)
    assert find(SearchQuery(language="en", near=(32.01, 34.8))).service_ids == (bet.pk, gimel.pk)
    assert find(SearchQuery(near=(32.01, 34.8))).hits[0].kilometres == pytest.approx(1.112, abs=0.001)


@pytest.mark.django_db
def test_the_nearer_of_two_alike_comes_first_and_the_stale_one_last():
    far = service("bread", at=(31.0, 34.8))
    near = service("bread", at=(32.0, 34.8))
    index()
    assert find(SearchQuery(text="bread", near=(32.0, 34.8))).service_ids == (near.pk, far.pk)
    Service.objects.filter(pk=near.pk).update(check_by=date(2026, 1, 1))
    index()
    assert find(SearchQuery(text="bread", today=date(2026, 2, 1))).service_ids == (far.pk, near.pk)
    assert find(SearchQuery(text="bread", today=date(2025, 12, 1))).hits[0].score == pytest.approx(
        find(SearchQuery(text="bread", today=date(2025, 12, 1))).hits[1].score
    )


@pytest.mark.django_db(transaction=True)
def test_of_two_tasks_that_write_one_document_at_once_the_newer_state_stays(monkeypatch):
    """A worker does two tasks at a time: the change and the publishing of one service may be indexed side by side."""
    made = service("Course", state="draft")
    gathered, published = threading.Event(), threading.Event()
    write = indexing._write

    def slowly(*arguments):
        if threading.current_thread() is first:
            gathered.set()
            published.wait(timeout=2)  # with the draft in hand, for as long as the other one takes
        write(*arguments)

    def in_a_thread():
        index([made.pk])
        connection.close()

    monkeypatch.setattr(indexing, "_write", slowly)
    first, second = threading.Thread(target=in_a_thread), threading.Thread(target=in_a_thread)
    first.start()
    assert gathered.wait(timeout=10)
    Service.objects.filter(pk=made.pk).update(state=Service.State.PUBLISHED)
    second.start()
    second.join(timeout=1)
    published.set()
    first.join()
    second.join()
    assert differing([made.pk]) == []
    assert find(SearchQuery(text="course")).total == 1


def test_the_first_service_of_a_new_theme_is_found_in_another_language(db):
    """A small import, or one edit, brings a taxonomy: nobody rebuilds everything for it."""
    taxonomy = Taxonomy.objects.create(slug="kinds", name={"en": "Kinds"})
    Term.objects.create(
        taxonomy=taxonomy, code="loan", name={"en": "Loans", "ar": "قروض", "he": "הלוואות"}, path="kinds/loan/"
    )
    Term.objects.create(taxonomy=taxonomy, code="marks", name={"en": "—"}, path="kinds/marks/")
    made = service("Money until payday", terms=("loan",))
    index([made.pk])
    assert find(SearchQuery(text="قروض")).service_ids == (made.pk,)
    assert not terms_without_phrases()
    Term.objects.create(taxonomy=taxonomy, code="gift", name={"en": "Gifts", "he": "מתנות"}, path="kinds/gift/")
    other = service("Clothes to keep", terms=("gift",))
    index([other.pk])
    assert find(SearchQuery(text="מתנה")).service_ids == (other.pk,)
