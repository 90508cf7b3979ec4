"""The one seam for big batches: the same function over many partitions, here or on many machines.

``executor.map(fn, partitions)`` gives ``[fn(partition) for partition in partitions]``, in order. Work that goes over
the same partitions many times (the price rounds of :mod:`kesher.engine.placement`) hands them over once by
:meth:`Executor.hold` and maps over what that returns; then only ``fn`` (with what it carries) travels out, and only its
answer travels back.

``fn`` must be importable by name (a module's function, or a ``functools.partial`` of one) and pure: the answer is the
same wherever it is computed, so a lost worker's part is simply computed again.

Here are :class:`InProcess`, for what takes seconds, and :class:`Processes`, one process per core. A cluster is plugged
in by ``kesher.adapters.distributed``. Nothing is written to disk: partitions may hold what is personal.
"""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from types import TracebackType
from typing import Any, Protocol, Self


class Executor(Protocol):
    """Runs a function over partitions. A context manager: leaving it lets go of what is held."""

    def hold(self, partitions: Sequence[Any]) -> Sequence[Any]:
        """Keeps the partitions near the workers; the answer stands for them in :meth:`map`."""
        ...

    def map(self, fn: Callable[[Any], Any], partitions: Sequence[Any]) -> list[Any]:
        """``fn`` of each partition, in order. An error of ``fn`` is raised here."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class InProcess:
    """One after the other in this process: no copies, no start-up."""

    def hold(self, partitions: Sequence[Any]) -> Sequence[Any]:
        """The partitions themselves."""
        return partitions

    def map(self, fn: Callable[[Any], Any], partitions: Sequence[Any]) -> list[Any]:
        """``fn`` of each, in order."""
        return [fn(partition) for partition in partitions]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None


class _Held:
    """Stands for a partition that lies in the process ``worker`` under ``key``."""

    __slots__ = ("key", "worker")

    def __init__(self, worker: int, key: int) -> None:
        self.worker, self.key = worker, key


#: What this worker process holds.
_KEPT: dict[int, Any] = {}


def _keep(key: int, partition: Any) -> None:
    _KEPT[key] = partition


def _on_kept(fn: Callable[[Any], Any], key: int) -> Any:
    return fn(_KEPT[key])


class Processes:
    """One process per core. Partition p always goes to process p mod workers, so what is held is held once."""

    def __init__(self, workers: int | None = None) -> None:
        """``workers``: processes; as many as cores where None. They start with the first work."""
        self.workers = workers or max(1, os.cpu_count() or 1)
        self._held = 0
        # Started afresh: a fork would copy locks that another thread of this process may be holding.
        fresh = get_context("spawn")
        self._pools = [ProcessPoolExecutor(1, mp_context=fresh) for _ in range(self.workers)]

    def hold(self, partitions: Sequence[Any]) -> Sequence[_Held]:
        """Sends each partition to its process, once."""
        held = [_Held(number % self.workers, self._held + number) for number in range(len(partitions))]
        self._held += len(held)
        sent = [
            self._pools[one.worker].submit(_keep, one.key, partition)
            for one, partition in zip(held, partitions, strict=True)
        ]
        for one in sent:
            one.result()
        return held

    def map(self, fn: Callable[[Any], Any], partitions: Sequence[Any]) -> list[Any]:
        """``fn`` of each, in order; of held ones where they lie."""
        running = [
            self._pools[one.worker].submit(_on_kept, fn, one.key)
            if isinstance(one, _Held)
            else self._pools[number % self.workers].submit(fn, one)
            for number, one in enumerate(partitions)
        ]
        return [one.result() for one in running]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for pool in self._pools:
            pool.shutdown(wait=True, cancel_futures=True)
