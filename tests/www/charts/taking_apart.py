"""A picture taken apart: the numbers its drawing is made of, and those its table says."""

from collections.abc import Iterator
from typing import Any

from kesher.www.charts import Picture

#: The numbers a row of figures may hold; what else stands in a row says where on the page it is drawn.
FIGURES = {
    "bars": ("value", "low", "high"),
    "lines": ("value", "low", "high"),
    "multiples": ("value", "low", "high"),
    "dots": ("value", "people"),
    "map": ("value", "people"),
    "waterfall": ("value",),
    "quadrant": ("x", "y"),
    "slopes": ("before", "after"),
}


def drawn(picture: Picture) -> dict[str, float]:
    """``row.field`` -> number, of every number that is drawn."""
    found = {}
    for name, rows in picture.datasets.items():
        if not name.startswith("rows"):
            continue
        for row in rows:
            for field in FIGURES[picture.kind]:
                if row[field] is not None:
                    assert f"{row['id']}.{field}" not in found
                    found[f"{row['id']}.{field}"] = row[field]
    return found


def told(picture: Picture) -> dict[str, float]:
    """The same of the table."""
    cells = [cell for row in picture.twin.rows for cell in row if cell.shows and cell.value is not None]
    found = {cell.shows: cell.value for cell in cells}
    assert len(found) == len(cells), "a number is told twice"
    return found


def dictionaries(part: Any) -> Iterator[dict[str, Any]]:
    """Every dictionary within a specification."""
    if isinstance(part, dict):
        yield part
        for one in part.values():
            yield from dictionaries(one)
    elif isinstance(part, list):
        for one in part:
            yield from dictionaries(one)


def specs(picture: Picture) -> list[dict[str, Any]]:
    return [spec for panel in picture.panels for spec in (panel.wide, panel.narrow)]
