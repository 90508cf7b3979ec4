"""Places in numbers; part of :mod:`tests.browser.pages`."""

from tests.browser.rows import Row

INSIGHTS: dict[str, Row] = {
    "insights": Row("insights"),
    "insights-place": Row("insights_place", thing="place in numbers"),
    "insights-country": Row("insights_place", thing="country in numbers"),
    "insights-figure": Row("insights_figure", thing="figure of a place"),
    "insights-ask": Row("insights_ask", query="?q=how many women do not work in Dimona"),
    "insights-ask-none": Row("insights_ask", query="?q=xyzzy"),
    "insights-compare": Row("insights_compare"),
    "insights-changes": Row("insights_changes"),
    "insights-changes-none": Row("insights_changes", query="?since=2200-01-01"),
    "insights-changes-wrong": Row("insights_changes", query="?since=yesterday"),
    "insights-numbers": Row("insights_numbers"),
}
