"""Names of people across scripts: which may be one person's, found by keys and judged by likeness.

* :func:`keys`       short strings for an indexed column; two names that may be one person's share one
* :func:`word_keys`  the same for a single word of a name: for who gives no more than a first name
* :func:`likeness`   how alike two names are, 0..1, with the reasons in words a page can say

Pure functions of the names alone. They propose; a person who knows decides (HOUSE.md). What is kept where:
:mod:`.sounds` letters of five scripts as sounds · :mod:`.parts` a name as its telling words · :mod:`.known` names that are
known, from ``known.txt`` · :mod:`.blocking` keys · :mod:`.comparing` likeness.
"""

from kesher.engine.names.blocking import keys, word_keys
from kesher.engine.names.comparing import Likeness, Reason, likeness

__all__ = ["Likeness", "Reason", "keys", "likeness", "word_keys"]
