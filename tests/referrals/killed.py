"""A server whose workers get killed: forks one for each request, as the one in production has done, against the database that
DATABASE_URL names. Told by lines what to do:

    draft            makes a draft ready to be sent; answers with its key
    send KEY         a forked worker sends it by the page's own form; answers with the worker's number at once
    wait NUMBER      answers with how that worker ended
    mail KEY         a forked worker mails the partner's link of that referral
"""

import os
import sys

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

import django

django.setup()

import logging
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse

from kesher.directory.catalogue import catalogue
from kesher.referrals import notices
from kesher.referrals.models import Referral
from tests.referrals.conftest import Two, between_two

SENT = {"event": "send", "why": "Learns quickly.", "carries": ["contact"], "language": "am", "interpreter": "none"}


def send(two: Two, key: str) -> int:
    client = Client(HTTP_HOST="localhost")
    client.force_login(two.caseworker)
    return client.post(reverse("referral", args=[key]), SENT).status_code


def mail(two: Two, key: str) -> int:
    """To files, as mail is handed to a server: what has left stays, whatever becomes of the transaction."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = os.environ["MAILED"]
    notices.mail_link(purpose="answer", about=key, organisation=str(two.receiver.pk))
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
            case "wait":
                print(os.waitstatus_to_exitcode(os.waitpid(int(rest[0]), 0)[1]), flush=True)


if __name__ == "__main__":
    main()
