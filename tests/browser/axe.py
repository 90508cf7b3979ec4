"""What axe-core finds on a page (WCAG 2.0 to 2.2, A and AA, and its best practices)."""

from pathlib import Path

from playwright.sync_api import Page

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
#: All of the above that a change of colours alone can break.
OF_COLOUR = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}


def axe_violations(page: Page, *, colours_only: bool = False, within: str = "html") -> list[str]:
    """What axe finds, one line each: rule, first element, how often.

    ``colours_only``: for a page looked at a moment ago in the other colour scheme. ``within``: selector of the part looked at.
    """
    if not page.evaluate("'axe' in window"):
        # Playwright evaluates in the page without script tags, so that the page's own policy stays in force.
        page.evaluate(AXE + "; undefined")
    found = page.evaluate(
        "([within, rules]) => axe.run(within, {runOnly: rules, resultTypes: ['violations']}).then(r => r.violations)",
        [within, OF_COLOUR if colours_only else RULES],
    )
    return [
        f"{one['id']} ({len(one['nodes'])}x): {one['nodes'][0]['html'][:200]} | "
        f"{one['nodes'][0].get('failureSummary', '')[:300]}"
        for one in found
    ]
