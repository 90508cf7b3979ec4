"""Figures of occupations for the demo's district, INVENTED from the first to the last, so that its shortage board is alive; and
what people at its table say. The data set names itself as invented wherever a figure of it is shown.
"""

import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from django.conf import settings

from kesher.accounts.models import User
from kesher.areas.models import Area
from kesher.demo import district
from kesher.formats.statistics.mapping import parse_pack
from kesher.insights.judging import say
from kesher.insights.models import JUDGES
from kesher.insights.packs import load_pack

INPUTS: Final = (
    "vacancies",
    "newly-unemployed",
    "hiring-difficulty",
    "offers-per-jobseeker",
    "outflow",
    "vacancy-days",
    "jobseekers-per-vacancy",
    "unemployment-rate",
    "change-in-foreign-workers",
    "change-in-pay",
    "change-in-employment",
    "change-in-hours",
    "change-in-underqualified",
)
#: ISCO-08 unit group | the figures in the order of INPUTS; empty: the invented source hid or lacks it.
TABLE: Final = """
2221|210|45|78|2.9|14.0|118|0.4|1.2|1.9|5.1|3.2|1.4|0.8
5321|160|38|71|2.4|13.1|102|0.5|2.0|2.6|4.4|4.1|1.1|1.2
2342|95|30|66|1.9|12.2|84|0.7|2.6|0.4|3.6|2.9|0.6|1.0
8332|140|52|69|2.1|12.9|96|0.6|2.9|1.1|4.0|1.8|1.9|0.9
7212|64|24|63|1.7|11.8|91|0.8|3.1|2.2|3.9|1.2|1.6|0.7
7411|88|47|58|1.4|11.1|79|1.1|3.4|0.9|3.3|2.2|1.0|0.4
7126|52|36|52|1.1|10.4|70|1.6|4.2|1.3|2.8|1.5|0.8|0.5
5120|120|130|41|0.8|9.6|44|2.4|5.9|0.8|2.4|0.7|-0.3|0.3
5223|230|410|22|0.4|8.1|27|4.8|7.2|-0.2|1.6|-1.1|-0.9|0.1
4110|75|320|14|0.2|7.0|21|7.9|8.1|-0.4|1.2|-2.3|-0.6|-0.3
9112|150|280|33|0.5|8.4|33|3.9|9.0|1.6|2.1|0.4|-0.5|0.2
5151|40|34|36|0.9|9.3|48|2.1|5.1|0.1|2.0|0.9|0.1|0.2
2512|110|90|55|1.3|10.9|88|1.2|2.8|1.5|2.9|1.9|0.2|-0.6
2641|3|41|5|0.1|6.2|15|19.0|9.6||0.6|-3.4|-1.2|
3256|28||49|1.2|10.1|66|1.4||0.3|2.6|1.7|0.4|0.2
6113|34|22|47||9.9|61|1.5|4.6|3.4|1.9||1.3|1.1
8153|18|64|12|0.3|7.2|24|6.3|10.4|-0.6|0.9|-4.0|-1.4|0.0
all|4100|5200|46|1.0|9.8|58|2.3|5.2|0.7|2.7|1.1|0.2|0.3
"""
MANIFEST: Final = """
name = "demo-occupations"
title = "Occupations of the demo's district, invented"
source = "Invented for the demo: no office ever published these"
licence = "Public domain"
retrieved = DAY
period = { constant = "PERIOD" }
nothing = { "" = "suppressed" }

[[table]]
dataset = "demo-invented-occupations"
title = "Occupations of the demo's district: invented for the demo"
file = "occupations.csv"
measures = [MEASURES]
[table.dimensions.geo]
column = "district"
[table.dimensions.occupation]
column = "isco08"
[table.places]
dimension = "geo"
scheme = "SCHEME"
[table.parts]
dimension = "occupation"
prefix = "isco08-"
[table.serves]
SERVES
"""
#: Who says what at the table: the key of the visitor -> occupation -> how short, and why.
SAID: Final[dict[str, dict[str, tuple[int, str]]]] = {
    "convenor": {
        "2221": (2, "The hospital asks at every session."),
        "8332": (1, ""),
        "5223": (0, ""),
        "4110": (-1, "Every course of it is full, and few find work."),
        "7411": (1, ""),
    },
    "employer": {
        "2221": (1, ""),
        "8332": (2, "We have searched for five months."),
        "5223": (1, "Evenings and Saturday nights are hard to fill."),
        "4110": (-1, ""),
        "7411": (2, ""),
    },
    "college": {
        "2221": (2, "All who finish have work before the examination."),
        "8332": (1, ""),
        "5223": (-1, ""),
        "4110": (-2, ""),
        "7411": (1, ""),
    },
    "officer": {"2221": (1, ""), "5321": (2, "")},
}


def rows() -> list[list[str]]:
    """code, figures."""
    return [line.split("|") for line in TABLE.strip().splitlines()]


def build_shortage(today: date) -> int:
    """Takes the figures in; how many there are for pages."""
    region = next(one for one in district.REGIONS.values() if one.level == Area.Level.DISTRICT)
    place = Area.objects.get(scheme=region.scheme, code=region.code)
    before = today.replace(day=1) - timedelta(days=1)
    measures = ", ".join(f'"{one}"' for one in INPUTS)
    serves = "\n".join(f'{one} = "occupation-{one}"' for one in INPUTS)
    manifest = MANIFEST.replace("MEASURES", measures).replace("SERVES", serves).replace("SCHEME", place.scheme)
    manifest = manifest.replace("PERIOD", str(before.year - 1)).replace("DAY", before.isoformat())
    lines = [",".join(("isco08", "district", *INPUTS))]
    lines += [",".join((code, place.code, *figures)) for code, *figures in rows()]
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "occupations.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        report = load_pack(
            parse_pack(manifest, "demo-occupations.toml"), Path(folder), home=Path(settings.STATISTICS), today=today
        )
    if not report.succeeded:
        raise RuntimeError("\n".join(report.lines()))
    return sum(one.observations for one in report.tables)


def build_judgements(today: date, emails: dict[str, str]) -> int:
    """What those at the table say of occupations in its home; ``emails``: key of a visitor -> address. How many there are."""
    area = Area.objects.get(scheme=district.LOCALITY_SCHEME, code=district.HOME)
    count = 0
    for number, (key, said) in enumerate(SAID.items()):
        user = User.objects.get(email=emails[key])
        by = user.as_actor(user.organisation_ids_as(JUDGES)[0])
        for occupation, (score, why) in said.items():
            say(area, occupation, score=score, why=why, by=by, today=today - timedelta(days=20 - number))
            count += 1
    return count
