"""What the engine refuses, by name; and a household is more than its best-placed member."""

import numpy as np
import pytest

from kesher.engine.placement import (
    PlacementError,
    ProtectedInput,
    household_prospects,
    is_protected,
    problem,
    refuse_protected,
)

nan = float("nan")


@pytest.mark.parametrize(
    ("arguments", "options", "said"),
    [
        (([1.0], [1], [1]), {}, "prospects must be households × places"),
        (([[1.0, -0.5]], [1], [1, 1]), {}, "prospects must be at least 0.*row 0, column 1 is -0.5"),
        (([[1.0], [np.inf]], [1, 1], [1]), {}, "prospects .*row 1, column 0 is inf"),
        (([[1.0]], [nan], [1]), {}, "needs must be at least 0 and finite; row 0, column 0 is nan"),
        (([[1.0]], [-1], [1]), {}, "needs .*is -1"),
        (([[1.0]], [[1, 1]], [[1]]), {}, "needs are of 2 services, capacities of 1"),
        (([[1.0]], [1, 2], [1]), {}, "needs must have 1 rows"),
        (([[1.0]], [1], [1]), {"soft": [2]}, "soft must not exceed the hard capacity"),
        (([[1.0]], [1], [1]), {"fixed": [1]}, "fixed must be -1 or one of 1 places"),
        (([[1.0]], [1], [1]), {"fixed": [0, 0]}, "fixed must name a place"),
        (([[1.0]], [1], [1]), {"weights": [-1]}, "weights must be at least 0"),
        (([[1.0]], [1], [1]), {"no_harm": 1.0}, "pass lottery"),
        (([[1.0]], [1], [1]), {"no_harm": -1.0}, "no_harm must be at least 0"),
        (([[1.0]], [1], [1]), {"soft_price": -1.0}, "soft_price must be at least 0"),
        (([[1.0]], [1], [1]), {"services": ["a", "b"]}, "2 names for 1 services"),
    ],
)
def test_what_cannot_be_a_round_is_refused_with_its_place(arguments, options, said):
    with pytest.raises(PlacementError, match=said):
        problem(*arguments, **options)


FORBIDDEN = [
    "nationality", "Country_of_Birth", "motherEthnicity", "religion2", "national origin", "ethnic-group", "Citizenship",
    "לאום", "דת", "ארץ לידה", "الديانة", "الجنسية", "гражданство", "nationalité",
]  # fmt: skip


@pytest.mark.parametrize("column", FORBIDDEN)
def test_nationality_ethnicity_and_religion_are_no_inputs(column):
    with pytest.raises(ProtectedInput, match="only in the audit") as refused:
        refuse_protected(["persons", column])
    assert refused.value.column == column


@pytest.mark.parametrize(
    "column", ["persons", "school seats", "Haifa", "brace", "international school", "dental", "ደብረ ብርሃን"]
)
def test_other_words_are(column):
    assert not is_protected(column)


def test_a_household_is_all_its_adults():
    adults = [[0.5, 0.2], [0.1, nan], [0.7, 0.7]]
    total, least = household_prospects(adults, [0, 0, 2], 3)
    np.testing.assert_allclose(total, [[0.6, nan], [0.0, 0.0], [0.7, 0.7]])
    np.testing.assert_allclose(least, [[0.1, nan], [0.0, 0.0], [0.7, 0.7]])
    with pytest.raises(PlacementError, match="one of 2 households"):
        household_prospects(adults, [0, 0, 2], 2)
