"""Reading 1,000,000 observations: ours against ``csv.reader`` over the same bytes and against ``sdmx1`` over the same
message.

``csv.reader`` only cuts the bytes into cells; ours also tells periods, numbers, flags and provenance. ``sdmx1`` builds
its model of the whole message, so it is given a smaller one; both figures are per observation. The files are made here:
40 areas × 5 ages × 3 sexes × months, with flags, missing and confidential cells.

    python benchmarks/statistics_reading.py [observations, default 1000000]

Each reader runs in a process of its own, so that its peak memory is its own.
"""

import csv
import io
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent.parent), str(Path(__file__).parent.parent / "src")]

from kesher.formats.statistics import read
from kesher.formats.statistics.mapping import StatisticsMapping
from kesher.formats.statistics.report import counted

BAR_SECONDS, BAR_MEGABYTES = 60, 2048
AREAS, AGES, SEXES = 40, 5, 3
SERIES = AREAS * AGES * SEXES
PEER = 50_000
_SPACES = (
    'xmlns:m="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/message" '
    'xmlns:c="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/common" '
    'xmlns:s="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/data/structurespecific" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:n="urn:sdmx:org.sdmx.infomodel.datastructure.DataStructure=KESHER:LFS(1.0):ObsLevelDim:TIME_PERIOD"'
)
_HEAD = (
    '<m:Header><m:ID>B</m:ID><m:Test>false</m:Test><m:Prepared>2026-11-01T00:00:00</m:Prepared><m:Sender id="KESHER"/>'
    '<m:Structure structureID="S" dimensionAtObservation="TIME_PERIOD" '
    'namespace="urn:sdmx:org.sdmx.infomodel.datastructure.DataStructure=KESHER:LFS(1.0):ObsLevelDim:TIME_PERIOD">'
    '<c:Structure><Ref agencyID="KESHER" id="LFS" version="1.0"/></c:Structure></m:Structure></m:Header>'
)


def keys() -> Iterator[tuple[str, str, str]]:
    for area in range(AREAS):
        for age in range(AGES):
            for sex in "TMF":
                yield f"AR{area:03d}", f"Y{15 + 10 * age}", sex


def months(count: int) -> list[str]:
    per_series = -(-count // SERIES)
    return [f"{1900 + at // 12}-{at % 12 + 1:02d}" for at in range(per_series)]


def write_csv(path: Path, count: int) -> None:
    with path.open("w") as stream:
        stream.write("DATAFLOW,LAST UPDATE,freq,unit,sex,age,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG,CONF_STATUS\n")
        written = 0
        for area, age, sex in keys():
            for at, month in enumerate(months(count)):
                if written == count:
                    return
                value, flag = (":", "") if at % 97 == 0 else (f"{(at * 7919) % 1000 / 10}", "b" if at % 61 == 0 else "")
                secret = "C" if at % 89 == 0 else ""
                row = ["KESHER:LFS(1.0)", "01/11/26 11:00:00", "M", "PC", sex, age, area, month]
                stream.write(",".join([*row, "" if secret else value, flag, secret]) + "\n")
                written += 1


def write_xml(path: Path, count: int) -> None:
    with path.open("w") as stream:
        stream.write(f"<?xml version='1.0' encoding='UTF-8'?><m:StructureSpecificData {_SPACES}>{_HEAD}")
        stream.write('<m:DataSet s:structureRef="S" xsi:type="n:DataSetType" s:dataScope="DataStructure">')
        written = 0
        for area, age, sex in keys():
            stream.write(f'<Series FREQ="M" SEX="{sex}" AGE="{age}" GEO="{area}">')
            for at, month in enumerate(months(count)):
                if written == count:
                    break
                stream.write(f'<Obs TIME_PERIOD="{month}" OBS_VALUE="{(at * 7919) % 1000 / 10}" OBS_STATUS="A"/>')
                written += 1
            stream.write("</Series>")
        stream.write("</m:DataSet></m:StructureSpecificData>")


def write_table(path: Path, count: int) -> None:
    """A tidy table with two measures in each row."""
    with path.open("w") as stream:
        stream.write("area,age,sex,month,employed,unemployed\n")
        written = 0
        for area, age, sex in keys():
            for at, month in enumerate(months(count // 2)):
                if written >= count:
                    return
                stream.write(f"{area},{age},{sex},{month},{(at * 7919) % 1000},{at % 50}\n")
                written += 2


TABLE = StatisticsMapping.model_validate(
    {
        "dataset": "lfs",
        "period": {"column": "month"},
        "dimensions": {"geo": "area", "age": "age", "sex": "sex"},
        "measures": ["employed", "unemployed"],
    }
)


def ours(path: str) -> int:
    mapping = [TABLE] if path.endswith("table.csv") else None
    return sum(1 for _ in read(path, mapping=mapping).observations)


def ours_counted(path: str) -> int:
    return counted(read(path)).observations


def plain_csv(path: str) -> int:
    with Path(path).open(newline="") as stream:
        return sum(1 for _ in csv.reader(stream)) - 1


def peer_sdmx(path: str) -> int:
    import sdmx

    with redirect_stdout(io.StringIO()):
        message = sdmx.read_sdmx(io.BytesIO(Path(path).read_bytes()))
    return sum(len(data.obs) for data in message.data)


def nothing(path: str) -> int:
    import sdmx  # noqa: F401

    return 0


def measured(work: Callable[[str], int], path: str) -> tuple[int, float, float, float]:
    """Observations, wall and CPU seconds, megabytes at the peak; in a new process."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        return pool.apply(_timed, (work, path))


def _timed(work: Callable[[str], int], path: str) -> tuple[int, float, float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    found = work(path)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return found, wall, cpu, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    failed = False
    print(f"{'':<46} {'observations':>12} {'wall s':>8} {'CPU s':>8} {'µs each':>8} {'MB':>6}")

    def line(title: str, found: tuple[int, float, float, float], *, bar: bool = False) -> float:
        nonlocal failed
        number, wall, cpu, memory = found
        each = 1e6 * cpu / max(1, number)
        print(f"{title:<46} {number:>12,} {wall:>8.2f} {cpu:>8.2f} {each:>8.2f} {memory:>6.0f}")
        if bar and (wall * 1_000_000 / max(1, number) > BAR_SECONDS or memory > BAR_MEGABYTES):
            failed = True
        return each

    with tempfile.TemporaryDirectory() as folder:
        table, message, tidy = Path(folder) / "lfs.csv", Path(folder) / "lfs.xml", Path(folder) / "table.csv"
        write_csv(table, count)
        base = line("csv.reader, Eurostat's SDMX-CSV", measured(plain_csv, str(table)))
        own = line("ours, the same", measured(ours, str(table)), bar=True)
        line("ours, the same, with the report", measured(ours_counted, str(table)), bar=True)
        print(f"  ours / csv.reader, CPU: {own / base:.1f}x")
        table.unlink()
        write_table(tidy, count)
        line("ours, a table by its mapping", measured(ours, str(tidy)), bar=True)
        tidy.unlink()
        write_xml(message, count)
        own = line("ours, SDMX-ML 2.1 structure-specific", measured(ours, str(message)), bar=True)
        write_xml(message, min(count, PEER))
        start = measured(nothing, "")[2]
        number, wall, cpu, memory = measured(peer_sdmx, str(message))
        peer = line("sdmx1, a smaller message, its import left out", (number, wall, max(0.0, cpu - start), memory))
        print(f"  sdmx1 / ours, CPU of each observation: {peer / own:.1f}x")
        if count <= 1_000_000:  # growth: a tenth of it takes a tenth of the time, and no less memory than it needs
            write_csv(table, count // 10)
            tenth = measured(ours, str(table))
            line("ours, a tenth of the table", tenth)
    print(f"bar: 1,000,000 in {BAR_SECONDS} s and {BAR_MEGABYTES} MB: {'not kept' if failed else 'kept'}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
