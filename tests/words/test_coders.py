"""The index a process holds: read once however many ask, kept true, and needing nothing of Django for the commands."""

import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from kesher import words
from kesher.base.transitions import Actor
from kesher.engine.coding import Answer, CharacterNgrams, Embedder
from kesher.formats.isco import ESCO_GROUP
from kesher.words import coders, local_words
from kesher.words.models import LocalWord
from kesher.words.vocabularies import KINDS, LocalLabel, vocabulary, with_local_words

HOUSEKEEPER = ESCO_GROUP + "5151"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("said", "language", "group"),
    [
        ("I was a nurse in Addis Ababa", "en", "2221"),
        ("أنا خباز من حلب", "ar", "7512"),
        ("кранівник з Харкова", "uk", "8343"),
        ("I took care of my mother for ten years, never had a contract", "en", "5322"),
        ("נהג משאית", "he", "8332"),
    ],
)
def test_people_are_understood_in_their_own_words(said: str, language: str, group: str) -> None:
    coding = words.code(said, language=language)
    assert coding.candidates[0].isco08 == group
    assert coding.answer is Answer.CODE


@pytest.mark.django_db
def test_of_many_who_ask_first_one_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    """A keeper of the test's own; each reading takes long enough for all to have asked."""
    read, calls = coders._read, []

    def slowly(*args: object) -> coders.Loaded:
        calls.append(threading.get_ident())
        time.sleep(0.2)
        return read(*args)  # type: ignore[arg-type]

    edition = coders._edition("skill")
    monkeypatch.setattr(coders, "_read", slowly)
    monkeypatch.setattr(coders, "_edition", lambda kind: edition)
    keeper = coders._Keeper("skill")
    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(lambda _: keeper.current(), range(32)))
    assert len(calls) == 1
    assert len({id(one.coder) for one in got}) == 1


@pytest.mark.django_db
def test_threads_that_code_at_once_get_what_one_alone_gets() -> None:
    said = ["נהג משאית", "baker", "медсестра", "خباز", "ነርስ", "infirmière"] * 10
    coder = coders.loaded("occupation").coder
    alone = [coder.code(text) for text in said]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(coder.code, said)) == alone


@pytest.mark.django_db
def test_words_are_known_once_a_second_person_has_agreed(
    by: Actor, second: Actor, looks_at_once: None, django_capture_on_commit_callbacks
) -> None:
    """«אקונומית»: to the lists an economist, in this town's hotels the head of the rooms."""
    before = words.code("אקונומית", language="he").candidates[0]
    assert before.isco08 == "2631"
    word = local_words.suggest("אקונומית", uri=HOUSEKEEPER, kind="occupation", language="he", by=by)
    coders.refresh()
    assert words.code("אקונומית", language="he").candidates[0] == before, "one person alone changes nothing"
    with django_capture_on_commit_callbacks(execute=True):
        local_words.accept(word, by=second)
    coders.refresh()
    now = words.code("אקונומית", language="he")
    assert now.candidates[0].isco08 == "5151"
    assert now.candidates[0].matched == "אקונומית"
    assert "local words" in now.vocabulary
    local_words.withdraw(word, by=second, reason="It is used of kitchens, too.")
    coders.refresh()
    assert words.code("אקונומית", language="he").candidates[0] == before
    assert "local words" not in coders.loaded("occupation").coder.vocabulary.name


@pytest.mark.django_db
def test_another_edition_is_read_beside_and_the_old_one_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    keeper = coders._Keeper("skill")
    first = keeper.current()
    go, read = threading.Event(), coders._read

    def waits(kind: str, edition: coders.Edition, known: list[LocalLabel]) -> coders.Loaded:
        go.wait(20)
        return read(kind, edition, known)

    uri = first.coder.vocabulary.concepts[0].uri
    edition = replace(first.edition, local_words="another")
    monkeypatch.setattr(coders, "_read", waits)
    monkeypatch.setattr(coders, "_edition", lambda kind: (edition, [LocalLabel(uri, "doing the sums", "en")]))
    keeper.looked = float("-inf")
    assert keeper.current() is first
    assert keeper.current() is first, "looked a moment ago"
    go.set()
    assert keeper._builder
    keeper._builder.join(20)
    assert keeper.current().coder.code("doing the sums").candidates[0].uri == uri


@pytest.mark.django_db
def test_n_grams_answer_until_the_encoder_the_settings_name_is_read(settings) -> None:
    settings.CODING_ENCODER = "tests.words.test_coders.loud"
    keeper = coders._Keeper("skill")
    assert keeper.current().coder.embedder.name == "n-grams 1"
    keeper.current()
    assert keeper._builder
    keeper._builder.join(20)
    assert keeper.current().coder.code("drive a lorry").embedder == "loud n-grams"


@pytest.mark.django_db
def test_an_encoder_that_fails_is_not_tried_over_and_over(settings, caplog: pytest.LogCaptureFixture) -> None:
    settings.CODING_ENCODER = "tests.words.test_coders.broken"
    keeper = coders._Keeper("skill")
    keeper.current()
    for _ in range(3):
        keeper.looked = float("-inf")
        assert keeper.current().coder.embedder.name == "n-grams 1"
        assert keeper._builder
        keeper._builder.join(20)
    assert caplog.text.count("the one before stays in use") == 1


def loud(kind: str) -> Embedder:
    """An encoder as the settings name one."""
    return CharacterNgrams("loud n-grams")


def broken(kind: str) -> Embedder:
    raise OSError("the weights are not here")


@pytest.mark.parametrize("kind", KINDS)
def test_local_words_do_not_depend_on_their_order_nor_on_lists_that_are_gone(kind: str) -> None:
    known = vocabulary(kind, None)
    first, last = known.concepts[0].uri, known.concepts[-1].uri
    said = [LocalLabel(last, "z", "en"), LocalLabel(first, "a", "he"), LocalLabel("urn:gone", "g", "en")]
    there = with_local_words(known, said)
    assert there == with_local_words(known, list(reversed(said)))
    assert [label.text for label in there.labels[len(known.labels) :]] == sorted(
        ["a", "z"], key=lambda text: first if text == "a" else last
    )
    assert with_local_words(known, said[2:]) is known


@pytest.mark.slow
def test_the_vocabularies_are_read_without_django() -> None:
    program = (
        "import sys; from kesher.words import vocabularies, typical; "
        "assert vocabularies.vocabulary('skill', None).concepts; assert typical.skills_of('7512'); "
        "print(sorted({name.split('.')[0] for name in sys.modules} & {'django', 'pghistory'}))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.django_db
def test_only_words_in_use_are_read(by: Actor) -> None:
    told = {"kind": "skill", "language": "en", "uri": "urn:x", "organisation_id": by.organisation_id}
    for state in LocalWord.State.values:
        LocalWord.objects.create(
            **told, text=state, state=state, proposed_by_id=by.user_id, reviewed_by_id=by.organisation_id
        )
    assert [word.text for word in coders._edition("skill")[1]] == ["in use"]
    assert coders._edition("occupation")[1] == []
