"""A process that takes papers in and out until it is killed, against the database that DATABASE_URL names.

    round       takes one in, and two of three times out again
    keep        takes one in

Says "ready" with keys, then after each line "kept", or why not. It does what the pages do: each in a transaction of its own.
"""

import os
import sys

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

import django

django.setup()

import logging
from uuid import UUID

from kesher.accounts.models import User
from kesher.accounts.roles import Role
from kesher.base.transitions import Actor, Refused
from kesher.people import attachments, parts
from kesher.people.models import Person
from tests.factories import MembershipFactory, OrganisationFactory, PersonFactory
from tests.formats.documents import papers


def begin() -> tuple[Person, Actor]:
    """A file and who works on it: made here, or those of another process (keys of person, organisation and user)."""
    if len(sys.argv) > 1:
        person, organisation, user = sys.argv[1:]
        return Person.objects.get(pk=person), User.objects.get(pk=user).as_actor(UUID(organisation))
    here = OrganisationFactory(approved=True)
    by = MembershipFactory(organisation=here, role=Role.CASEWORKER).user.as_actor(here.pk)
    return PersonFactory(keeper=here), by


def main() -> None:
    logging.disable(logging.ERROR)
    person, by = begin()
    # What the looking costs would be most of the time, and nothing happens in it: one look for all rounds.
    looked = attachments.keepable(papers.pdf(), "cv.pdf")
    attachments.keepable = lambda content, name: type(looked)(looked.kind, content, looked.name)  # type: ignore[assignment]
    print("ready", person.pk, by.organisation_id, by.user_id, flush=True)
    for number, line in enumerate(sys.stdin, 1):
        content = b"%d %d " % (os.getpid(), number) * 50_000
        try:
            kept = attachments.attach(person, kind="cv", content=content, name="cv.pdf", by=by)
        except Refused as refused:
            print(refused.code, flush=True)
            continue
        if line == "round\n" and number % 3:
            parts.remove(kept, by=by)
        print("kept", flush=True)


if __name__ == "__main__":
    main()
