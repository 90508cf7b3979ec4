"""A process whose workers get killed: forks one for each line, against the database that DATABASE_URL names.

    rounds      a worker takes papers in, and two of three out again, until it is killed; answers with its number at once
    keep N      a worker takes N papers in, and ends with the number of those that found room
    wait N      answers with how that worker ended

They do what the pages do: each paper in a transaction of its own.
"""

import os
import sys

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

import django

django.setup()

import logging
from collections.abc import Callable
from functools import partial
from itertools import count

from django.db import connection

from kesher.accounts.roles import Role
from kesher.base.transitions import Actor, Refused
from kesher.people import attachments, parts
from kesher.people.models import Attachment, Person
from kesher.people.models.attachments import MOST_PAPERS
from tests.factories import MembershipFactory, OrganisationFactory, PersonFactory
from tests.formats.documents import papers
from tests.writing import name_the_tests


def rounds(person: Person, by: Actor) -> int:
    for number in count(1):
        if Attachment.objects.filter(person=person).count() > MOST_PAPERS // 2:
            for row in Attachment.objects.filter(person=person):
                parts.remove(row, by=by)
        kept = attachments.attach(person, kind="cv", content=content(number), name="cv.pdf", by=by)
        if number % 3:
            parts.remove(kept, by=by)
    raise AssertionError


def keep(person: Person, by: Actor, many: int) -> int:
    kept = 0
    for number in range(many):
        try:
            attachments.attach(person, kind="cv", content=content(number), name="cv.pdf", by=by)
            kept += 1
        except Refused as refused:
            assert refused.code == "most"
    return kept


def content(number: int) -> bytes:
    return b"%d %d " % (os.getpid(), number) * 50_000


def forked(work: Callable[[], int]) -> int:
    connection.close()
    worker = os.fork()
    if worker == 0:
        code = 255
        try:
            code = work()
        finally:
            os._exit(code)
    return worker


def main() -> None:
    logging.disable(logging.ERROR)
    name_the_tests()
    here = OrganisationFactory(approved=True)
    by = MembershipFactory(organisation=here, role=Role.CASEWORKER).user.as_actor(here.pk)
    person = PersonFactory(keeper=here)
    # What the looking costs would be most of the time, and nothing happens in it: one look for all rounds.
    looked = attachments.keepable(papers.pdf(), "cv.pdf")
    attachments.keepable = lambda content, name: type(looked)(looked.kind, content, looked.name)  # type: ignore[assignment]
    print("ready", flush=True)
    for line in sys.stdin:
        what, *rest = line.split()
        match what:
            case "rounds":
                print(forked(partial(rounds, person, by)), flush=True)
            case "keep":
                print(forked(partial(keep, person, by, int(rest[0]))), flush=True)
            case "wait":
                print(os.waitstatus_to_exitcode(os.waitpid(int(rest[0]), 0)[1]), flush=True)


if __name__ == "__main__":
    main()
