"""What a card never asks: sex, origin, nationality, religion, disability, family status, by the names of columns.

A name is no proof: a postcode can stand for an origin. The fairness audit, which does see these attributes (with
consent), is there for that. But what is called by its name is refused by its name.
"""

import re
import unicodedata
from collections.abc import Iterable

#: Attribute -> beginnings of the words that name it, in the languages of the portal and of the data at hand.
_STEMS: dict[str, tuple[str, ...]] = {
    "sex": (
        "sex", "sexe", "gender", "female", "woman", "women", "femme", "homme", "weiblich", "geschlecht", "genre", "pregnan",
        "מין", "מגדר", "אישה", "נשים", "جنس", "انثي", "امراه", "пол", "женщин", "стать", "жінк", "ፆታ",
    ),
    "origin": (
        "origin", "origins", "ethnic", "race", "racial", "othrace", "black", "white", "nonwhite", "hisp", "latino", "arab",
        "jew",
        "migra", "immigra", "refugee", "foreign", "birthplace", "born", "tongue", "ausland", "herkunft", "origine",
        "מוצא", "לאום", "עולה", "עולים", "אצל", "اصل", "عرق", "مهاجر", "لاجي", "происхожд", "мигрант", "похідн", "ትውልድ",
    ),
    "nationality": (
        "nation", "citizen", "staatsang", "nationalit", "citoyen", "אזרחות", "جنسيه", "مواطن", "гражданств", "громадянств",
        "ዜግነት",
    ),
    "religion": (
        "relig", "faith", "church", "muslim", "islam", "christian", "catholic", "druze", "דת", "דין", "ديانه", "دين",
        "религи", "релігі", "ሃይማኖት",
    ),
    "disability": (
        "disab", "handicap", "impair", "behinder", "invalid", "נכות", "מוגבל", "اعاقه", "инвалид", "інвалід", "አካል",
    ),
    "family status": (
        "marr", "marital", "mstat", "spouse", "husband", "wife", "divorc", "widow", "child", "ychild", "nchild", "kids",
        "dkids", "dykids", "dep", "dependent", "dependant", "parent", "mother", "father", "houshead", "househead",
        "famstat", "famille", "marie", "enfant", "ledig", "kinder", "משפחתי", "נשוי", "ילדים", "متزوج",
        "اطفال", "عايلي", "семей", "брак", "дети", "детей", "сімейн", "шлюб", "діти", "ጋብቻ",
    ),
}  # fmt: skip
#: Whole words that only look alike: a need that a person states, or a thing.
_ALLOWED = frozenset(
    {"childcare", "department", "deposit", "departure", "depth", "racetrack", "national", "nationwide", "parental"}
)
#: Words that are sensitive only when they stand alone.
_WHOLE = {"male": "sex", "man": "sex", "men": "sex", "race": "origin", "dep": "family status", "deps": "family status",
          "single": "family status", "alien": "origin", "born": "origin"}  # fmt: skip
_ONLY_WHOLE = frozenset({"dep", "race", "sex", "born", "white", "black", "jew", "origin", "mutter"})


def sensitive(name: str) -> str | None:
    """The attribute that a column of this name holds, or None. "nChildren75", "is_female" and "מין" are recognised.

    "family" alone is not: the needs map has a domain of that name, which people state themselves.
    """
    words = _words(name)
    if "family" in words and {"status", "state", "size", "type"} & set(words):
        return "family status"
    if "birth" in words and not {"year", "date", "month"} & set(words):
        return "origin"
    words += [word[2:] for word in words if word.startswith("ال")]  # the Arabic article
    for word in words:
        if word in _ALLOWED:
            continue
        if _WHOLE.get(word):
            return _WHOLE[word]
        matches = [
            (len(stem), attribute)
            for attribute, stems in _STEMS.items()
            for stem in stems
            if word == stem or (stem not in _ONLY_WHOLE and word.startswith(stem))
        ]
        if matches:
            return max(matches)[1]  # the longest stem: in Arabic "nationality" begins like "sex"
    return None


def first_sensitive(names: Iterable[str]) -> tuple[str, str] | None:
    """The first name that is refused, and the attribute it names."""
    return next(((name, attribute) for name in names if (attribute := sensitive(name)) is not None), None)


def _words(name: str) -> list[str]:
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    decomposed = unicodedata.normalize("NFKD", apart).casefold()
    letters = "".join(one for one in decomposed if not unicodedata.combining(one)).replace("ة", "ه").replace("ى", "ي")
    return re.findall(r"[^\W\d_]+", letters)
