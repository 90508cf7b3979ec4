"""Places in numbers; part of :mod:`tests.browser.pages`."""

from tests.browser.rows import Row, submits

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
    "insights-shortage": Row("insights_shortage"),
    "insights-shortage-agree": Row("insights_shortage_of", thing="district in numbers", query="?sort=agree"),
    "insights-shortage-judge-sees": Row("insights_shortage", visitor="employer"),
    "insights-judge": Row("insights_judge", thing="place in numbers", visitor="employer"),
    "insights-judge-occupation": Row("insights_judge", thing="place in numbers", visitor="officer", query="?of=5223"),
    "insights-judge-refused": Row(
        "insights_judge",
        thing="place in numbers",
        visitor="employer",
        act=submits("main form.form"),
        status=400,
    ),
    "insights-figure-officer": Row("insights_figure", thing="figure of a place", visitor="officer"),
    "insights-note": Row("insights_note", thing="figure of a place", visitor="officer"),
    "insights-note-refused": Row(
        "insights_note", thing="figure of a place", visitor="officer", act=submits("main form.form"), status=400
    ),
}
