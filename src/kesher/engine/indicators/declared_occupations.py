"""Declared indicators: what the methods of the shortage board are made of, each occupation by occupation.

Nothing is computed for these; the methods (:mod:`kesher.engine.indicators.shortage`) are computed from them.
"""

from kesher.engine.indicators.declaring import Check, Direction, Family, Indicator, Standing, Uncertainty

_AS_PRINTED = Check(Standing.PUBLISHED, "The source's own table.")
_SERVICE = "Employment service: vacancies, and people who look for work."
_EMPLOYERS = "Survey of employers."
_EARNINGS = "Labour force survey and earnings survey."
_BY_WISH = "People are counted under the occupation they look for; many could do others, too."
_NOT_ANNOUNCED = "Vacancies that nobody announces are not counted."
_FEW = "In a small occupation a few people move it far: look at several years."


def _input(
    code: str, name: str, question: str, formula: str, unit: str, source: str, caveat: str, uncertainty: Uncertainty
) -> Indicator:
    return Indicator(
        f"occupation-{code}",
        Family.SHORTAGE,
        name,
        question,
        formula,
        unit,
        Direction.NEITHER,
        source,
        uncertainty,
        caveat,
        check=_AS_PRINTED,
    )


INDICATORS = (
    _input(
        "vacancies",
        "Vacancies by occupation",
        "How many vacancies are open in this occupation?",
        "vacancies open at the end of the period",
        "vacancies",
        _SERVICE,
        _NOT_ANNOUNCED,
        Uncertainty.COUNT,
    ),
    _input(
        "newly-unemployed",
        "People newly without work, by occupation",
        "How many people of this occupation lost their work in the last six months?",
        "people on benefit for less than six months",
        "people",
        _SERVICE,
        "Who has no right to benefit is not counted.",
        Uncertainty.COUNT,
    ),
    _input(
        "hiring-difficulty",
        "Hires expected to be difficult",
        "How many of the hires that employers plan do they expect to be difficult?",
        "planned hires expected to be difficult / planned hires",
        "percent of hires",
        _EMPLOYERS,
        "Employers say so themselves; little pay makes hiring difficult, too.",
        Uncertainty.SOURCE,
    ),
    _input(
        "offers-per-jobseeker",
        "Offers for each new jobseeker",
        "How many offers come for each person who begins to look?",
        "new offers / people newly on the list",
        "offers per person",
        _SERVICE,
        _NOT_ANNOUNCED,
        Uncertainty.COUNT,
    ),
    _input(
        "outflow",
        "Jobseekers who leave the list",
        "How many of those who look for this work leave the list in a month?",
        "people who leave the list in a month / people on it",
        "percent in a month",
        _SERVICE,
        "Not all who leave the list have found work.",
        Uncertainty.COUNT,
    ),
    _input(
        "vacancy-days",
        "Days until a vacancy is filled",
        "How long does a vacancy of this occupation stay open?",
        "median of the days from the wished beginning until it is filled",
        "days",
        _SERVICE,
        "Vacancies that are never filled, and are taken back, are not in it.",
        Uncertainty.COUNT,
    ),
    _input(
        "jobseekers-per-vacancy",
        "Jobseekers for each vacancy",
        "How many people look for each vacancy of this occupation?",
        "people who look for it / vacancies",
        "people per vacancy",
        _SERVICE,
        _BY_WISH,
        Uncertainty.COUNT,
    ),
    _input(
        "unemployment-rate",
        "Unemployment rate of an occupation",
        "How many of the people of this occupation have no work?",
        "unemployed people of the occupation / (employed + unemployed people of it)",
        "percent",
        _SERVICE,
        _BY_WISH,
        Uncertainty.COUNT,
    ),
    _input(
        "change-in-foreign-workers",
        "Change in the share of workers from abroad",
        "Do more people from abroad work in this occupation than three years ago?",
        "share of workers from abroad now − three years ago",
        "percentage points",
        _EARNINGS,
        "Rules on who may come move it, too.",
        Uncertainty.SOURCE,
    ),
    _input(
        "change-in-pay",
        "Change in pay",
        "How fast does the pay of this occupation grow?",
        "median pay of full-time work / that of the year before − 1",
        "percent in a year",
        _EARNINGS,
        _FEW,
        Uncertainty.SOURCE,
    ),
    _input(
        "change-in-employment",
        "Change in employment",
        "How fast does the number of people in this occupation grow?",
        "people in the occupation / those of the year before − 1",
        "percent in a year",
        _EARNINGS,
        _FEW,
        Uncertainty.SOURCE,
    ),
    _input(
        "change-in-hours",
        "Change in hours",
        "Do people of this occupation work more hours than a year ago?",
        "hours of work in a week / those of the year before − 1",
        "percent in a year",
        _EARNINGS,
        _FEW,
        Uncertainty.SOURCE,
    ),
    _input(
        "change-in-underqualified",
        "Change in people with less schooling than usual",
        "Do employers take more people with less schooling than usual in this occupation?",
        "share of people below the usual schooling of the occupation now − a year ago",
        "percentage points",
        _EARNINGS,
        "Who has less schooling may have more experience.",
        Uncertainty.SOURCE,
    ),
)
