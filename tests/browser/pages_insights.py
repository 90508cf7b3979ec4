"""Places in numbers; part of :mod:`tests.browser.pages`."""

from tests.browser.rows import Row

INSIGHTS: dict[str, Row] = {
    "insights": Row("insights"),
    "insights-place": Row("insights_place", thing="place in numbers"),
    "insights-country": Row("insights_place", thing="country in numbers"),
    "insights-figure": Row("insights_figure", thing="figure of a place"),
    "insights-numbers": Row("insights_numbers"),
}
