"""How fast words are folded and turned into tokens, beside the plain ``casefold`` + NFKD of the standard library.

Run: ``python benchmarks/text_folding.py``. Prints one table: microseconds per text of about 450 characters and the
ratio to the plain way in the same run, per script. The plain way is two passes in C that do a tenth of the work; the
bar guards against an accidental slow path: folding at most 15 times the plain way in every script. Exits with 1 where
it is missed. Tokenising a text whose words were met before (the usual case of a directory) is shown beside it.
"""

import sys
import time
import unicodedata
from collections.abc import Callable

from kesher.engine.text import fold, index_tokens, tokens
from kesher.engine.transliteration import transliterations

TEXTS = {
    "English": "Evening Hebrew course (ulpan) for newcomers, childcare; Women's Centre, open Sunday-Thursday 16:00. ",
    "Hebrew": "אולפן ערב לעולים חדשים, עם שמירה על ילדים; מתנ\"ס הדר, בימים א'-ה' בשעה 16:00–20:00. בית־ספר. ",
    "Hebrew, pointed": "אוּלְפַּן עֶרֶב לְעוֹלִים חֲדָשִׁים, עִם שְׁמִירָה עַל יְלָדִים; פָּתוּחַ בְּכָל יוֹם ",
    "Arabic": "دورة لتعليم اللغة العبرية للقادمين، مع حضانة للأطفال؛ مركز المرأة، من الأحد إلى الخميس ١٦:٠٠-٢٠:٠٠. ",
    "Russian": "Вечерний курс иврита (ульпан) для репатриантов, с присмотром за детьми; с воскресенья по четверг. ",
    "French": "Cours d'hébreu du soir (oulpan) pour immigrés, avec garde d'enfants ; du dimanche au jeudi, été. ",
    "Amharic": "የምሽት የዕብራይስጥ ትምህርት ለአዲስ መጤዎች፣ ከሕፃናት እንክብካቤ ጋር፤ ከእሑድ እስከ ሐሙስ ክፍት ነው። ",
}
REPEATS = 4  # a text of about 450 characters, a service description
ROUNDS = 7


def microseconds(function: Callable[[str], object], text: str) -> float:
    """Best of ``ROUNDS`` timings of one call, in microseconds."""
    calls = 200
    best = float("inf")
    function(text)
    for _ in range(ROUNDS):
        start = time.perf_counter()
        for _ in range(calls):
            function(text)
        best = min(best, (time.perf_counter() - start) / calls)
    return best * 1e6


def plain(text: str) -> str:
    return unicodedata.normalize("NFKD", text.casefold())


def main() -> int:
    heads = ("chars", "plain us", "fold us", "ratio", "tokens us", "index us", "ratio", "name key us")
    print(f"{'text':16}" + "".join(f"{head:>12}" for head in heads))
    missed = []
    for script, sentence in TEXTS.items():
        text = sentence * REPEATS
        reference = microseconds(plain, text)
        folded = microseconds(fold, text)
        split = microseconds(tokens, text)
        indexed = microseconds(index_tokens, text)
        name = microseconds(transliterations, " ".join(sentence.split()[:3]))
        ratios = (folded / reference, indexed / reference)
        figures = (reference, folded, ratios[0], split, indexed, ratios[1], name)
        print(f"{script:16}{len(text):12}" + "".join(f"{figure:12.1f}" for figure in figures))
        if ratios[0] > 15:
            missed.append(script)
    if missed:
        print(f"bar missed: {', '.join(missed)}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
