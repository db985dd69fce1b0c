"""The static map of a report: regions, offices and names as SVG that prints at any size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import shapely

from planner.outputs.drawing.outlines import longer_side, number_places, regions_of, shared_borders
from planner.outputs.drawing.palette import region_style
from planner.outputs.views import View, any_exist

if TYPE_CHECKING:
    from collections.abc import Collection

    import numpy as np

    from planner.case.types import Inputs
    from planner.outputs.words.text import Texts

HEIGHT, WIDTH = 1000.0, 700.0
"""Drawing units from the northern to the southern edge of the land, and at most across it."""

MARGIN = 24.0
SIDE = 130.0
"""Room to the left and right of the land for the names of coastal towns."""

GENERALISE = 1 / 1700
"""Detail finer than this part of the land's longer side does not show in print: 900 m in Sweden."""

BADGE = 15.0
TEXT = 25.0
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Land:
    """The land in drawing units, made once for all maps of a report.

    Attributes
    ----------
    outlines : geopandas.GeoDataFrame
        Generalised outlines by municipality code, metres in the country's projection.
    seats : dict of str to (float, float)
        Municipality code -> x, y in drawing units.
    borders : tuple of (str, str, str)
        Two municipality codes and the SVG path of their common border.
    counties, municipalities : str
        SVG paths of the borders between counties, and of all others.
    """

    outlines: gpd.GeoDataFrame
    seats: dict[str, tuple[float, float]]
    width: float
    height: float
    borders: tuple[tuple[str, str, str], ...]
    counties: str
    municipalities: str


@dataclass(frozen=True)
class Label:
    """An office on the map: where its badge and its name go; what exists has a badge of its own."""

    existing: bool
    number: int
    town: str
    x: float
    y: float
    left: float
    top: float
    width: float
    unsure: bool

    @property
    def badge(self) -> str:
        """What stands in its badge: the number, and a mark where something is not confirmed."""
        return f"{self.number}?" if self.unsure else str(self.number)


@dataclass(frozen=True)
class Drawing:
    """One map: the shapes of regions, their numbers and the offices, in drawing units."""

    regions: tuple[tuple[str, str], ...]
    borders: str
    spots: tuple[tuple[float, float, int], ...]
    labels: tuple[Label, ...]


@dataclass(frozen=True)
class Picture:
    """A map with what stands under it."""

    drawing: Drawing
    caption: str
    description: str


def make_land(inputs: Inputs) -> Land:
    """Project, generalise and scale the outlines to the drawing.

    Returns
    -------
    Land
    """
    crs = inputs.country.crs
    metres = inputs.outlines.to_crs(crs)
    tolerance = longer_side(metres) * GENERALISE
    shapes = shapely.coverage_simplify(metres.geometry.to_numpy(), tolerance)
    outlines = gpd.GeoDataFrame(index=metres.index, geometry=shapes, crs=crs)
    places = inputs.municipalities
    seats = gpd.GeoSeries.from_xy(places["lon"], places["lat"], crs=4326).to_crs(crs)
    scale = _Scale(outlines.total_bounds)
    county = places["county_code"].to_dict()
    borders = tuple((a, b, scale.path(line)) for a, b, line in shared_borders(outlines))
    return Land(
        outlines=outlines,
        seats={code: scale.point(p.x, p.y) for code, p in zip(places.index, seats, strict=True)},
        width=scale.width,
        height=scale.height,
        borders=borders,
        counties="".join(path for a, b, path in borders if county[a] != county[b]),
        municipalities="".join(path for a, b, path in borders if county[a] == county[b]),
    )


def draw(sheet: Land, view: View, marks: Collection[str] = ()) -> Drawing:
    """Draw one period's regions and offices.

    Parameters
    ----------
    marks : collection of str
        Codes of the towns that are marked as not confirmed.

    Returns
    -------
    Drawing
    """
    scale = _Scale(sheet.outlines.total_bounds)
    office = {code: home.office for code, home in view.homes.items()}
    shapes = regions_of(sheet.outlines, view)
    regions = tuple(
        (region_style(region.number).paint, scale.path(shapes[region.office.code]))
        for region in view.regions
        if region.office.code in shapes
    )
    labels = _place(view, sheet, marks)
    taken = [_badge(label.x, label.y) for label in labels] + [_name_box(label) for label in labels]
    spots = []
    for x, y, number in number_places(sheet.outlines, shapes, view, str(sheet.outlines.crs)):
        left, top = scale.point(x, y)
        if not any(_overlap(_badge(left, top), box) for box in taken):
            spots.append((left, top, number))
    between = [path for a, b, path in sheet.borders if office.get(a) != office.get(b)]
    labels.sort(key=lambda label: label.number)
    return Drawing(regions, "".join(between), tuple(spots), tuple(labels))


def make_picture(
    sheet: Land, view: View, caption: str, t: Texts, marks: Collection[str] = ()
) -> Picture:
    """Draw a view, with its caption and what it shows in words.

    `marks` are codes of the towns that are marked as not confirmed.
    """
    named = t("unsure.named")
    towns = t.listing(
        [
            f"{r.number} {r.office.town}" + f" ({named})" * (r.office.code in marks)
            for r in view.regions
        ]
    )
    if any_exist(view):
        caption = f"{caption.rstrip('.')}. {t('report.map_existing')}"
    description = t(
        "report.map_description", offices=t.count("offices", len(view.regions)), towns=towns
    )
    return Picture(draw(sheet, view, marks), caption, description)


class _Scale:
    """From metres, y north, to drawing units, y down, to a tenth."""

    def __init__(self, bounds: np.ndarray) -> None:
        self._west, south, east, self._north = (float(edge) for edge in bounds)
        self._factor = min(HEIGHT / (self._north - south), WIDTH / (east - self._west))
        self.width = (east - self._west) * self._factor + 2 * SIDE
        self.height = (self._north - south) * self._factor + 2 * MARGIN

    def point(self, x: float, y: float) -> tuple[float, float]:
        left = (x - self._west) * self._factor + SIDE
        top = (self._north - y) * self._factor + MARGIN
        return round(left, 1), round(top, 1)

    def path(self, shape: shapely.Geometry) -> str:
        """Return an SVG path: one closed subpath a ring, one open one a line."""
        parts = shapely.get_parts(shape)
        if not shape.geom_type.endswith("Polygon"):
            return "".join(f"M{self._points(part)}" for part in parts)
        return "".join(f"M{self._points(ring)}Z" for ring in shapely.get_rings(parts))

    def _points(self, line: shapely.Geometry) -> str:
        places = (self.point(x, y) for x, y in shapely.get_coordinates(line).tolist())
        return " ".join(f"{x:g} {y:g}" for x, y in places)


def _place(view: View, sheet: Land, marks: Collection[str]) -> list[Label]:
    """Give each office's name the free place that hides fewest municipalities."""
    regions = sorted(view.regions, key=lambda r: (-r.principals, r.number))
    taken = [_badge(*sheet.seats[region.office.code]) for region in regions]
    labels = []
    for region in regions:
        office, (x, y) = region.office, sheet.seats[region.office.code]
        width = _text_width(office.town) + 8
        gap, high = BADGE + 5, TEXT + 4
        spots = [
            (x + gap, y - high / 2),
            (x - gap - width, y - high / 2),
            (x - width / 2, y - gap - high),
            (x - width / 2, y + gap),
            (x + gap - 8, y - gap - high + 10),
            (x + gap - 8, y + gap - 10),
            (x - gap - width + 8, y - gap - high + 10),
            (x - gap - width + 8, y + gap - 10),
        ]

        def cost(spot: tuple[float, float], width: float = width) -> tuple[float, ...]:
            box = (spot[0], spot[1], spot[0] + width, spot[1] + TEXT + 4)
            inside = min(box[:2]) >= 0 and box[2] <= sheet.width and box[3] <= sheet.height
            covered = sum(_overlap(box, other) for other in taken)
            seats = sheet.seats.values()
            hidden = sum(box[0] < sx < box[2] and box[1] < sy < box[3] for sx, sy in seats)
            return covered, not inside, hidden

        left, top = min(spots, key=cost)
        left, top, width = (round(n, 1) for n in (left, top, width))
        old, unsure = office.role == "existing", office.code in marks
        label = Label(old, region.number, office.town, x, y, left, top, width, unsure)
        labels.append(label)
        taken.append(_name_box(label))
    return labels


def _text_width(text: str) -> float:
    """Estimate the width of bold text in a sans-serif face, on the wide side."""
    widths = {**dict.fromkeys("fijlrtI.,'- ", 0.38), **dict.fromkeys("mwMW", 0.92)}
    return TEXT * sum(widths.get(c, 0.74 if c.isupper() else 0.61) for c in text)


def _badge(x: float, y: float) -> Box:
    return x - BADGE, y - BADGE, x + BADGE, y + BADGE


def _name_box(label: Label) -> Box:
    return label.left, label.top, label.left + label.width, label.top + TEXT + 4


def _overlap(one: Box, other: Box) -> float:
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    return max(wide, 0) * max(high, 0)
