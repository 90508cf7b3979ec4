"""What figures need to know of one referral, so that nobody goes through a year's trail each time a page is looked at."""

from datetime import timedelta
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from kesher.base.privacy import LegalBasis, PersonalData, Retention, used


class FigureRow(models.Model):
    """One referral that was sent and not by mistake, as the trail of events tells it.

    Written by triggers of the database, each time from the whole trail of that referral (migration 0011); read by two of its
    functions, which answer with counts. The second wall shows a row to nobody but the owner of the table. No history: it is
    the trail's, told anew.

    ``person_id``: whose agreement to be counted is asked for in the moment of counting, so that one taken back counts at once.
    It goes with the file, and the row stays: the referral is then one of those left out.
    """

    #: The application has no right to change or delete rows: triggers do, as the owner.
    append_only: ClassVar[bool] = True

    # plain keys: the trail outlives the file, the service and the organisation
    referral_id = models.UUIDField(primary_key=True, editable=False)
    sender_id = models.UUIDField(editable=False)
    receiver_id = models.UUIDField(editable=False)
    service_id = models.UUIDField(editable=False)
    person_id = models.UUIDField(null=True, editable=False)
    sent_at = models.DateTimeField(editable=False)
    answered_at = models.DateTimeField(null=True, editable=False)
    accepted = models.BooleanField(editable=False)
    contacted = models.BooleanField(editable=False)
    # the event that ended it last, "": it is open
    ended = models.CharField(max_length=100, blank=True, editable=False)
    # of refusals and failures, as they stand in the trail
    reasons = ArrayField(models.TextField(), default=list, editable=False)
    # day after the end on which somebody was asked -> what they said, "": nothing yet
    helped = models.JSONField(default=dict, editable=False)

    privacy = PersonalData(
        purpose="to count how referrals fare, of people who agreed to be counted",
        legal_basis=LegalBasis.PUBLIC_TASK,
        # pages tell of one year; the trail itself stays longer
        retention=Retention(after="sent_at", keep=timedelta(days=2 * 365)),
        fields={"person_id": "who was referred"},
        plain=(
            "referral_id",
            "sender_id",
            "receiver_id",
            "service_id",
            "sent_at",
            "answered_at",
            "accepted",
            "contacted",
            "ended",
            "reasons",
            "helped",
        ),
        export=False,
        uses=used(OPEN="person_id"),
    )

    class Meta:
        ordering = ["referral_id"]
        indexes = [
            models.Index(fields=["receiver_id", "service_id", "sent_at"], name="figure_row_of_line"),
            models.Index(fields=["sender_id", "sent_at"], name="figure_row_of_sender"),
            # both counts of the whole town are read from indexes alone
            models.Index(
                fields=["person_id"], include=["receiver_id", "service_id", "sent_at"], name="figure_row_whose"
            ),
            models.Index(fields=["sent_at"], name="figure_row_sent"),
        ]

    def __str__(self) -> str:
        return f"{self.ended or 'open'} {self.referral_id}"
