"""The tables of referrals."""

from kesher.referrals.models.cohorts import Cohort
from kesher.referrals.models.loops import NEXT_STEPS, Loop
from kesher.referrals.models.questions import FollowUp, PlaceQuestion
from kesher.referrals.models.referrals import Referral, ReferralQuerySet

__all__ = ["NEXT_STEPS", "Cohort", "FollowUp", "Loop", "PlaceQuestion", "Referral", "ReferralQuerySet"]
