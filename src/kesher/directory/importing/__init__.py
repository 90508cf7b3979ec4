"""Takes outside directories in: idempotent, all or nothing per file, with a report.

report = load("services.csv")                     # a path and its format, sniffed or named
report = load_reading(reading, dataset="demo")    # records that are already read
report = load("hsds/", dry_run=True)              # what would happen, and nothing does
"""

from kesher.directory.importing.load import NothingToLoad, load, load_reading
from kesher.directory.importing.report import Counts, Report

__all__ = ["Counts", "NothingToLoad", "Report", "load", "load_reading"]
