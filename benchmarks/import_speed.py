"""Loading 100,000 services: the import against plain COPY of the same rows into the same tables, in one run.

Bars: import ≤ 5 × COPY, history as one event per row included and counted; an unchanged second import ≤ 0.25 × the
first. Inventing the records ("made s") is timed by itself and taken off both. The rows are generated with Miami's mix of
details per service (measured on the 2019 directory of 211 Miami-Dade: 1 location, 1 address, 1 phone, 1 accessibility
note, 2.8 hours, 2.3 languages, 6.4 terms, 0.26 organisations).

    python benchmarks/import_speed.py [services, default 100000]
"""

import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent.parent), str(Path(__file__).parent.parent / "src")]
os.environ["KESHER_DATA"] = tempfile.mkdtemp(prefix="kesher-bench-")
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

import django

django.setup()

from django.db import connection, transaction
from tests import database

from kesher.base.history import System, acting, begin_statement_free_writing
from kesher.directory.importing import load_reading
from kesher.directory.importing.rows import COLUMNS
from kesher.directory.models import Service
from kesher.formats import records as r

LANGUAGES = ("en", "es", "ht", "fr", "pt", "ru")
WORDS = [
    "family",
    "support",
    "housing",
    "shelter",
    "food",
    "pantry",
    "legal",
    "aid",
    "job",
    "search",
    "training",
    "language",
    "course",
    "child",
    "care",
    "health",
    "clinic",
    "counselling",
    "transport",
    "elderly",
    "disability",
    "youth",
    "after",
    "school",
    "tutoring",
    "tax",
    "help",
    "business",
    "loan",
    "mentor",
]


def text(chance: random.Random, length: int) -> str:
    return " ".join(chance.choices(WORDS, k=length)).capitalize()


def organisations(count: int) -> Iterator[r.OrganisationRecord]:
    chance = random.Random(1)
    for n in range(count):
        yield r.OrganisationRecord(
            external_id=f"o{n}",
            name={"en": f"{text(chance, 3)} {n}"},
            description={"en": text(chance, 40)},
            website=f"https://example.org/{n}",
        )


def locations(count: int, organisation_count: int) -> Iterator[r.LocationRecord]:
    chance = random.Random(2)
    for n in range(count):
        yield r.LocationRecord(
            external_id=f"l{n}",
            organisation_id=f"o{n % organisation_count}",
            name={"en": f"House {n}"},
            transportation={"en": text(chance, 6)},
            latitude=25.2 + chance.random(),
            longitude=-80.9 + chance.random(),
            addresses=(r.AddressRecord(address_1=f"{n} Main Street", city="Miami", state_province="FL", country="US"),),
            accessibility=(r.AccessibilityRecord(description={"en": "Wheelchair ramp"}),),
        )


def services(count: int, organisation_count: int, terms: int) -> Iterator[r.ServiceRecord]:
    chance = random.Random(3)
    days = list(r.Weekday)
    for n in range(count):
        hours = tuple(
            r.ScheduleRecord(byday=(days[k],), opens_at=r.time(8), closes_at=r.time(17))
            for k in range(chance.choice((0, 1, 2, 3, 5, 5)))
        )
        yield r.ServiceRecord(
            external_id=f"s{n}",
            organisation_id=f"o{n % organisation_count}",
            name={"en": f"{text(chance, 4)} {n}"},
            description={"en": text(chance, 60)},
            application_process={"en": text(chance, 8)},
            fees_description={"en": "No fee."},
            eligibility_description={"en": text(chance, 8)} if n % 2 else {},
            languages=tuple(
                r.LanguageRecord(code=code) for code in chance.sample(LANGUAGES, chance.choice((1, 2, 3, 3)))
            ),
            terms=tuple(
                r.TermRef(taxonomy="bench", code=f"t{k}")
                for k in chance.sample(range(terms), chance.choice((4, 6, 7, 9)))
            ),
            at_locations=(
                r.ServiceAtLocationRecord(
                    external_id=f"x{n}",
                    location_id=f"l{n}",
                    phones=(r.PhoneRecord(number=f"305-555-{n % 10_000:04}"),),
                    schedules=hours,
                ),
            ),
        )


def reading(count: int) -> r.Reading:
    bodies, terms = max(count * 26 // 100, 1), 400
    return r.Reading(
        source="bench",
        language="en",
        taxonomies=iter([r.TaxonomyRecord(slug="bench", name={"en": "Bench"})]),
        terms=iter(
            [r.TermRecord(taxonomy="bench", code=f"t{k}", name={"en": f"{WORDS[k % 30]} {k}"}) for k in range(terms)]
        ),
        organisations=organisations(bodies),
        locations=locations(count, bodies),
        services=services(count, bodies, terms),
    )


def making(count: int) -> float:
    """Seconds that inventing the records takes, which is no part of importing them (nor is it of COPY)."""
    begun = time.perf_counter()
    made = reading(count)
    for records in (made.taxonomies, made.terms, made.organisations, made.locations, made.services):
        for _ in records:
            pass
    return time.perf_counter() - begun


def rows_in_tables() -> dict[str, int]:
    counts = {}
    with connection.cursor() as cursor:
        for model in COLUMNS:
            cursor.execute(f"SELECT count(*) FROM {model._meta.db_table}")
            counts[model._meta.db_table] = cursor.fetchone()[0]
    return counts


def history_rows() -> int:
    return sum(model.pgh_event_model.objects.count() for model in COLUMNS)


def dump_tables(folder: Path) -> None:
    with connection.cursor() as cursor:
        for model, columns in COLUMNS.items():
            with (folder / model._meta.db_table).open("wb") as file:
                names = ", ".join(f'"{c}"' for c in columns)
                with cursor.cursor.copy(f"COPY {model._meta.db_table} ({names}) TO STDOUT") as copy:
                    for block in copy:
                        file.write(block)


def copy_tables(folder: Path) -> float:
    """Plain COPY of the same rows into the same (emptied) tables, constraints and history triggers as they are."""
    begun = time.perf_counter()
    with transaction.atomic(), acting(actor=System("benchmark"), reason="copy"):
        begin_statement_free_writing()
        with connection.cursor() as cursor:
            for model, columns in COLUMNS.items():
                names = ", ".join(f'"{c}"' for c in columns)
                with (
                    (folder / model._meta.db_table).open("rb") as file,
                    cursor.cursor.copy(f"COPY {model._meta.db_table} ({names}) FROM STDIN") as copy,
                ):
                    while block := file.read(1 << 20):
                        copy.write(block)
    return time.perf_counter() - begun


def empty_tables() -> None:
    with connection.cursor() as cursor:
        tables = [model._meta.db_table for model in COLUMNS]
        events = [model.pgh_event_model._meta.db_table for model in COLUMNS]
        cursor.execute(f"TRUNCATE {', '.join(tables + events)} CASCADE")


def main() -> int:
    most = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    server = database.server()
    server.start()
    failed = False
    heads = ("services", "rows", "history", "COPY s", "made s", "import s", "ratio", "again s", "ratio", "index s")
    widths = (9, 10, 10, 8, 7, 9, 6, 8, 6, 8)
    print(" ".join(f"{head:>{width}}" for head, width in zip(heads, widths, strict=True)))
    try:
        for count in (most // 10, most // 4, most):
            name = database.make_test_database("bench")
            report = load_reading(reading(count))
            rows, history = sum(rows_in_tables().values()), history_rows()
            assert history == rows, f"{history} events of {rows} rows"
            begun = time.perf_counter()
            again = load_reading(reading(count))
            index_free = again.seconds
            assert again.written == 0, str(again)
            total_again = time.perf_counter() - begun
            with tempfile.TemporaryDirectory() as folder:
                dump_tables(Path(folder))
                empty_tables()
                copied = copy_tables(Path(folder))
            assert sum(rows_in_tables().values()) == rows
            made = making(count)
            first, second = report.seconds - made, index_free - made
            ratio, ratio_again = first / copied, second / first
            failed |= ratio > 5 or ratio_again > 0.25
            print(
                f"{count:>9,} {rows:>10,} {history:>10,} {copied:>8.1f} {made:>7.1f} {first:>9.1f} {ratio:>6.2f} "
                f"{second:>8.1f} {ratio_again:>6.2f} {total_again - index_free:>8.1f}",
                flush=True,
            )
            assert Service.objects.count() == count
            database.drop_test_database(name)
    finally:
        server.stop()
        server.destroy()
    print("bars: import ≤ 5 × COPY; again ≤ 0.25 × import →", "missed" if failed else "reached")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
