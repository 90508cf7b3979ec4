"""All that something may be about, under a few headings: what is offered to whom the likeliest say nothing."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kesher.directory.concerns import Concern

#: Heading -> codes of concerns, each under one.
SHELVES: Final[Sequence[tuple[Promise, Sequence[str]]]] = (
    (_("Work and money from work"), ("find_work", "trade", "work_rights", "work_disability", "jobless_money")),
    (_("Learning"), ("language", "diploma", "adult_school", "college", "computer")),
    (
        _("Children and families"),
        (
            "childcare", "school_child", "afterschool", "child_development", "parenting", "youth", "kin", "pregnancy",
            "baby_goods", "couple", "separation",
        ),
    ),
    (_("A home"), ("no_home", "eviction", "find_home", "own_home", "repairs", "adapted_home")),
    (
        _("Food, bills and money"),
        ("food", "meals_home", "bills", "debts", "small_loan", "cash", "benefits", "tax", "goods", "burial"),
    ),
    (
        _("Papers, rights and the law"),
        (
            "documents", "immigration", "newcomer", "lawyer", "guardian", "crime", "victim", "fraud", "discrimination",
            "interpreter",
        ),
    ),
    (
        _("Health and disability"),
        (
            "doctor", "insurance", "medicine", "illness", "checks", "teeth", "eyes_ears", "sexual_health", "equipment",
            "disability", "rehab", "dying",
        ),
    ),
    (
        _("Hard times: violence, addiction, a death"),
        ("crisis", "mental", "psychiatry", "violence", "assault", "drugs", "gambling", "anger", "grief", "abuse_report"),
    ),
    (_("Growing old, and caring for somebody"), ("old_help", "old_home", "old_day", "memory", "carer")),
    (
        _("Getting there, people, the town"),
        ("transport", "lonely", "veterans", "lgbt", "sports", "religion", "volunteer", "city", "storm"),
    ),
    (
        _("Staff"),
        (
            "hire", "inclusive", "trainees", "wage_money", "staff_training", "staff_language", "staff_trouble",
            "getting_to_work",
        ),
    ),
    (_("Rules, papers and trouble with others"), ("licence", "staff_law", "first_aid", "books", "invention", "quarrels")),
    (
        _("Money, starting and growing"),
        ("starting", "premises", "loan", "grant", "customers", "advice", "hard_time"),
    ),
)  # fmt: skip


def on_shelves(concerns: Iterable[Concern]) -> Sequence[tuple[Promise, Sequence[Concern]]]:
    """These, each under its heading; headings without any are left out."""
    known: Mapping[str, Concern] = {one.code: one for one in concerns}
    there = [(heading, [known[code] for code in codes if code in known]) for heading, codes in SHELVES]
    return [(heading, some) for heading, some in there if some]
