"""Why a service has its colour, in words."""

from typing import Any

from django.utils import translation

from kesher.engine.orientation import Catalogue, Service, Situation, orient
from kesher.www.front.orientation.reasons import why
from tests.engine.orientation.test_orientation import TODAY

RULE = {"and": [{">=": [{"var": "age"}, 18]}, {"===": [{"var": "status"}, "newcomer"]}, {"var": "low_income"}]}


def result(**facts: Any) -> Any:
    return orient(Catalogue([Service("one", rule=RULE)]), Situation(TODAY, facts)).results()[0]


def test_what_fits_says_why_what_may_fit_what_is_missing_and_what_does_not_what_would_change_it() -> None:
    with translation.override("en"):
        fits = why(result(age=30, status="newcomer", low_income=True))
        assert fits.kind == "fits"
        assert fits.lines == (
            "age: at least 18 years",
            "status in the country: citizen who came in the last ten years",
            "has a low income",
        )
        may = why(result(age=30))
        assert (may.kind, may.missing) == ("ask", ("status in the country", "low income"))
        assert may.open == ("status", "low_income")
        no = why(result(age=30, status="newcomer", low_income=False))
        assert (no.kind, no.said, no.changes) == ("no", ("has no low income",), ("has a low income",))
        young = why(result(age=16, status="newcomer", low_income=True))
        assert young.said == ("age: 16 years",)
        assert young.changes == (), "nobody is told to be older"
