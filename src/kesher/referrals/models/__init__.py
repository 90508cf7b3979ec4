"""The tables of referrals."""

from kesher.referrals.models.cohorts import Cohort
from kesher.referrals.models.complaints import HANDLERS, Complaint
from kesher.referrals.models.figure_rows import FigureRow
from kesher.referrals.models.loops import NEXT_STEPS, Loop
from kesher.referrals.models.questions import FollowUp, PlaceQuestion
from kesher.referrals.models.referrals import Referral, ReferralQuerySet

__all__ = [
    "HANDLERS",
    "NEXT_STEPS",
    "Cohort",
    "Complaint",
    "FigureRow",
    "FollowUp",
    "Loop",
    "PlaceQuestion",
    "Referral",
    "ReferralQuerySet",
]
