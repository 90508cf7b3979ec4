"""How parts of figures that are occupations are called: by their name in the reader's language, others by their code."""

from collections.abc import Mapping

from kesher.formats.isco import ESCO_GROUP
from kesher.insights.shortage import ISCO
from kesher.words.coders import loaded
from kesher.words.vocabularies import OCCUPATION

#: Prefix of a part -> what the list is called. Names of these occupations are not in the files we were given.
LISTS = {"fap-": "FAP", "soc2018-": "SOC"}


def names(part: str) -> Mapping[str, str]:
    """Language -> name of an occupation, for the filter ``words``; of a list without names the list and the code."""
    if part.startswith(ISCO):
        code = part.removeprefix(ISCO)
        concept = loaded(OCCUPATION).concept(ESCO_GROUP + code)
        return concept.names if concept is not None else {"und": f"ISCO {code}"}
    for prefix, called in LISTS.items():
        if part.startswith(prefix):
            return {"und": f"{called} {part.removeprefix(prefix)}"}
    return {"und": part}


def is_unit_group(code: str) -> bool:
    return loaded(OCCUPATION).concept(ESCO_GROUP + code) is not None
