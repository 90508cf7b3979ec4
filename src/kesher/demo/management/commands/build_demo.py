"""``build_demo``: fill an empty portal with the demo town."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from kesher.demo.build import build


class Command(BaseCommand):
    help = "Build the demo town in an empty database (same seed, same town)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seed", type=int, default=1948)
        parser.add_argument("--people", type=int, default=2000)

    def handle(self, *args: Any, **options: Any) -> None:
        build(seed=options["seed"], people=options["people"], progress=self.stdout.write)
