"""Folding and tokens: spellings that must meet, laws that must hold for any text."""

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kesher.engine.inflection import FAMILIES, STOP_WORDS, variants
from kesher.engine.text import _split, fold, index_tokens, query_tokens, tokens
from tests.engine.word_forms import ARABIC, HEBREW, OTHER, STRANGERS

SAME_SPELLING = [
    ("שָׁלוֹם", "שלום"),
    ("צה״ל", 'צה"ל'),
    ("ג׳ורג׳", "ג'ורג'"),
    ("בית־ספר", "בית-ספר"),
    ("בית–ספר", "בית ספר"),
    ("\u200fשלום\u200e", "שלום"),
    ("\u202bשלום\u202c", "שלום"),
    ("אידיש \u05f2", "אידיש יי"),
    ("\ufb2aלום", "שלום"),
    ("אחמד", "אחמד\u00ad"),
    ("أحمد", "احمد"),
    ("إيجار", "ايجار"),
    ("آباء", "ابا"),
    ("ٱلله", "الله"),
    ("مستشفى", "مستشفي"),
    ("مدرسة", "مدرسه"),
    ("مسؤول", "مسوول"),
    ("عائلة", "عايله"),
    ("شفاء", "شفا"),
    ("العـــربية", "العربية"),
    ("مُحَمَّد", "محمد"),
    ("هٰذا", "هذا"),
    ("کتابی", "كتابي"),
    ("می\u200cروم", "ميروم"),
    ("ﻷم", "لام"),
    ("١٢٣", "123"),
    ("۱۲۳", "123"),
    ("Ёлка", "елка"),
    ("ґанок", "ганок"),
    ("Електрик", "електрик"),
    ("Électricien", "electricien"),
    ("İstanbul", "istanbul"),
    ("STRASSE", "straße"),
    ("Łódź", "lodz"),
    ("ＦＵＬＬ", "full"),
    ("ﬁne", "fine"),
    ("sim\u00a0card", "sim card"),
    ("don’t", "don't"),
    ("ሐኪም", "ሀኪም"),
    ("ኃይል", "ሀይል"),
    ("ኸኪም", "ሀኪም"),
    ("ሠራተኛ", "ሰራተኛ"),
    ("ዐይን", "አይን"),
    ("ፀሐይ", "ጸሀይ"),
    ("ዓለም", "አለም"),
    ("한국", unicodedata.normalize("NFD", "한국")),
    ("line\none", "line one"),
    ("a\x00b", "ab"),
    ("a\ud800b", "ab"),
    ("snake_case", "snake case"),
]
DIFFERENT = [("שלום", "שלומי"), ("كتاب", "كاتب"), ("год", "гад"), ("emploi", "emplois"), ("ሰላም", "ሰላማ"), ("iс", "ic")]


@pytest.mark.parametrize(("one", "other"), SAME_SPELLING)
def test_spellings_of_one_word_fold_together(one, other):
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different_words_stay_apart(one, other):
    assert fold(one) != fold(other)


def test_folding_is_idempotent_for_every_character_there_is():
    faults = [
        hex(code)
        for code in range(sys.maxunicode + 1)
        if (once := fold(chr(code))) != fold(once) or fold("a" + chr(code)) != "a" + once
    ]
    # Composing with a neighbour is allowed only for marks that folding keeps; none follows a Latin letter.
    assert faults == []


def test_the_short_way_for_ascii_agrees_with_the_table():
    for code in range(128):
        assert fold(chr(code)) == fold(chr(code) + "א")[:-1]


texts = st.text(st.characters(), max_size=40) | st.text(
    st.sampled_from(
        "אבגדהוזחטיכךלמםנןסעפףצץקרשתְֱֲִֵֶַָׁ\"'״׳־ -.ابتثجحخدأإآةىئءؤـًٌٍَُِّْёйїґéßabİıሀሐኀኸᄀ\u1161\u11a8한\u200f\u0300\ufe0f\u00b4"
    ),
    max_size=40,
)


@given(texts)
def test_fold_is_idempotent_and_never_raises(text):
    once = fold(text)
    assert fold(once) == once
    once.encode()  # storable as UTF-8
    assert "\x00" not in once


@given(texts)
def test_tokens_are_folded_words_and_stay_themselves(text):
    for token in tokens(text):
        assert token
        assert fold(token) == token
        assert tokens(token) == [token]


@given(texts)
def test_tokens_do_not_depend_on_folding_first(text):
    assert tokens(fold(text)) == tokens(text)


@given(texts)
def test_reading_word_by_word_loses_nothing(text):
    """Words are read between white space so that they can be remembered; reading the whole text gives the same."""
    assert tokens(text) == _split(text)


@given(texts, st.sampled_from([None, "he", "ar", "en", "en-GB", "fr", "ru", "am"]))
def test_index_tokens_begin_with_the_words_themselves_each_once(text, language):
    found = index_tokens(text, language)
    words = list(dict.fromkeys(tokens(text)))
    assert found[: len(words)] == words
    assert len(found) == len(set(found))
    assert all(tokens(token) == [token] for token in found)


@given(texts)
def test_a_query_finds_the_very_text_it_quotes(text):
    stored = set(index_tokens(text))
    assert all(stored.intersection(group) for group in query_tokens(text))
    assert bool(query_tokens(text)) == bool(tokens(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('צה"ל', ["צהל"]),
        ("צה''ל", ["צהל"]),
        ('מתנ"ס הדר', ["מתנס", "הדר"]),
        ("מתנ״סים", ["מתנסימ"]),
        ("ג'ורג'", ["גורג"]),
        ('אמר "שלום" ביום', ["אמר", "שלומ", "ביומ"]),
        ("U.S.A. office", ["usa", "office"]),
        ("ע.ר.", ["ער"]),
        ("end. A new", ["end", "a", "new"]),
        ("www.example.org", ["www", "example", "org"]),
        ("l'emploi d'été", ["emploi", "ete"]),
        ("women's", ["women"]),
        ("O'Brien", ["obrien"]),
        ("I can't, they've, she'd", ["i", "ca", "they", "she"]),
        ("сім'я", ["сімя"]),
        ("08-6748109", ["08", "6748109"]),
        ("covid-19 / flu", ["covid", "19", "flu"]),
        ("बच्चों का स्कूल", None),
        ("ሰላም፡ዓለም።", ["ሰላም", "አለም"]),
        ("", []),
        (" -\u200f'\" ", []),
    ],
)
def test_words_of_a_text(text, expected):
    if expected is None:  # Hindi: one token per written word, whatever marks it carries
        assert len(tokens(text)) == len(text.split())
    else:
        assert tokens(text) == expected


def meets(query: str, text: str) -> bool:
    stored = set(index_tokens(text))
    return all(stored.intersection(group) for group in query_tokens(query))


@pytest.mark.parametrize(("typed", "written"), HEBREW + ARABIC + OTHER)
def test_an_inflected_form_hits(typed, written):
    assert meets(typed, written), (query_tokens(typed), index_tokens(written))
    assert meets(written, typed), (query_tokens(written), index_tokens(typed))


def test_the_tables_are_as_long_as_promised():
    assert len(set(HEBREW)) >= 60
    assert len(set(ARABIC)) >= 40


@pytest.mark.parametrize(("one", "other"), STRANGERS)
def test_strangers_do_not_hit(one, other):
    assert not meets(one, other), set(index_tokens(other)).intersection(*query_tokens(one))


def test_small_words_are_left_out_of_a_question_but_not_of_a_text():
    assert query_tokens("where is the ulpan") == [("ulpan",)]
    assert [group[0] for group in query_tokens("איפה אפשר ללמוד עברית")] == ["ללמוד", "עברית"]
    assert query_tokens("the") == [("the",)]
    assert "the" in index_tokens("the ulpan")
    assert [group[0] for group in query_tokens("I've always been here and can't leave")] == ["leave"]
    assert [group[0] for group in query_tokens("ואני כבר לא יודעת מה שהיא לומדת")] == ["יודעת", "לומדת"]
    assert [group[0] for group in query_tokens("وأنا لا أعرف وهو مريض")] == ["اعرف", "مريض"]


def test_word_lists_are_in_folded_spelling():
    assert [word for word in [*STOP_WORDS, *FAMILIES] if fold(word) != word] == []


def test_variants_of_what_has_no_rules_are_none():
    assert variants("24") == variants("中文") == variants("ab12") == variants("") == []


def test_a_language_narrows_the_rules_of_its_script():
    assert "journal" in variants("journaux", "fr")
    assert "journal" not in variants("journaux", "en")
