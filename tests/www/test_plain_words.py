"""The public pages are worded for somebody who reads English at level B1; the measure is in docs/plain-words.md.

Sentences: the Australian Government's Style Manual asks for 15 words on average and no more than 25; GOV.UK calls 21 words
"fairly difficult" and 11 "easy to read". Ours are held to 11 and 20. Words: those of the U.S. government's plain-language list
are not used, and of the others at most one in twenty is learned after B1, each for a reason that stands here.
"""

import re
import statistics

from kesher.directory.concerns import CONCERNS
from tests.www.front import plain

MEAN, LONGEST = 11, 20
#: Above B1 as a word, but the name of the thing itself: on the paper, on the device or at the door of the office. Another word
#: for it would have to be looked for in vain there.
NAMES = {
    "accessibility": "the page the law asks for, under the name by which it is looked for",
    "addiction": "what the concern is called; its parts say drink, drugs, gambling",
    "asylum": "the word on the paper of whoever asked for it",
    "browser": "the program that keeps the answers; it has no other name",
    "certificate": "what the paper is called, and each course gives one",
    "certificates": "what the paper is called, and each course gives one",
    "contract": "the paper one works under; here only: with or without one",
    "data": "what a machine reads, beside “to read”",
    "employed": "the word on a payslip, beside “self-employed”",
    "export": "in the promise that there is none",
    "loans": "what a bank calls it",
    "recognition": "the office's own name; beside it stands “of what you learned”",
    "skip": "on the button itself; nothing is lost by pressing it",
    "skipped": "says that the button was pressed",
    "version": "of a rule or a text, with its number and its day",
    "website": "not in the list; the word is the same in most languages",
}
PROPER = {"demo", "docx", "ethiopian", "hebrew", "isco", "classification", "json", "ld", "mb", "openstreetmap", "pdf"}
#: From "Use simple words and phrases" of plainlanguage.gov (a work of the U.S. government), with what to say instead. Left
#: out are words that are plain in the sense we use them in: an address, benefits, a permit, to request, "there is".
INSTEAD = {
    "accompany": "go with", "accomplish": "do", "accordingly": "so", "accurate": "correct", "additional": "more",
    "adjacent to": "next to", "advantageous": "helpful", "advise": "tell", "allocate": "give", "anticipate": "expect",
    "appropriate": "right", "approximately": "about", "ascertain": "find out", "assist": "help", "assistance": "help",
    "attain": "meet", "attempt": "try", "at the present time": "now", "by means of": "by", "capability": "can",
    "commence": "begin", "comply with": "follow", "component": "part", "comprise": "include", "concerning": "about",
    "consequently": "so", "constitute": "is", "currently": "now", "deem": "think", "demonstrate": "show",
    "depart": "leave", "designate": "name", "determine": "decide", "disclose": "show", "discontinue": "stop",
    "due to the fact that": "because", "eliminate": "end", "endeavour": "try", "ensure": "make sure",
    "establish": "set up", "evident": "clear", "exhibit": "show", "expedite": "speed up", "expend": "spend",
    "facilitate": "help", "feasible": "can be done", "finalise": "finish", "for a period of": "for",
    "forfeit": "lose", "frequently": "often", "furnish": "give", "herein": "here", "however": "but",
    "identical": "same", "identify": "find", "immediately": "at once", "implement": "carry out",
    "in accordance with": "by", "in addition": "also", "in lieu of": "instead", "in order to": "to",
    "in regard to": "about", "in relation to": "about", "in the event of": "if", "indicate": "show", "initial": "first",
    "initiate": "start", "inter alia": "", "maintain": "keep", "maximum": "most", "methodology": "way",
    "minimise": "make less", "minimum": "least", "modify": "change", "monitor": "watch", "necessitate": "need",
    "notify": "tell", "notwithstanding": "still", "numerous": "many", "objective": "aim", "obligate": "must",
    "optimum": "best", "option": "choice", "participate": "take part", "perform": "do", "pertaining to": "about",
    "portion": "part", "possess": "have", "preclude": "prevent", "previously": "before", "prior to": "before",
    "proceed": "go on", "procure": "get", "proficiency": "how well", "provide": "give", "provided that": "if",
    "purchase": "buy", "pursuant to": "under", "regarding": "about", "relocate": "move", "remain": "stay",
    "remainder": "rest", "remuneration": "pay", "render": "give", "require": "need", "requirement": "need",
    "reside": "live", "retain": "keep", "similar to": "like", "solicit": "ask for", "submit": "send",
    "subsequent": "later", "subsequently": "then", "substantial": "large", "sufficient": "enough", "terminate": "end",
    "therefore": "so", "transmit": "send", "until such time as": "until", "utilise": "use", "validate": "confirm",
    "viable": "can work", "whereas": "because", "with reference to": "about", "with the exception of": "except for",
}  # fmt: skip


def not_plain(text: str) -> list[str]:
    """The words of the list that stand in it, in each of their forms."""
    found = []
    for word in INSTEAD:
        stem = re.escape(word.removesuffix("e")) + ("e?" if word.endswith("e") else "")
        if re.search(rf"\b{stem}(?:s|d|ed|ing)?\b", text, re.IGNORECASE):
            found.append(word)
    return found


def test_the_measure_counts_as_a_reader_does() -> None:
    assert plain.in_sentences("Call, or go there. Don't <b>write</b>: nobody reads %(this)s!") == [
        ["Call", "or", "go", "there"],
        ["Don't", "write", "nobody", "reads", "X"],
    ]
    assert plain.vocabulary(["The organisation's %(name)s, and its names"]) == {
        "the",
        "organisation",
        "and",
        "its",
        "names",
    }
    assert not_plain("We provided assistance prior to utilising it; the provider assists") == [
        "assist", "assistance", "prior to", "provide", "utilise",
    ]  # fmt: skip
    assert not_plain("A provision of the option's optional part") == ["option"], "a word's relatives are other words"
    assert {"pass", "skip", "agree", "study", "find"} <= {
        form for word in ("passes", "skipped", "agreed", "studies", "found") for form in plain.forms(word)
    }
    assert len(plain.texts()) > 600
    assert {"How old are you?", "Ask for a call back", "Find people", "Where you are"} <= set(plain.texts())


def test_sentences_are_short() -> None:
    long = [
        (where, said) for said, where in plain.texts().items() for one in plain.in_sentences(said) if len(one) > LONGEST
    ]
    assert not long, f"more than {LONGEST} words: make two of one"
    whole = [len(one) for said in plain.texts() if said[-1:] in ".?!" for one in plain.in_sentences(said)]
    assert len(whole) > 250
    assert statistics.fmean(whole) <= MEAN


def test_no_word_of_the_list_of_words_to_avoid_is_used() -> None:
    found = [(said, word, INSTEAD[word]) for said in plain.texts() for word in not_plain(said)]
    assert not found, "say it as the third of each does"


def test_each_word_has_its_level() -> None:
    lacking = sorted((plain.of_the_pages() | plain.of_the_concerns()) - set(plain.levels()))
    assert not lacking, "look them up: python -m tests.www.front.plain --levels FOLDER"
    assert set(plain.levels().values()) <= {*plain.LEVELS, ""}


def test_words_above_b1_are_few_and_each_has_its_reason() -> None:
    hard = plain.hard(plain.of_the_pages())
    assert sorted(hard) == sorted({*NAMES, *PROPER}), "say it with an easier word, or write here why there is none"
    assert len(hard) <= len(plain.of_the_pages()) / 20
    assert plain.coverage() >= 0.98, "of running words; with fewer, a reader loses the thread (Hu and Nation 2000)"


def test_what_it_may_be_about_is_said_in_a_few_words() -> None:
    assert not [one.code for one in CONCERNS if len(re.findall("[A-Za-z]+", one.name["en"])) > 10]


def test_of_the_words_for_what_it_may_be_about_seven_in_eight_are_learned_by_b1() -> None:
    """Many of the others are names of illnesses and papers, known to whoever has them; each stands beside its picture."""
    words = plain.of_the_concerns()
    assert len(plain.hard(words)) <= len(words) / 8
