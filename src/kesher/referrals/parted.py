"""Two files that were one are two again: not while somebody is on their way on what was agreed in the joined file.

The referral would go back to one file, and what its receiver may see would stay that of the other: open for good, for nothing
would ever end it (:func:`kesher.referrals.moving.close_access` goes by the referral's own file).
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kesher.people.merging import before_they_are_two
from kesher.people.models import FileMerge
from kesher.referrals.models import Referral
from kesher.referrals.vocabularies import State


@before_they_are_two
def nobody_is_on_their_way(done: FileMerge) -> str | Promise | None:
    """Of what went from one file to the other: sent since, by an agreement of the joined file, and still open."""
    moved = done.moved.get(Referral._meta.label, [])
    sent = Referral.objects.open().exclude(state=State.DRAFT).filter(pk__in=moved, consent__person=done.person_id)
    if sent.exists():
        return _("Somebody was referred from the joined file since. Take that back first; then they can be sent anew.")
    return None
