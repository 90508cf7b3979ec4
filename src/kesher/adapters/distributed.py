"""Dask as the executor of :mod:`kesher.engine.scale`: the extra ``scale``.

Without an address a cluster of this machine's processes is started and stopped again. With one (``tcp://…`` or
``tls://…``) the work goes to a scheduler that runs. Dask sends pickles: whoever reaches its ports can run code as the
workers, so an address other than this machine belongs in a closed network with TLS (``security``; docs/operations.md).
"""

from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any, Self

from kesher.adapters.errors import MissingExtra

#: How often a task whose worker was lost is tried again.
RETRIES = 3


class Distributed:
    """An executor over Dask's workers."""

    def __init__(self, *, address: str | None = None, workers: int = 2, security: Any = None) -> None:
        """``workers``: processes of one thread each, started here when there is no ``address``.

        Raises :class:`~kesher.adapters.errors.MissingExtra` where Dask is not installed.
        """
        try:
            import dask
            import distributed
        except ImportError as missing:
            raise MissingExtra("the distributed engine", "scale") from missing
        # A worker short of memory is not killed, and lays nothing out on the disk: partitions may hold what is personal.
        dask.config.set(
            {
                "distributed.worker.memory.terminate": False,
                "distributed.worker.memory.target": False,
                "distributed.worker.memory.spill": False,
                "distributed.admin.large-graph-warning-threshold": "1GB",
            }
        )
        library: Any = distributed  # untyped
        self._cluster: Any = None
        if address is None:
            # The dashboard would only be one more open port. Without it the scheduler still answers about itself: on any
            # port that is free, for of two placements at a time the second would not start on the usual one.
            self._cluster = library.LocalCluster(
                n_workers=workers,
                threads_per_worker=1,
                dashboard_address=None,
                host="127.0.0.1",
                silence_logs=40,
                scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},
            )
        self._client = library.Client(self._cluster or address, security=security)
        self._sources: dict[str, Any] = {}

    def hold(self, partitions: Sequence[Any]) -> Sequence[Any]:
        """Lays each partition into the memory of a worker, in turns."""
        held = self._client.scatter(list(partitions), hash=False)
        self._sources |= {future.key: partition for future, partition in zip(held, partitions, strict=True)}
        return list(held)

    def map(self, fn: Callable[[Any], Any], partitions: Sequence[Any]) -> list[Any]:
        """``fn`` of each, in order, where it lies. What was lost with a worker is laid out anew and tried once more."""
        try:
            return self._mapped(fn, partitions)
        except Exception as problem:
            if not self._lost(problem):
                raise
        again = [
            self._client.scatter(self._sources[one.key], hash=False)
            if getattr(one, "key", None) in self._sources
            else one
            for one in partitions
        ]
        return self._mapped(fn, again)

    def _mapped(self, fn: Callable[[Any], Any], partitions: Sequence[Any]) -> list[Any]:
        running = [self._client.submit(fn, one, pure=False, retries=RETRIES) for one in partitions]
        return list(self._client.gather(running))

    @staticmethod
    def _lost(problem: Exception) -> bool:
        from concurrent.futures import CancelledError

        from distributed.scheduler import KilledWorker

        return isinstance(problem, KilledWorker | CancelledError) or type(problem).__name__ == "FutureCancelledError"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._sources.clear()
        self._client.close()
        if self._cluster is not None:
            self._cluster.close()
