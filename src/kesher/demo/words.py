"""What people said of their work in the demo town's employment service: some waits for Noa, some she has decided.

Nobody's name is in it. The economa of a hotel is no economist: what the town calls her waits for a second person.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from django.utils import timezone

from kesher.accounts.models import Organisation, User
from kesher.base.rows import acting_for
from kesher.formats.isco import ESCO_GROUP
from kesher.words import code
from kesher.words.local_words import suggest
from kesher.words.models import Proposal
from kesher.words.proposals import choose, record

CODER: Final = "noa@demo.example"
OFFICE: Final = "employment-service"


@dataclass(frozen=True, slots=True)
class Words:
    """What was said, how many days ago, and the unit group Noa chose ("": it waits). `local`: what the town calls it."""

    text: str
    language: str
    ago: int
    chosen: str = ""
    local: str = ""


SAID: Final = (
    Words("በአዲስ አበባ ነርስ ነበርኩ", "am", 3),
    Words("كنت أخبز في فرن بحلب", "ar", 2),
    Words("טיפלתי באמא שלי עשר שנים בלי חוזה", "he", 1),
    Words("працювала на баштовому крані в Харкові", "uk", 4, chosen="8343"),
    Words("אקונומית במלון", "he", 5, chosen="5151", local="אקונומית"),
)


def build_words(today: date) -> int:
    """Write down what was said; returns how much of it waits for a decision."""
    coder = User.objects.get(email=CODER)
    office = Organisation.objects.get(profile__external_id=OFFICE)
    by = coder.as_actor(office.pk)
    with acting_for(user_id=coder.pk, organisation_ids=[office.pk]):
        for said in SAID:
            proposal = record(code(said.text, language=said.language), kind="occupation", by=by, language=said.language)
            at = timezone.make_aware(datetime.combine(today - timedelta(days=said.ago), time(10, 30)))
            Proposal.objects.filter(pk=proposal.pk).update(created_at=at)
            if said.chosen:
                choose(proposal, ESCO_GROUP + said.chosen, by=by)
            if said.local:
                told = {"uri": ESCO_GROUP + said.chosen, "kind": "occupation", "language": said.language}
                suggest(said.local, by=by, proposal_id=proposal.pk, **told)
        return Proposal.objects.unsure().count()
