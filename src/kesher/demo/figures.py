"""Published figures of the towns of the demo's district and of the nation, so that its places have a profile at once.

Typed in from the socio-economic index 2019 of Israel's Central Bureau of Statistics, three decimals of each; a test compares
them with the shared file. They go the way of any pack: a table, a manifest, vintages. ``kesher load pack il`` brings all 255.
"""

import tempfile
from datetime import date
from pathlib import Path
from typing import Final

from django.conf import settings

from kesher.demo import district
from kesher.formats.statistics.mapping import parse_pack
from kesher.insights.packs import load_pack

INDICATORS: Final = (
    "population",
    "median-age",
    "dependency-ratio",
    "large-families",
    "years-of-schooling",
    "academic-degree",
    "income-from-work",
    "women-without-income-from-work",
    "earning-much",
    "earning-little",
    "income-support",
    "income-per-head",
    "socio-economic-cluster",
)
#: Not printed of a nation: hidden would be untrue.
NOT_OF_A_NATION: Final = frozenset({"population", "socio-economic-cluster"})
#: code | the figures in the order of INDICATORS; empty: not published
TABLE: Final = """
9000|207672|34|82.303|9.669|12.862|30.686|85.451|13.418|10.513|40.346|10.143|6241.94|5
70|225084|32|95.11|17.232|12.621|25.956|85.744|12.775|10.022|40.615|9.684|5682.692|5
7100|143578|34|85.328|10.608|12.592|28.587|85.977|14.101|9.244|40.485|11.279|5924.877|5
1161|71390|17|133.974|37.808|10.841|11.842|70.049|42.327|3.08|55.067|8.666|2552.429|1
2630|56805|29|90.98|18.461|12.081|19.833|86.95|12.482|6.158|41.75|10.158|5070.335|4
2600|52285|34|62.29|7.809|11.832|19.175|88.722|11.23|8.238|35.132|3.927|6711.473|6
246|37542|23|105.517|31.091|12.706|20.288|83.681|12.013|5.946|45.772|7.019|4201.094|3
2200|34279|32|81.037|11.239|12.321|16.82|83.9|15.611|11.313|40.164|12.114|5960.338|5
31|30662|26|93.028|22.78|12.471|17.902|82.223|12.993|6.254|43.814|9.803|4515.527|3
1031|27598|29|75.009|14.795|12.596|25.01|88.877|10.989|8.144|40.725|8.783|5604.279|5
2560|26654|29|101.525|21.379|12.204|19.829|83.082|14.163|6.632|45.152|12.977|4796.015|3
1034|23726|27|87.884|22.937|11.983|16.333|85.805|13.935|4.562|44.202|8.125|4699.438|4
1303|22337|15|163.983|48.016|10.887|15.226|63.24|53.361|4.036|50.231|11.771|2284.717|1
1059|21809|16|147.587|43.981|11.186|18.114|61.163|57.046|3.711|50.466|17.813|2427.586|1
1054|20808|16|152.407|43.157|10.866|10.931|63.871|48.954|3.497|58.417|14.635|2143.981|1
1192|18332|16|147.72|47.344|10.323|12.331|58.046|58.956|4.695|53.73|17.125|2165.389|1
1060|14075|17|136.938|45.137|11.289|17.254|65.017|50.156|3.97|53.397|14.581|2436.311|1
1286|10936|17|140.064|40.486|9.556|10.898|66.257|47.511|3.02|54.583|10.907|2250.378|1
831|10294|26|91.244|23.501|12.809|26.675|83.253|13.926|7.44|41.946|9.449|4832.919|4
1268|9418|29|90.126|13.869|15.299|66.151|89.11|7.236|30.947|28.798|0.453|9835.5|9
666|7530|39|107.018|8.352|15.384|63.291|87.402|10.38|33.511|30.727|0.544|11909.69|10
1271|6415|34|81.436|7.837|15.806|73.168|89.618|9.055|34.943|31.929|0.271|12415.254|10
99|5211|25|85.242|22.505|12.716|28.686|79.556|15.185|5.328|54.685|8.513|4031.804|3
IL||29|91.91|16.441|12.901|34.552|83.329|17.928|13.094|39.443|5.281|6181.711|
"""
MANIFEST: Final = """
name = "demo"
title = "Towns of the Southern District"
source = "Israel Central Bureau of Statistics, Characterization and Classification of Geographical Units 2019"
licence = "Free use with the source named"
retrieved = 2024-05-29
period = { constant = "2019" }
nothing = { "" = "suppressed" }

[[table]]
dataset = "demo-il-cbs-authorities-2019"
title = "Towns of the Southern District by socio-economic level, 2019"
file = "towns.csv"
measures = [MEASURES]
[table.dimensions.geo]
column = "code"
[table.places]
dimension = "geo"
scheme = "il-cbs-locality"
[table.serves]
SERVES

[[table]]
dataset = "demo-il-cbs-nation-2019"
title = "The nation by the variables of the socio-economic level, 2019"
file = "nation.csv"
measures = [MEASURES]
[table.dimensions.geo]
column = "code"
[table.places]
dimension = "geo"
scheme = "iso-3166-1"
[table.serves]
OF_NATION
"""


def rows() -> list[list[str]]:
    """code, figures."""
    return [line.split("|") for line in TABLE.strip().splitlines()]


def build_figures(today: date) -> int:
    """Takes them in; how many figures there are for pages."""
    names = [f'"{one}"' for one in INDICATORS]
    served = [f"{name} = {name}" for name in names]
    of_nation = [line for line, name in zip(served, INDICATORS, strict=True) if name not in NOT_OF_A_NATION]
    manifest = MANIFEST.replace("MEASURES", ", ".join(names))
    manifest = manifest.replace("SERVES", "\n".join(served)).replace("OF_NATION", "\n".join(of_nation))
    header = ",".join(("code", *INDICATORS))
    nation = [row for row in rows() if row[0] not in district.AUTHORITIES]
    towns = [row for row in rows() if row[0] in district.AUTHORITIES]
    with tempfile.TemporaryDirectory() as folder:
        for name, lines in (("towns.csv", towns), ("nation.csv", nation)):
            text = "\n".join([header, *(",".join(line) for line in lines)]) + "\n"
            (Path(folder) / name).write_text(text, encoding="utf-8")
        report = load_pack(parse_pack(manifest, "demo.toml"), Path(folder), home=Path(settings.STATISTICS), today=today)
    if not report.succeeded:
        raise RuntimeError("\n".join(report.lines()))
    return sum(one.observations for one in report.tables)
