"""``find_duplicates``: look through the whole directory for records that may be one."""

from typing import Any

from django.core.management.base import BaseCommand

from kesher.directory.duplicates import find_duplicates


class Command(BaseCommand):
    help = "Look for services and organisations that are in the directory twice. Proposes only; people decide."

    def handle(self, *args: Any, **options: Any) -> None:
        for kind, count in find_duplicates().items():
            self.stdout.write(f"{kind}: {count:,} pairs to be decided")
