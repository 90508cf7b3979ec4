"""The demo's progress: a bar on a terminal, plain lines anywhere else."""

from kesher.cli.demo import shown_line


def test_plain_lines_where_there_is_no_terminal() -> None:
    assert shown_line("  [2/5] 430 terms", terminal=False, width=80) == "  [2/5] 430 terms\n"


def test_a_bar_takes_the_place_of_the_one_before() -> None:
    half, whole = (shown_line(f"  [{n}/4] part {n}", terminal=True, width=80) for n in (2, 4))
    assert half.startswith("\r")
    assert (half.count("█"), half.count("░")) == (12, 12)
    assert not half.endswith("\n")
    assert whole.count("█") == 24
    assert whole.endswith("\n")


def test_it_fits_a_narrow_terminal_and_leaves_other_lines_alone() -> None:
    bar = shown_line("  [1/2] " + "long " * 40, terminal=True, width=40)
    assert len(bar.removeprefix("\r\x1b[2K")) < 40
    assert shown_line("The demo town stands", terminal=True, width=40) == "The demo town stands\n"
