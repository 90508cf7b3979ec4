"""Whether so few stand behind a figure that it is not shown. Loaders hide such figures; here it is asked once more."""

from kesher.engine.indicators import registry

FEWEST = 5


def too_few(indicator: str, behind: int | None) -> bool:
    """``behind``: how many people or firms, None where nobody said."""
    declared = registry().get(indicator)
    return behind is not None and behind < (FEWEST if declared is None else declared.minimum)
