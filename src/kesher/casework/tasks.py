"""What follows from what happens elsewhere: two files become one, and two again."""

import uuid

from django.db.models import Min

from kesher.base.events import on
from kesher.base.history import acting
from kesher.base.models import Event
from kesher.base.rows import acting_for
from kesher.casework.models import Plan, Step
from kesher.people.models import Person


@on("file.merged", "file.merge_undone")
def count_anew(event_id: uuid.UUID) -> None:
    """The steps have gone from one file to another: both plans tell their next date anew."""
    event = Event.objects.get(pk=event_id)
    here = [event.organisation_id] if event.organisation_id else []
    with acting_for(organisation_ids=here), acting(actor=None, reason="files merged"):
        for person in Person.objects.filter(pk__in=[event.about_id, event.data["other"]]).order_by("pk"):
            Plan.objects.get_or_create(person=person)
            plan = Plan.objects.select_for_update(of=("self",)).get(person=person)
            plan.next_on = Step.objects.open().filter(person=person).aggregate(next=Min("due_on"))["next"]
            plan.save(update_fields=["next_on", "updated_at"])
