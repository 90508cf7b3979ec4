"""``kesher code`` and ``kesher rank``: their tables, their refusals, and that they need nothing but themselves."""

import gzip
import io
import os
import subprocess
import sys
import tracemalloc
from dataclasses import fields, replace
from types import SimpleNamespace

import pytest

from kesher.adapters.encoders import NoAnswer
from kesher.cli import coders, main
from kesher.cli.coding_files import write_rows
from kesher.cli.errors import CommandError
from kesher.formats import esco, isco
from tests.formats.esco import small


@pytest.fixture(autouse=True)
def _data_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("KESHER_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("KESHER_ENCODER", "ngrams")
    monkeypatch.chdir(tmp_path)


def write(path, *rows: str) -> str:
    path.write_text("".join(f"{row}\n" for row in rows), encoding="utf-8", newline="")
    return str(path)


def table(path) -> list[list[str]]:
    data = path.read_bytes()
    assert b"\r" not in data
    assert data.endswith(b"\n")
    return [line.split("\t") for line in data.decode("utf-8").removesuffix("\n").split("\n")]


def code(tmp_path, *rows: str, kind: str = "occupation", options: tuple[str, ...] = ()) -> list[list[str]]:
    out = tmp_path / "r.tsv"
    assert main(["code", "--kind", kind, "--in", write(tmp_path / "q.tsv", *rows), "--out", str(out), *options]) == 0
    return table(out)


def test_code_writes_five_candidates_each(tmp_path):
    rows = code(tmp_path, "007\tנהג משאית", "b\ttaxi drivr")
    assert [row[:2] for row in rows] == [[name, str(place)] for name in ("007", "b") for place in range(1, 6)]
    assert rows[0] == [
        "007",
        "1",
        "8332",
        "http://data.europa.eu/esco/isco/C8332",
        "נהגי משאיות",
        "נהג משאית",
        "0.950000",
    ]
    assert rows[5][2:6] == ["8322", "http://data.europa.eu/esco/isco/C8322", "Car, taxi and van drivers", "Taxi driver"]
    for name in ("007", "b"):
        mine = [row for row in rows if row[0] == name]
        assert mine == sorted(mine, key=lambda row: (-float(row[6]), row[3]))


def test_code_says_none_by_one_row_of_rank_0(tmp_path):
    assert code(tmp_path, "a\tqwzx vbnm", "b\t") == [[name, "0", "", "", "", "", ""] for name in "ab"]


def test_code_of_skills_has_no_isco(tmp_path):
    rows = code(
        tmp_path, "a\tלנהוג במשאית", "b\taccounting software", kind="skill", options=("--top", "1", "--lang", "ar")
    )
    assert rows[0] == ["a", "1", "", "urn:kesher:skill:drive-lorry", rows[0][4], "לנהוג במשאית", "0.950000"]
    assert rows[1][2:4] == ["", "http://data.europa.eu/esco/skill/a0d79341-8398-4019-ad1b-27888ec35aaa"]
    assert rows[1][4] == "برامج المحاسبة"


def test_code_knows_esco_where_it_is_loaded(tmp_path):
    rows = ["a\tbread chef of the moon"]
    before = code(tmp_path, *rows)
    tables = small.release()
    tables["occupations_en.csv"][1][0][3] = "bread chef of the moon"
    source = str(small.folder(tmp_path, tables, name="esco-v1.3.0"))
    assert main(["load", "esco", source, "--index", str(tmp_path / "elsewhere.npz")]) == 0
    assert code(tmp_path, *rows) == before
    found = code(tmp_path, *rows, options=("--index", str(tmp_path / "elsewhere.npz")))
    assert found[0][2] == "7512"
    assert [found[0][3], found[0][4]] == [tables["occupations_en.csv"][1][0][1], "bread chef of the moon"], "of ESCO"
    assert found[0][5:] == ["bread chef of the moon", "0.950000"]
    assert found == sorted(found, key=lambda row: (-float(row[6]), row[3])), "ties go by the address that is written"
    assert main(["load", "esco", source]) == 0
    assert code(tmp_path, *rows) == found


def test_code_refuses_an_index_that_is_none(tmp_path, capsys):
    texts, out = write(tmp_path / "q.tsv", "a\tbaker"), tmp_path / "r.tsv"
    command = ["code", "--kind", "skill", "--in", texts, "--out", str(out), "--index"]
    assert main([*command, str(tmp_path / "no.npz")]) == 2
    assert main([*command, texts]) == 2
    assert not out.exists()
    assert "no.npz is not there" in capsys.readouterr().err


def rank(tmp_path, queries: str, corpus: str, *options: str) -> list[list[str]]:
    out = tmp_path / "r.tsv"
    assert (
        main(["rank", "--kind", "occupation", "--queries", queries, "--corpus", corpus, "--out", str(out), *options])
        == 0
    )
    return table(out)


def test_rank_orders_the_corpus_for_each_query(tmp_path):
    queries = write(tmp_path / "q.tsv", "q1\tbaker", "q2\t")
    corpus = write(tmp_path / "c.tsv", "c10\tzzz", "c2\tbaker", "c1\tBaker", "c3\tbakers", "c0\tyyy")
    rows = rank(tmp_path, queries, corpus)
    assert [row[1] for row in rows if row[0] == "q1"] == ["c1", "c2", "c3", "c0", "c10"]
    assert [row[2] for row in rows if row[0] == "q1"][:2] == ["1.000000", "1.000000"]
    assert [row[1:] for row in rows if row[0] == "q2"] == [
        [name, "0.000000"] for name in ("c0", "c1", "c10", "c2", "c3")
    ]
    zero = [["q2", name, "0.000000"] for name in ("c0", "c1")]
    assert rank(tmp_path, queries, corpus, "--top", "2") == [*rows[:2], *zero]


def test_the_order_of_the_corpus_does_not_matter(tmp_path):
    rows = [f"{name}\tbaker {name % 7}" for name in range(40)]
    queries = write(tmp_path / "q.tsv", "q\tbaker 3")
    forth = rank(tmp_path, queries, write(tmp_path / "c.tsv", *rows), "--top", "17")
    back = rank(tmp_path, queries, write(tmp_path / "c.tsv", *reversed(rows)), "--top", "17")
    assert forth == back
    assert len(forth) == 17


def test_packed_tables_are_read_and_written_the_same_each_time(tmp_path):
    queries = tmp_path / "q.tsv.gz"
    queries.write_bytes(gzip.compress(b"q\tbaker\n"))
    corpus = write(tmp_path / "c.tsv", "c\tbakery")
    written = []
    for name in ("r.tsv.gz", "s.tsv.gz"):
        out = tmp_path / name
        assert main(["rank", "--kind", "skill", "--queries", str(queries), "--corpus", corpus, "--out", str(out)]) == 0
        written.append(out.read_bytes())
    assert written[0] == written[1]
    assert gzip.decompress(written[0]).startswith(b"q\tc\t0.")


def test_standard_input_and_output(monkeypatch, capfdbinary):
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO("a\tנהג משאית".encode())))
    assert main(["code", "--kind", "occupation", "--in", "-", "--out", "-", "--top", "1"]) == 0
    assert capfdbinary.readouterr().out.decode().split("\t")[:3] == ["a", "1", "8332"]
    assert main(["rank", "--kind", "skill", "--queries", "-", "--corpus", "-", "--out", "-"]) == 2


MALFORMED = {
    b"a\tbaker\nb\n": r"q.tsv, line 2: 1 cells instead of 2",
    b"a\tbaker\tbread\n": r"q.tsv, line 1: 3 cells instead of 2",
    b"a\tbaker\n\nb\tcook\n": r"q.tsv, line 2: 1 cells instead of 2",
    b"a\tbaker\n\tcook\n": r"q.tsv, line 2: the id is empty",
    b"a\tbaker\r\n": r"q.tsv, line 1: there is a carriage return",
    b"a\tbaker\nb\tcaf\xe9\n": r"q.tsv, line 2: byte 6 is not UTF-8",
    b"\xef\xbb\xbfa\tbaker\n": r"q.tsv, line 1: the line begins with a byte order mark",
    b"\x1f\x8b\x08\x00nothing": r"q.tsv is packed by gzip, but damaged",
}


@pytest.mark.parametrize("verb", ["code", "rank queries", "rank corpus"])
@pytest.mark.parametrize("data", MALFORMED, ids=MALFORMED.values())
def test_a_malformed_table_is_refused_and_nothing_written(tmp_path, capsys, verb, data):
    (tmp_path / "q.tsv").write_bytes(data)
    good, out = write(tmp_path / "good.tsv", "a\tbaker"), tmp_path / "r.tsv"
    out.write_bytes(b"what was there\n")
    bad = str(tmp_path / "q.tsv")
    command = {
        "code": ["code", "--kind", "occupation", "--in", bad],
        "rank queries": ["rank", "--kind", "skill", "--queries", bad, "--corpus", good],
        "rank corpus": ["rank", "--kind", "skill", "--queries", good, "--corpus", bad],
    }[verb]
    assert main([*command, "--out", str(out)]) == 2
    assert MALFORMED[data] in capsys.readouterr().err
    assert out.read_bytes() == b"what was there\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["good.tsv", "q.tsv", "r.tsv"]


@pytest.mark.parametrize("options", [["--top", "0"], ["--top", "x"], ["--lang", "he_IL!"], ["--kind", "job"]])
def test_options_that_mean_nothing_are_refused(tmp_path, options):
    texts = write(tmp_path / "q.tsv", "a\tbaker")
    with pytest.raises(SystemExit) as stopped:
        main(["code", "--kind", "skill", "--in", texts, "--out", str(tmp_path / "r.tsv"), *options])
    assert stopped.value.code == 2


def test_files_that_cannot_be_read_or_written_are_told(tmp_path, capsys):
    texts = write(tmp_path / "q.tsv", "a\tbaker")
    assert main(["code", "--kind", "skill", "--in", str(tmp_path / "no.tsv"), "--out", "-"]) == 2
    assert main(["code", "--kind", "skill", "--in", texts, "--out", str(tmp_path / "no" / "r.tsv")]) == 2
    plain = write(tmp_path / "q.tsv.gz", "a\tbaker")
    assert main(["code", "--kind", "skill", "--in", plain, "--out", "-"]) == 2
    said = capsys.readouterr().err
    assert "no.tsv cannot be read: No such file or directory" in said
    assert "r.tsv cannot be written: No such file or directory" in said
    assert "is not packed by gzip, though its name says so" in said


@pytest.mark.parametrize("option", ["--out", "--index"])
def test_a_name_that_is_too_long_is_told(tmp_path, capsys, option):
    """Of a path that cannot be looked at at all: another's folder is one, too."""
    texts = write(tmp_path / "q.tsv", "a\tbaker")
    options = ["--out", "r.tsv"] if option == "--index" else []
    assert main(["code", "--kind", "skill", "--in", texts, *options, option, "x" * 300]) == 2
    assert "File name too long" in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["q.tsv"]


def test_an_index_of_any_name_has_a_place_for_its_work(tmp_path):
    assert coders.stored("skill", tmp_path / os.fsdecode(b"\xff.npz")).name.startswith("skill-")


@pytest.mark.parametrize(
    ("redirection", "said"),
    [
        (">/dev/full", "kesher: standard output cannot be written: No space left on device.\n"),
        (">&-", "kesher: standard output cannot be written: it is closed.\n"),
        ("<&-", "kesher: standard input cannot be read: it is closed.\n"),
    ],
)
def test_standard_streams_that_are_full_or_closed_are_told(tmp_path, redirection, said):
    program = f"{sys.executable} -m kesher code --kind skill --in {{}} --out - {redirection}"
    program = program.format("-" if redirection.startswith("<") else write(tmp_path / "q.tsv", "a\tbaker"))
    done = subprocess.run(["sh", "-c", program], capture_output=True, text=True, input="", check=False)
    assert (done.returncode, done.stderr) == (2, said)


def test_what_is_told_never_gets_into_a_table(tmp_path):
    """With standard error closed print() would write it to standard output."""
    done = subprocess.run(
        ["sh", "-c", f"{sys.executable} -m kesher code --kind skill --in {tmp_path / 'no.tsv'} --out - 2>&-"],
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, b"")


def test_a_full_output_of_any_command_is_told(tmp_path):
    source = str(small.folder(tmp_path, small.release(), name="esco-v1.3.0"))
    assert main(["load", "esco", source]) == 0
    program = ["sh", "-c", f"{sys.executable} -m kesher taxonomy >/dev/full"]
    plain = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    done = subprocess.run(program, capture_output=True, text=True, env=plain, check=False)
    assert done.returncode == 1
    assert done.stderr == "kesher: standard output cannot be written: No space left on device.\n"


def test_a_table_of_any_length_takes_little_memory(tmp_path):
    """Rows wait on the disk, not in memory: 300 queries times 1000 texts are 8 MB of table, and a million times as many ids."""
    out = tmp_path / "r.tsv.gz"
    tracemalloc.start()
    write_rows(str(out), ((str(number), "x" * 100) for number in range(300_000)))
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 5_000_000
    assert gzip.decompress(out.read_bytes()).count(b"\n") == 300_000


@pytest.mark.parametrize("out", ["r.tsv", "r.tsv.gz", "-"])
def test_what_stops_half_way_writes_nothing(tmp_path, capfdbinary, out):
    def rows():
        yield from ((str(number), "x" * 1000) for number in range(50_000))
        raise KeyboardInterrupt

    (tmp_path / "r.tsv").write_text("what was there\n")
    with pytest.raises(KeyboardInterrupt):
        write_rows(out, rows())
    assert (tmp_path / "r.tsv").read_text() == "what was there\n"
    assert [path.name for path in tmp_path.iterdir()] == ["r.tsv"]
    assert capfdbinary.readouterr().out == b""


def test_an_encoder_that_stops_answering_is_no_fault_of_the_table(tmp_path):
    """It is an error of the system's kind (OSError), like a full disk."""

    def rows():
        yield "a", "b"
        with coders.faults_told():
            raise NoAnswer("model at host does not answer.")

    with pytest.raises(CommandError, match="model at host does not answer") as told:
        write_rows("r.tsv", rows())
    assert told.value.exit_code == 1
    assert list(tmp_path.iterdir()) == []


def test_a_pipe_is_written_where_it_is(tmp_path):
    texts = write(tmp_path / "q.tsv", "a\tqwzx vbnm")
    for name in ("/dev/stdout", "/dev/fd/1"):
        program = [sys.executable, "-m", "kesher", "code", "--kind", "occupation", "--in", texts, "--out", name]
        assert subprocess.run(program, capture_output=True, check=True).stdout == b"a\t0\t\t\t\t\t\n"


def test_a_link_stays_a_link_and_what_it_leads_to_is_written(tmp_path):
    """So does /dev/stdout, which is one to whatever the output was sent to."""
    texts = write(tmp_path / "q.tsv", "007\tbaker")
    (tmp_path / "true.tsv").write_text("before")
    (tmp_path / "link.tsv").symlink_to("true.tsv")
    assert main(["code", "--kind", "occupation", "--in", texts, "--out", str(tmp_path / "link.tsv"), "--top", "1"]) == 0
    assert (tmp_path / "link.tsv").is_symlink()
    assert table(tmp_path / "true.tsv")[0][:3] == ["007", "1", "7512"]
    with (tmp_path / "out.tsv").open("wb") as stream:
        (tmp_path / "fd").symlink_to(f"/proc/{os.getpid()}/fd/{stream.fileno()}")
        assert (
            main(["rank", "--kind", "skill", "--queries", texts, "--corpus", texts, "--out", str(tmp_path / "fd")]) == 0
        )
    assert (tmp_path / "fd").is_symlink()
    assert table(tmp_path / "out.tsv") == [["007", "007", "1.000000"]]


@pytest.mark.parametrize("made", ["text", "folder", None])
def test_what_is_no_index_of_esco_is_told_and_nothing_written(tmp_path, capsys, made):
    texts, index = write(tmp_path / "q.tsv", "a\tbaker"), tmp_path / "esco.npz"
    if made == "text":
        index.write_text("a\tbaker\n")
    elif made == "folder":
        index.mkdir()
    out = tmp_path / "r.tsv"
    assert main(["code", "--kind", "skill", "--in", texts, "--out", str(out), "--index", str(index)]) == 2
    assert "esco.npz" in capsys.readouterr().err
    assert not out.exists()


def test_ids_are_texts_and_ties_go_by_them(tmp_path):
    same = [f"{name}\tbaker" for name in ("9", "10", "007", "7")]
    asked = (write(tmp_path / "q.tsv", *same), write(tmp_path / "c.tsv", *same, "0\tqwzx"))
    assert rank(tmp_path, *asked)[:5] == [
        ["9", name, "1.000000" if name != "0" else "0.000000"] for name in ("007", "10", "7", "9", "0")
    ]


@pytest.mark.parametrize(("queries", "corpus"), [((), ("a\tbaker",)), (("a\tbaker",), ()), ((), ())])
def test_nothing_to_rank_gives_an_empty_table(tmp_path, queries, corpus):
    out = tmp_path / "r.tsv"
    asked = ["--queries", write(tmp_path / "q.tsv", *queries), "--corpus", write(tmp_path / "c.tsv", *corpus)]
    assert main(["rank", "--kind", "occupation", *asked, "--out", str(out)]) == 0
    assert out.read_bytes() == b""


def test_no_words_or_an_unknown_language_are_no_fault(tmp_path):
    assert code(tmp_path, "a\t", "b\t  ?!") == [["a", "0", *[""] * 5], ["b", "0", *[""] * 5]]
    for tag, said in (("he-IL", "אופים"), ("HE", "אופים"), ("zz", "Bakers")):
        assert code(tmp_path, "a\tbaker", options=("--lang", tag, "--top", "1"))[0][4].startswith(said)


def test_an_empty_table_gives_an_empty_table(tmp_path):
    out = tmp_path / "r.tsv"
    assert main(["code", "--kind", "skill", "--in", write(tmp_path / "q.tsv"), "--out", str(out)]) == 0
    assert out.read_bytes() == b""


@pytest.mark.slow
def test_neither_django_nor_a_database_is_touched(tmp_path):
    program = (
        "import sys; from kesher.cli import main; "
        "assert main(['code', '--kind', 'occupation', '--in', 'q.tsv', '--out', 'r.tsv']) == 0; "
        "assert main(['rank', '--kind', 'skill', '--queries', 'q.tsv', '--corpus', 'q.tsv', '--out', 's.tsv']) == 0; "
        "print(sorted({name.split('.')[0] for name in sys.modules} & {'django', 'procrastinate', 'pghistory'}))"
    )
    write(tmp_path / "q.tsv", "a\tbaker")
    kept = {name: os.environ[name] for name in ("PATH", "KESHER_DATA", "KESHER_ENCODER") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env=kept, capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
    assert not (tmp_path / "data").exists()


# From a title to skills


def test_a_title_leads_to_skills_by_the_starter_taxonomy_and_by_esco(tmp_path):
    rows = code(tmp_path, "7\tlorry driver", kind="skill", options=("--of-titles", "--lang", "en"))
    assert [row[:3] for row in rows] == [["7", str(place), ""] for place in range(1, 6)]
    names = {one.uri: one.label for one in isco.read().skills}
    assert all(names[row[3]]["en"] == row[4] for row in rows)
    assert any("drive" in row[4] for row in rows), rows
    assert [float(row[6]) for row in rows] == sorted((float(row[6]) for row in rows), reverse=True)
    (first,) = code(tmp_path, "7\tנהג משאית", kind="skill", options=("--of-titles", "--lang", "he", "--top", "1"))
    assert first[4] == names[first[3]]["he"]
    source = str(small.folder(tmp_path, small.release(), name="esco-v1.3.0"))
    index = tmp_path / "esco.npz"
    assert main(["load", "esco", source, "--index", str(index)]) == 0
    taxonomy = esco.open_index(index)
    takes = coders.needed(index, elsewhere=True)
    (occupation, *_) = [
        one for one in taxonomy.of_kind(esco.ConceptKind.OCCUPATION) if any(sure for _, sure in taxonomy.skills_of(one))
    ]
    essential = {taxonomy.concepts.uri[skill] for skill, sure in taxonomy.skills_of(occupation) if sure}
    title = taxonomy.preferred(occupation, "en")
    likeliest = [takes.uris[number] for number, _ in takes.needed.likeliest(title)]
    assert essential <= set(likeliest)
    assert likeliest[0] in essential
    rows = code(tmp_path, f"a\t{title}", kind="skill", options=("--of-titles", "--index", str(index), "--lang", "en"))
    assert rows[0][3] == likeliest[0]
    assert rows[0][4]


def test_titles_lead_to_skills_alone(tmp_path, capsys):
    out = tmp_path / "r.tsv"
    queries = write(tmp_path / "q.tsv", "a\tbaker")
    assert main(["code", "--kind", "occupation", "--of-titles", "--in", queries, "--out", str(out)]) == 2
    assert "--kind skill" in capsys.readouterr().err
    assert not out.exists()
    none = code(tmp_path, "a\t", "b\tᚠᚢᚦ", kind="skill", options=("--of-titles",))
    assert none == [[name, "0", "", "", "", "", ""] for name in "ab"]


# With an encoder of meaning


@pytest.fixture
def meaning(monkeypatch):
    """The real encoder over a few of the unit groups: all titles at once take minutes."""
    whole = isco.read()
    kept = {*whole.unit_groups[::40], "2221"}
    titles = whole.titles
    rows = [number for number, code in enumerate(titles.isco08) if code in kept and titles.kind[number] == "usual"]
    some = replace(
        whole,
        group={code: names for code, names in whole.group.items() if code in kept},
        titles=replace(
            titles, **{one.name: tuple(getattr(titles, one.name)[row] for row in rows) for one in fields(titles)}
        ),
        ambiguous=(),
        skills=whole.skills[:60],
    )
    monkeypatch.setattr(isco, "read", lambda: some)
    monkeypatch.setenv("KESHER_ENCODER", "int8")
    return some


def test_meaning_crosses_languages_and_the_work_is_kept(tmp_path, meaning):
    """A title in a language that no list has."""
    asked, options = ("a\tKrankenschwester", "b\tenfermera"), ("--lang", "he")
    rows = code(tmp_path, *asked, options=options)
    assert [row[2] for row in rows if row[1] == "1"] == ["2221", "2221"]
    assert rows[0][4] == meaning.group["2221"]["he"]
    kept = tmp_path / "data" / "coding" / "occupation.index"
    before, written = kept.read_bytes(), kept.stat().st_mtime_ns
    assert code(tmp_path, *asked, options=options) == rows
    assert kept.stat().st_mtime_ns == written
    kept.write_bytes(before[:-5])
    assert code(tmp_path, *asked, options=options) == rows
    assert kept.read_bytes() == before


def test_skills_are_found_inside_a_sentence(tmp_path, meaning):
    skill = meaning.skills[7]
    sentence = f"a\tAt my uncle's place I had to {skill.label['en']} every day, with two others"
    assert skill.uri in [row[3] for row in code(tmp_path, sentence, kind="skill")]


def test_ranking_goes_by_meaning(tmp_path, meaning):
    queries = write(tmp_path / "q.tsv", "q\tnurse")
    corpus = write(tmp_path / "c.tsv", "a\tאחות בבית חולים", "b\tnudge", "c\tنجار", "d\tKrankenschwester")
    assert {row[1] for row in rank(tmp_path, queries, corpus)[:2]} == {"a", "d"}


def test_an_encoder_that_is_not_there_is_told(tmp_path, monkeypatch, capsys):
    texts = write(tmp_path / "q.tsv", "a\tbaker")
    monkeypatch.setenv("KESHER_ENCODER", str(tmp_path / "nowhere"))
    assert main(["code", "--kind", "skill", "--in", texts, "--out", str(tmp_path / "r.tsv")]) == 2
    assert "nowhere holds no model.onnx" in capsys.readouterr().err
    assert not (tmp_path / "r.tsv").exists()


def test_help_says_which_encoder_is_active(monkeypatch, capsys):
    for setting, said in (("ngrams", "n-grams 1"), ("int8", "e5-small int8 2"), ("", "e5-small int8 2")):
        monkeypatch.setenv("KESHER_ENCODER", setting)
        with pytest.raises(SystemExit):
            main(["code", "--help"])
        assert said in " ".join(capsys.readouterr().out.split())
