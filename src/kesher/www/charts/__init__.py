"""Pictures of figures: builders that take plain figures and give chart, table and sentence of one making.

    from kesher.www.charts import Place, Reading, Role, Sign, Unit, bars

    picture = bars(_("Unemployment, 2025"), Unit(_("of people aged 15 and over"), Sign.PERCENT, 1), [
        Place("Demo Town", Reading(5.2, 4.1, 6.3), Role.OURS),
        Place("South District", Reading(4.4), Role.DISTRICT),
    ]).with_words(source=…)

A template shows it with ``<c-chart :picture="picture" id="unemployment" />`` and includes ``charts/head.html`` in its head;
``as_csv``, ``as_svg`` and ``as_png`` make the files. It knows no models: whoever counts hands over what may be shown, with
:class:`Missing` for what may not. Why as it is: docs/decisions/0061-charts.md.
"""

from kesher.www.charts.bars import bars
from kesher.www.charts.dots import dots
from kesher.www.charts.figures import CannotDraw, Missing, Place, Reading, Role, Sign, Unit
from kesher.www.charts.files import as_csv, as_png, as_svg, can_draw
from kesher.www.charts.lines import Happened, Mark, Series, lines, multiples
from kesher.www.charts.maps import choropleth
from kesher.www.charts.periods import Every
from kesher.www.charts.picture import Cell, Heading, Key, Panel, Picture, Twin
from kesher.www.charts.quadrant import Axis, Corners, Spot, quadrant
from kesher.www.charts.slope import Slope, slopes
from kesher.www.charts.waterfall import Part, waterfall

__all__ = [
    "Axis",
    "CannotDraw",
    "Cell",
    "Corners",
    "Every",
    "Happened",
    "Heading",
    "Key",
    "Mark",
    "Missing",
    "Panel",
    "Part",
    "Picture",
    "Place",
    "Reading",
    "Role",
    "Series",
    "Sign",
    "Slope",
    "Spot",
    "Twin",
    "Unit",
    "as_csv",
    "as_png",
    "as_svg",
    "bars",
    "can_draw",
    "choropleth",
    "dots",
    "lines",
    "multiples",
    "quadrant",
    "slopes",
    "waterfall",
]
