"""``build_demo``: fill an empty portal with the demo town, or a demo town with itself."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kesher.demo.build import STEPS, NotADemo, NotEmpty, build, reset


class Command(BaseCommand):
    steps = 0
    help = "Build the demo town in an empty database (same seed and same day, same town)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seed", type=int, default=1948)
        parser.add_argument(
            "--people", type=int, default=2000, help="how many people live there, once there are tables for people"
        )
        parser.add_argument("--reset", action="store_true", help="empty the demo town and build it anew from its seed")

    def handle(self, *args: Any, **options: Any) -> None:
        begun = time.perf_counter()
        try:
            if options["reset"]:
                town = reset(people=options["people"], progress=self._say)
            else:
                town = build(seed=options["seed"], people=options["people"], progress=self._say)
        except (NotADemo, NotEmpty) as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(
            f"The demo town stands: {town.organisations} organisations, {town.services} services, "
            f"in {time.perf_counter() - begun:.1f} s."
        )

    def _say(self, line: str) -> None:
        self.steps += 1
        self.stdout.write(f"  [{self.steps}/{STEPS}] {line}")
        self.stdout.flush()
