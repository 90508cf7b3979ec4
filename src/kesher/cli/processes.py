"""Child processes that are started, watched and ended together, and found again after a crash."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path


@dataclass(frozen=True)
class ProcessMark:
    """A process told apart from a later one with the same number: by when it began, in clock ticks since boot."""

    name: str
    process_id: int
    began: str

    def is_alive(self) -> bool:
        """True while that very process runs."""
        return began(self.process_id) == self.began


def began(process_id: int) -> str:
    """When a process began; the empty string when there is none (or only its unburied remains)."""
    try:
        # The command's name stands in brackets and may hold anything; the fields after it are counted from the last.
        fields = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        if Path("/proc/self/stat").exists():
            return ""
        return _began_without_proc(process_id)
    return "" if fields[0] == "Z" else fields[19]


def _began_without_proc(process_id: int) -> str:
    answer = subprocess.run(["ps", "-o", "lstart=", "-p", str(process_id)], capture_output=True, text=True, check=False)
    return answer.stdout.strip()


class Child:
    """One child in a process group of its own, so that a Ctrl-C in the terminal reaches us and not it."""

    def __init__(self, name: str, arguments: Sequence[str], environment: Mapping[str, str], log: Path) -> None:
        self.name = name
        self.log = log
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                arguments,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.mark = ProcessMark(name, self._process.pid, began(self._process.pid))

    def exit_code(self) -> int | None:
        """The exit code, or None while it runs."""
        return self._process.poll()

    def last_words(self, lines: int = 15) -> str:
        """The end of what it wrote, each line indented."""
        text = self.log.read_text(errors="replace").splitlines()[-lines:]
        return "\n".join(f"    {line}" for line in text) or "    (it wrote nothing)"

    def stop(self, seconds: float) -> None:
        """Asks it to end, and after `seconds` makes it and everything it started end."""
        end_group(self._process.pid, seconds, ended=lambda: self._process.poll() is not None)
        self._process.wait()


def end_group(group: int, seconds: float, *, ended: Callable[[], bool]) -> None:
    """Ends a process group: SIGTERM, `seconds` of patience, then SIGKILL to whatever is left of it."""
    if not ended():
        _signal_group(group, signal.SIGTERM)
        limit = time.monotonic() + seconds
        while not ended() and time.monotonic() < limit:
            time.sleep(0.02)
    _signal_group(group, signal.SIGKILL)


def _gone(mark: ProcessMark) -> bool:
    return not mark.is_alive()


def _signal_group(group: int, sign: signal.Signals) -> None:
    try:
        os.killpg(group, sign)
    except (ProcessLookupError, PermissionError):
        return


@dataclass(frozen=True)
class Running:
    """What a running demo leaves in a file, for a second start and for cleaning up after a crash."""

    address: str
    parent: ProcessMark
    children: tuple[ProcessMark, ...]
    started_postgres: bool

    def write(self, path: Path) -> None:
        """Writes the file in one step."""
        unfinished = path.with_name(f".{path.name}.part")
        unfinished.write_text(json.dumps(asdict(self), indent=1))
        unfinished.replace(path)

    @classmethod
    def read(cls, path: Path) -> "Running | None":
        """The file's content; None when there is none that can be read."""
        try:
            found = json.loads(path.read_text())
            return cls(
                address=found["address"],
                parent=ProcessMark(**found["parent"]),
                children=tuple(ProcessMark(**child) for child in found["children"]),
                started_postgres=found["started_postgres"],
            )
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def clean_up(self) -> list[str]:
        """Ends the children that outlived a killed parent; their names."""
        left = [child for child in self.children if child.is_alive()]
        for child in left:
            end_group(child.process_id, 3.0, ended=partial(_gone, child))
        return [child.name for child in left]
