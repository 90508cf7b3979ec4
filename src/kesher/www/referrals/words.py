"""What is said of referrals on several pages."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kesher.referrals.vocabularies import Reason, State

Said = str | Promise

#: What has happened, in the words of the trail.
HAPPENED: Mapping[str, Said] = {
    "referral.drafted": _("begun"),
    "referral.send": _("sent"),
    "referral.accept": _("accepted"),
    "referral.reject": _("refused"),
    "referral.withdraw": _("withdrawn by the sender"),
    "referral.reminder due": _("reminded"),
    "referral.first contact": _("first spoken with"),
    "referral.pause": _("paused"),
    "referral.resume": _("goes on"),
    "referral.goes on": _("goes on"),
    "referral.nudged": _("asked what becomes of it"),
    "referral.finish": _("finished"),
    "referral.cannot finish": _("could not be finished"),
    "referral.consent withdrawn": _("the person took back that they agreed"),
    "referral.entered in error": _("entered by mistake"),
    "referral.next best": _("another service is tried"),
    "referral.recall_confirmed": _("erased by the receiver"),
    "referral.link_sent": _("a link was sent by e-mail"),
    "referral.answer_written_down": _("the answer was told, and written down by the sender"),
    "referral.receiver_suspended": _("the receiver is suspended"),
    "referral.no_address": _("no e-mail address is known: call them"),
}
#: The colour and the picture of each state.
LOOKS: Mapping[str, tuple[str, str]] = {
    State.DRAFT: ("", "pencil"),
    State.REQUESTED: ("", "clock"),
    State.ACCEPTED: ("fits", ""),
    State.IN_PROGRESS: ("fits", ""),
    State.ON_HOLD: ("ask", ""),
    State.COMPLETED: ("fits", ""),
    State.REJECTED: ("no", ""),
    State.FAILED: ("no", ""),
    State.CANCELLED: ("", "x"),
    State.ENTERED_IN_ERROR: ("", "x"),
}
#: Reasons as the trail has them: what could be held against a person is not said.
REASONS: Mapping[str, Said] = {**dict(Reason.choices), "private": _("between them and the person")}
