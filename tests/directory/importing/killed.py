"""The process that gets killed: loads a directory of services into the database that DATABASE_URL names.

python -m tests.directory.importing.killed 500
"""

import os
import sys

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

import django

django.setup()

from datetime import time

from kesher.directory.importing import load_reading
from kesher.formats import records as r


def reading(count: int) -> r.Reading:
    return r.Reading(
        source="killed",
        language="en",
        organisations=iter([r.OrganisationRecord(external_id="o", name={"en": "Bridge"})]),
        locations=iter([r.LocationRecord(external_id="l", name={"en": "House"})]),
        services=(
            r.ServiceRecord(
                external_id=f"s{n}",
                organisation_id="o",
                name={"en": f"Service {n}"},
                description={"en": "word " * 40},
                phones=(r.PhoneRecord(number=str(n)),),
                schedules=(r.ScheduleRecord(byday=(r.Weekday.SUNDAY,), opens_at=time(9), closes_at=time(12)),),
                at_locations=(r.ServiceAtLocationRecord(external_id=f"x{n}", location_id="l"),),
            )
            for n in range(count)
        ),
    )


if __name__ == "__main__":
    print("loading", flush=True)
    report = load_reading(reading(int(sys.argv[1])))
    print(report.counts["service"].created, report.counts["service"].unchanged, flush=True)
