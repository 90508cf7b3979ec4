"""The antivirus program, over a socket as ClamAV's daemon speaks."""

import socket
from pathlib import Path

import pytest

from kesher.adapters.antivirus import CHUNK, Clamd, NotScanned, antivirus_of
from tests.clamd import EICAR, clamd


def test_a_harmful_file_is_told_from_a_good_one_and_arrives_whole(tmp_path: Path) -> None:
    large = bytes(range(256)) * (CHUNK // 100)  # several chunks, the last not whole
    with clamd() as daemon:
        program = antivirus_of(f"tcp://127.0.0.1:{daemon.server_address[1]}", seconds=5)
        assert program is not None
        assert program.scan(large) == ""
        assert program.scan(b"") == ""
        assert daemon.looked_at == [large, b""]
        assert program.scan(b"before " + EICAR) == "Win.Test.EICAR_HDB-1"
        assert program.version().startswith("ClamAV 1.4.3")
    with clamd(tmp_path / "ctl"):
        program = antivirus_of(f"unix://{tmp_path}/ctl")
        assert program is not None
        assert program.scan(EICAR) == "Win.Test.EICAR_HDB-1"
        assert program.where == f"{tmp_path}/ctl"


def test_without_an_answer_nobody_says_that_it_is_clean(tmp_path: Path) -> None:
    with clamd() as daemon:
        daemon.largest = 1_000
        program = Clamd("127.0.0.1", daemon.server_address[1], seconds=0.3)
        with pytest.raises(NotScanned):  # over the daemon's own limit: it says so, or hangs up
            program.scan(bytes(3 * CHUNK))
        daemon.answers = False
        with pytest.raises(NotScanned):
            program.scan(b"x")
        with pytest.raises(NotScanned):
            program.version()
    with pytest.raises(NotScanned):  # it runs no more
        program.scan(b"x")
    with pytest.raises(NotScanned):
        Clamd(path=str(tmp_path / "nothing")).scan(b"x")
    with socket.create_server(("127.0.0.1", 0)) as other:  # something else listens there
        other.listen()
        with pytest.raises(NotScanned):
            Clamd("127.0.0.1", other.getsockname()[1], seconds=0.2).version()


@pytest.mark.parametrize(
    "address", ["127.0.0.1:3310", "http://127.0.0.1", "unix://run/clamd", "tcp://", "tcp://h:99999"]
)
def test_an_address_that_is_none_is_said_at_the_start(address: str) -> None:
    with pytest.raises(ValueError, match="tcp://"):
        antivirus_of(address)
    assert antivirus_of("") is None
