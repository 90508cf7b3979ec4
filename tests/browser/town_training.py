"""What stands on the pages of learning at work, beside the demo's own two agreements: a young person, somebody asked, links."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from kesher.accounts.models import User
from kesher.casework.hosting import agreements
from kesher.casework.hosting.links import Link, Purpose, key_for
from kesher.casework.models import HostRecord, TrainingAgreement
from kesher.people.files import open_file
from tests.hosting import business, terms


def training_things(noa: User) -> dict[str, dict[str, Any]]:
    """Name of a thing -> what the address of its page holds."""
    running = TrainingAgreement.objects.select_related("host", "organisation").get(state="active")
    ended = TrainingAgreement.objects.get(state="ended")
    garage, by = running.host, noa.as_actor(running.organisation_id)
    young = open_file(called="Selam", language="am", how="present", by=by)
    asked = open_file(called="Tigist", language="am", how="present", by=by)
    unpaid = terms(pay=Decimal(0), starts_on=timezone.localdate() + timedelta(days=3))
    proposed = agreements.propose(young, host=garage, terms=unpaid, goals=["Change a tyre"], age=16, by=by)
    waits = agreements.propose(asked, host=garage, terms=terms(), goals=["Read a fault code"], age=30, by=by)
    agreements.person_signs(waits, terms=1, called="Tigist", how="phone", words="I like engines.", by=by)
    blocked = business()
    HostRecord.objects.create(host=blocked, ended=3, unpaid=3, unpaid_in_a_row=3)
    return {
        "training": {"pk": running.pk},
        "training ended": {"pk": ended.pk},
        "training proposed": {"pk": proposed.pk},
        "training asked": {"pk": waits.pk},
        "workplace link": {"key": key_for(Link(Purpose.SIGN, waits.pk, garage.pk))},
        "workplace link over": {"key": key_for(Link(Purpose.SIGN, running.pk, garage.pk))},
    }
