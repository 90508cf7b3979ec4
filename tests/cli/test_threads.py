"""Web and worker processes multiply on one thread: several of them share the cores."""

import json
import os
import subprocess
import sys

import pytest

from kesher.cli.environment import THREADS_OF_ALGEBRA

#: Runs a command up to where it would load Django; then asks in a process forked from there, as a web server's are.
ASKED = """
import json, os, sys
{before}
from kesher.cli import build_parser, {command}

class Stop(Exception): pass

def loaded(role):
    if os.fork():
        os.wait()
    else:
        import numpy, scipy.linalg
        from threadpoolctl import threadpool_info
        numpy.ones((600, 600)) @ numpy.ones((600, 600))
        counts = [library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"]
        print(json.dumps(counts), flush=True)
    raise Stop

{command}.set_up_django = loaded
arguments = build_parser().parse_args(["{command}"])
try:
    arguments.run(arguments)
except Stop:
    pass
"""


def threads(command: str, before: str = "", **environ: str) -> list[int]:
    """How many threads each library of linear algebra uses there: numpy's own and scipy's own."""
    given = {name: value for name, value in os.environ.items() if name not in THREADS_OF_ALGEBRA}
    given |= {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"} | environ  # the database is never reached
    asked = ASKED.format(command=command, before=before)
    done = subprocess.run([sys.executable, "-c", asked], env=given, capture_output=True, text=True, check=True)
    counts: list[int] = json.loads(done.stdout)
    assert len(counts) >= 2
    return counts


@pytest.mark.parametrize("command", ["serve", "worker"])
@pytest.mark.parametrize("before", ["", "import numpy, scipy.linalg"])
def test_one_thread_in_each_process(command: str, before: str) -> None:
    assert set(threads(command, before)) == {1}


def test_what_the_environment_says_holds() -> None:
    assert set(threads("serve", OPENBLAS_NUM_THREADS="2")) == {min(2, os.cpu_count() or 1)}
