"""A server whose workers get killed: forks one for each request, as the one in production has done, against the database that
DATABASE_URL names. Told by lines what to do:

    draft            makes a draft ready to be sent; answers with its key
    send KEY         a forked worker sends it by the page's own form; answers with the worker's number at once
    wait NUMBER      answers with how that worker ended
    mail KEY         a forked worker mails the partner's link of that referral
    finished         a referral that came to its end, of somebody who wants text messages; answers with the event that asks them
    text KEY         a forked worker sends the text message of that event
    later KEY        a forked worker does the hourly run of two hours later
"""

import os
import sys

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

import django

django.setup()

import logging
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kesher.adapters.text_messages import HttpGateway
from kesher.base.models import Event
from kesher.directory.catalogue import catalogue
from kesher.people.models import Person
from kesher.referrals import answering, follow_ups, notices, sending
from kesher.referrals.models import FollowUp, Referral
from kesher.www.referrals.texts import text_the_question
from tests.referrals.conftest import Two, between_two
from tests.writing import name_the_tests

SENT = {"event": "send", "why": "Learns quickly.", "carries": ["contact"], "language": "am", "interpreter": "none"}


def send(two: Two, key: str) -> int:
    client = Client(HTTP_HOST="localhost")
    client.force_login(two.caseworker)
    read = {"seen": sending.stamp(Referral.objects.get(pk=key))}
    return client.post(reverse("referral", args=[key]), SENT | read).status_code


def mail(two: Two, key: str) -> int:
    """To files, as mail is handed to a server: what has left stays, whatever becomes of the transaction."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = os.environ["MAILED"]
    notices.mail_link(purpose="answer", about=key, organisation=str(two.receiver.pk))
    return 302


def finished(two: Two) -> str:
    """As the pages do it; the tasks that follow wait for a worker."""
    referral = two.draft(f"wish {Referral.objects.count()}", wait_list=True)
    sending.send(referral, by=two.by_sender)
    answering.accept(referral, by=two.by_receiver)
    answering.first_contact(referral, by=two.by_receiver, on=timezone.localdate())
    Person.objects.filter(pk=referral.person_id).update(reach_by="text", reach_when="0:00-23:59")
    answering.finish(referral, by=two.by_receiver, outcome="met", attended=True, done="Sang with us.")
    follow_ups.plan(Event.objects.filter(name="referral.finish", about_id=referral.pk).latest("id").pk)
    asked = FollowUp.objects.get(referral=referral, how="text")
    return str(Event.objects.filter(name=follow_ups.ASKED, about_id=asked.pk).latest("id").pk)


def text(two: Two, key: str) -> int:
    text_the_question(UUID(key))
    return 302


def later(two: Two, key: str) -> int:
    follow_ups.hand_over_unsure(now=timezone.now() + timedelta(hours=2))
    return 302


def forked(work, two: Two, key: str) -> int:
    connection.close()
    worker = os.fork()
    if worker == 0:
        os._exit(0 if work(two, key) == 302 else 1)
    return worker


def main() -> None:
    logging.disable(logging.ERROR)
    settings.ALLOWED_HOSTS = ["localhost"]
    settings.DEMO, settings.TEXT_GATEWAY = False, HttpGateway(f"http://{os.environ['GATEWAY']}/send")
    name_the_tests()
    two = between_two()
    two.agree()
    catalogue()
    print("ready", flush=True)
    for line in sys.stdin:
        what, *rest = line.split()
        match what:
            case "draft":
                print(two.draft(f"wish {Referral.objects.count()}", wait_list=True).pk, flush=True)
            case "send":
                print(forked(send, two, str(UUID(rest[0]))), flush=True)
            case "mail":
                print(forked(mail, two, str(UUID(rest[0]))), flush=True)
            case "finished":
                print(finished(two), flush=True)
            case "text":
                print(forked(text, two, str(UUID(rest[0]))), flush=True)
            case "later":
                print(forked(later, two, str(UUID(rest[0]))), flush=True)
            case "wait":
                print(os.waitstatus_to_exitcode(os.waitpid(int(rest[0]), 0)[1]), flush=True)


if __name__ == "__main__":
    main()
