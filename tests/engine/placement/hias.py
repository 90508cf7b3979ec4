"""HIAS, fiscal year 2016: 499 cases and 20 places, as arrays. Real data from ``shared/data/placement``; never
shipped.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.shared import shared

#: The places' names differ in case and order between the files, and one has two names.
SAME_PLACE = {"NY-HIAS NEW YORK": "NY-NEW YORK CITY"}
SMALL_OFFICE = "FL-LAUDERDALE LAKES"  # has capacity but nobody's prospects


@dataclass(frozen=True)
class Hias:
    """``prospects`` (499, 20), NaN where not allowed; ``persons`` (499, 3) and ``resettled`` (20, 3): children,
    adults, seniors.
    """

    cases: tuple[str, ...]
    places: tuple[str, ...]
    prospects: NDArray[np.float64]
    persons: NDArray[np.float64]
    resettled: NDArray[np.float64]

    @property
    def sizes(self) -> NDArray[np.float64]:
        """Persons of each case."""
        return self.persons.sum(axis=1)

    @property
    def capacity(self) -> NDArray[np.float64]:
        """Persons each place took in."""
        return self.resettled.sum(axis=1)


def load_hias() -> Hias:
    """The four files, joined by case and by place."""
    folder = shared("data/placement/hias_fy16")
    weights, allowed = _table(folder / "FY16_Employment_Weight.csv"), _table(folder / "FY16_Compatibility.csv")
    sizes, capacities = _table(folder / "FY16_size.csv"), _table(folder / "FY16_cap.csv")
    cases = tuple(weights)
    places = tuple(sorted(set(map(_place, next(iter(weights.values())))) - {SMALL_OFFICE}))
    by_place = {_place(name): row for name, row in capacities.items()}
    prospects = np.full((len(cases), len(places)), np.nan)
    for row, case in enumerate(cases):
        prospect = {_place(name): cell for name, cell in weights[case].items()}
        compatible = {_place(name): cell for name, cell in allowed[case].items()}
        for column, place in enumerate(places):
            if _number(compatible[place]) > 0:
                prospects[row, column] = _number(prospect[place])
    kinds = ("children", "adults", "seniors")
    return Hias(
        cases,
        places,
        prospects,
        np.array([[_number(sizes[case][f"number of {kind}"]) for kind in kinds] for case in cases]),
        np.array([[_number(by_place[place][f"actual resettled {kind}"]) for kind in kinds] for place in places]),
    )


def _table(path: Path) -> dict[str, dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))
    return {row[0].strip(): dict(zip(rows[0][1:], row[1:], strict=True)) for row in rows[1:]}


def _place(name: str) -> str:
    folded = name.strip().upper()
    return SAME_PLACE.get(folded, folded)


def _number(cell: str) -> float:
    return float("nan") if cell.strip() in ("", "NA") else float(cell)
