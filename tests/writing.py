"""Who writes what tests write: the tests are named in history, and so is what they have a room do by calling it.

    name_the_tests()        once for a thread's connection

Where somebody comes in, it is strict as in the field: what a request writes (over Django's handlers), a command or a task
(another thread, whose connection nobody names), is refused while the program names nobody, also where an earlier piece of work
in the same transaction had named somebody.
"""

import json
import sys
from pathlib import Path
from types import FrameType
from typing import Any
from uuid import uuid4

from django.db import connection
from pghistory import runtime

from kesher.base.history import System

ROOT = Path(__file__).resolve().parent.parent
TESTS, BENCHMARKS, PROGRAM = (f"{ROOT / one}/" for one in ("tests", "benchmarks", "src/kesher"))
#: Where requests and commands come in: from there on the program names whoever acts.
ENTRANCES = ("django/core/handlers/base.py", f"{PROGRAM}cli/")
_SAY = "SELECT set_config('pghistory.context_id', '{}', true), set_config('pghistory.context_metadata', '{}', true); "
BY_TESTS = json.dumps({"actor": str(System("tests")), "reason": "tests"})
NOBODY = _SAY.format("", "")


def name_the_tests() -> None:
    """Have the connection of this thread name the tests in what they write themselves."""
    if _named not in connection.execute_wrappers:
        connection.execute_wrappers.insert(0, _named)


def _named(execute: Any, sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    if hasattr(runtime._tracker, "value") or many or not runtime._can_inject_variable(context["cursor"], sql):
        return execute(sql, params, many, context)
    # no parameters of ours: where there are none, a % in the statement is one
    said = _SAY.format(uuid4(), BY_TESTS) if _written_by_tests(sys._getframe(1)) else NOBODY
    both = said.encode() + sql if isinstance(sql, bytes) else said + sql
    return runtime._execute_wrapper(execute(both, params, many, context))


def _written_by_tests(frame: FrameType | None) -> bool:
    """Whether nothing between the last test and the statement is an entrance."""
    while frame is not None:
        name = frame.f_code.co_filename
        if name.endswith(ENTRANCES[0]) or name.startswith(ENTRANCES[1]):
            return False
        if name.startswith((TESTS, BENCHMARKS)) and name != __file__:
            return True
        frame = frame.f_back
    return False
