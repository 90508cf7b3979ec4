"""Skills in texts: windows and containment by their formulas, any embedder, and the starter list."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kesher.engine.coding import NGRAM_TRUST, CharacterNgrams, Coder, Concept, Label, Role, Vocabulary
from kesher.engine.coding.embedding import highest
from kesher.engine.coding.skills_in_text import SkillFinder, SkillTuning, sentences, windows
from kesher.engine.text import tokens
from kesher.words.vocabularies import vocabulary

NAMES = ["cut hair", "colour hair", "use a till", "SQL", "work in a team", "drive a lorry"]


def small(*more: Label, tuning: SkillTuning | None = None) -> SkillFinder:
    concepts = tuple(Concept(f"urn:{name}", "", {"en": name}) for name in NAMES)
    labels = (*(Label(name, number, "en") for number, name in enumerate(NAMES)), *more)
    known = Vocabulary("small", concepts, labels)
    return SkillFinder(known) if tuning is None else SkillFinder(known, tuning=tuning)


def test_windows_are_three_and_six_words_and_the_sentence():
    text = "one two three four five six seven eight"
    assert [text[span.start : span.end] for span in windows(text)] == [
        "one two three",
        "three four five",
        "five six seven",
        "seven eight",
        "one two three four five six",
        "four five six seven eight",
        text,
    ]


def test_a_short_text_is_one_window_without_its_marks():
    assert [(span.start, span.end) for span in windows("  (cut hair!) ")] == [(3, 11)]
    assert ["C++"[span.start : span.end] for span in windows("C++")] == ["C++"]
    assert windows(" … ") == []


@given(st.text())
def test_windows_and_sentences_lose_no_letter(text):
    found = sentences(text)
    covered = {at for span in found for at in range(span.start, span.end)}
    assert all(at in covered for at, letter in enumerate(text) if letter.isalnum())
    for span in found:
        part = text[span.start : span.end]
        inside = {at for window in windows(part) for at in range(window.start, window.end)}
        assert all(at in inside for at, letter in enumerate(part) if letter.isalnum())


def test_containment_is_the_share_of_a_labels_words_by_idf():
    """By the formula, word by word: idf = ln((1 + labels) / (1 + labels that hold it)) + 1; small words left out."""
    finder = small()
    idf = {
        word: np.log(7 / (1 + held)) + 1
        for word, held in {"cut": 1, "colour": 1, "hair": 2, "use": 1, "till": 1}.items()
    }
    full, rarest = 1.2, np.log(7 / 2) + 1
    found = finder.contained("she cut it and swept hair", full)
    both, hair = idf["cut"] + idf["hair"], idf["hair"]
    assert found[0] == pytest.approx(1.0 * min(1, both / (full * rarest)))
    assert found[1] == pytest.approx(hair / (idf["colour"] + hair) * min(1, hair / (full * rarest)))
    assert found[2] == 0


def test_other_forms_of_a_word_are_contained():
    assert small().contained("worked for teams", 1.0)[4] == pytest.approx(1.0)


def test_acronyms_are_found_in_long_sentences():
    sentence = "three years of reports for the board and of queries in SQL and much else that was asked for every day"
    finder = small()
    best, _ = finder.rank(sentence, top=1)[0]
    assert finder.vocabulary.concepts[best].uri == "urn:SQL"


def test_skills_are_told_where_they_stand_in_the_whole_text():
    text = "I was happy there. Every day I had to cut hair. At night, drive a lorry!"
    found = {one.matched: text[one.span.start : one.span.end] for one in small().find(text)}
    assert "cut hair" in found["cut hair"]
    assert "drive a lorry" in found["drive a lorry"]


def test_a_skill_counts_once_by_its_best_label_and_alternatives_count_less():
    exact = Label("hairdressing scissors", 0, "en", Role.ALTERNATIVE)
    finder = small(exact, tuning=SkillTuning(contained=0.5, full=1.0, alternative=0.1, least=0.0))
    found = finder.find("hairdressing scissors", top=3)
    assert [one.concept for one in found].count(0) == 1
    assert (found[0].matched, found[0].score) == ("hairdressing scissors", pytest.approx(0.9, abs=1e-3))


def test_below_the_least_score_nothing_is_proposed():
    assert small(tuning=SkillTuning(contained=0.4, full=12.0, alternative=0.0, least=0.99)).find("qwertz uiop") == []
    assert small().find("") == []
    assert small().find(" …\n ") == []


class Letters:
    """Texts alike by how often each letter stands in them: an embedder as plain as can be."""

    name = "letters"
    trust = NGRAM_TRUST

    def take_in(self, texts: Sequence[str]) -> "LettersIn":
        return LettersIn(np.array([counts(text) for text in texts]))


class LettersIn:
    def __init__(self, rows: np.ndarray) -> None:
        self.rows = rows

    def __len__(self) -> int:
        return len(self.rows)

    def similarities(self, text: str) -> np.ndarray:
        return (self.rows @ counts(text)).astype(np.float32)

    def nearest(self, text: str, count: int) -> tuple[np.ndarray, np.ndarray]:
        found = highest(self.similarities(text), count)
        return found, self.similarities(text)[found]


def counts(text: str) -> np.ndarray:
    words = " ".join(tokens(text))
    row = np.array([words.count(chr(97 + letter)) for letter in range(26)], np.float64)
    return row / max(1e-9, float(np.linalg.norm(row)))


def test_any_embedder_will_do():
    known = small().vocabulary
    finder = SkillFinder(known, Letters(), tuning=SkillTuning(contained=0.0, full=1.0, alternative=0.0, least=0.9))
    assert finder.embedder.name == "letters"
    assert finder.find("lorry a drive")[0].matched == "drive a lorry"


def test_ranking_and_finding_agree():
    finder = small()
    scores = dict(finder.rank("cut hair and use a till", top=6))
    assert list(scores.values()) == sorted(scores.values(), reverse=True)
    assert len(scores) == len(NAMES)
    for one in finder.find("cut hair and use a till"):
        assert one.score == pytest.approx(scores[one.concept], abs=1e-5)


@pytest.fixture(scope="module")
def starter():
    return SkillFinder(vocabulary("skill", None), CharacterNgrams())


@pytest.mark.parametrize("language", ["en", "he", "ar", "ru", "uk", "fr", "am"])
def test_every_skill_of_the_starter_list_is_found_by_its_own_words(language, starter):
    """In the middle of a sentence of other words it is still among the three nearest."""
    missed = []
    names = [label for label in starter.vocabulary.labels if label.language == language]
    assert len(names) == len(starter.vocabulary.concepts)
    for label in names[::7]:
        nearest = [concept for concept, _ in starter.rank(f"qqq www zzz {label.text} xxx vvv yyy", top=3)]
        if label.concept not in nearest:
            missed.append(label.text)
    assert missed == []


@pytest.mark.parametrize(
    ("language", "said", "name"),
    [
        ("ru", "Умею водить грузовик, помогал соседям.", "водить грузовик"),
        ("ru", "Два года я ухаживала за пожилыми людьми.", "ухаживать за пожилыми людьми"),
        ("uk", "Вмію водити вантажівку, допомагав сусідам.", "водити вантажівку"),
        ("uk", "Два роки я доглядала за літніми людьми.", "доглядати за літніми людьми"),
        ("fr", "Je sais conduire un camion et j'ai aidé mes voisins.", "conduire un camion"),
        ("fr", "Pendant deux ans, je devais repasser du linge.", "repasser du linge"),
        ("am", "ለጎረቤቶቼ ምግብ ማብሰል እወዳለሁ።", "ምግብ ማብሰል"),
        ("am", "አረጋውያንን መንከባከብ እችላለሁ።", "አረጋውያንን መንከባከብ"),
    ],
)
def test_who_writes_in_another_language_is_told_the_skill_in_it(language, said, name, starter):
    (best, *_) = starter.find(said, language=language)
    assert (best.label, best.matched, best.matched_language) == (name, name, language)


@pytest.mark.parametrize(
    "names", [("speak English", "drive a lorry"), ("speak English", "drive a lorry", "speak English")]
)
def test_what_a_coder_has_taken_in_finds_the_same(names):
    """A coder takes in each text once, however many labels it is: then n-grams weigh a little differently."""
    concepts = tuple(Concept(f"urn:{number}", "", {"en": name}) for number, name in enumerate(names))
    labels = tuple(Label(name, number, "en", Role.NAME) for number, name in enumerate(names))
    coder = Coder(Vocabulary("some", concepts, labels))
    text = "I drive lorries. I speak good English"
    shared, own = SkillFinder.sharing(coder).find(text), SkillFinder(coder.vocabulary).find(text)
    assert [(one.concept, one.span) for one in shared] == [(one.concept, one.span) for one in own]
    assert {one.concept for one in shared} >= {0, *range(2, len(names))}
    if len(set(names)) == len(names):
        assert shared == own
    else:
        assert len({one.score for one in shared if one.label == "speak English"}) == 1
