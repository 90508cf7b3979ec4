"""What is read for one page is read once, and the next page reads anew."""

import pytest

from kesher.base.moment import kept_for_the_moment, one_moment


def test_read_once_in_a_moment_and_anew_outside_and_after_it() -> None:
    read: list[int] = []

    @kept_for_the_moment
    def newest() -> int:
        read.append(len(read))
        return len(read)

    assert [newest(), newest()] == [1, 2]
    with one_moment():
        assert [newest(), newest()] == [3, 3]
        with one_moment():  # a part of the page is of the same moment
            assert newest() == 3
        assert newest() == 3
    assert newest() == 4


def test_what_failed_is_tried_again_and_the_moment_ends_with_an_error() -> None:
    answers = iter([ZeroDivisionError(), None])

    @kept_for_the_moment
    def may_fail() -> None:
        if error := next(answers):
            raise error

    with pytest.raises(ZeroDivisionError), one_moment():
        may_fail()
    with one_moment():
        assert may_fail() is None
        assert may_fail() is None, "kept, though it is nothing"
