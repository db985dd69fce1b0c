"""The plot of how cost grows, as SVG without a plotting library."""

from __future__ import annotations

import io
import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.bench.scale import Size

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 720, 420, 70, 110, 30, 50
COLOURS = ("#0072b2", "#e69f00", "#009e73", "#d55e00", "#cc79a7", "#56b4e9")
"""Okabe and Ito's, told apart by colour-blind readers too; the lines are numbered beside."""


def draw(sizes: list[Size]) -> str:
    """Draw CPU seconds against points, both on logarithmic scales, a line for each p."""
    drawn = [(one.n, one.p, one.cpu, one.proven) for one in sizes if one.cpu]
    counts = sorted({n for n, *_ in drawn})
    low, high = math.log10(counts[0]), math.log10(counts[-1])
    floor = math.floor(math.log10(min(cpu for *_, cpu, _ in drawn)))
    top = math.ceil(math.log10(max(cpu for *_, cpu, _ in drawn)))
    right, base = WIDTH - RIGHT, HEIGHT - BOTTOM

    def at(n: float, seconds: float) -> tuple[float, float]:
        x = (math.log10(n) - low) / max(high - low, 1e-9) * (right - LEFT)
        y = (math.log10(seconds) - floor) / max(top - floor, 1) * (base - TOP)
        return round(LEFT + x, 1), round(base - y, 1)

    out = io.StringIO()
    out.write(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        'font-family="sans-serif" font-size="12" fill="#222">\n'
        "<title>CPU seconds against points, a line for each p</title>\n"
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>\n'
    )
    for power in range(floor, top + 1):
        _, y = at(counts[0], 10.0**power)
        out.write(f'<path d="M{LEFT} {y}H{right}" stroke="#ddd"/>\n')
        out.write(f'<text x="{LEFT - 8}" y="{y + 4}" text-anchor="end">{10.0**power:g} s</text>\n')
    for n in counts:
        x, _ = at(n, 10.0**floor)
        out.write(f'<text x="{x}" y="{base + 18}" text-anchor="middle">{n:,}</text>\n')
    out.write(
        f'<text x="{(LEFT + right) / 2}" y="{HEIGHT - 10}" text-anchor="middle">'
        "points, each also a site (hollow: stopped without proof)</text>\n"
    )
    for k, p in enumerate(sorted({p for _, p, *_ in drawn})):
        line = sorted((n, cpu, proven) for n, q, cpu, proven in drawn if q == p)
        colour = COLOURS[k % len(COLOURS)]
        places = [(*at(n, cpu), proven) for n, cpu, proven in line]
        path = "L".join(f"{x} {y}" for x, y, _ in places)
        out.write(f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"/>\n')
        for x, y, proven in places:
            fill = colour if proven else "#fff"
            out.write(f'<circle cx="{x}" cy="{y}" r="4" fill="{fill}" stroke="{colour}"/>\n')
        y, (end, height, _) = TOP + 10 + 20 * k, places[-1]
        out.write(f'<path d="M{right + 15} {y}h20" stroke="{colour}" stroke-width="2"/>\n')
        out.write(f'<text x="{right + 40}" y="{y + 4}">p = {p}</text>\n')
        out.write(f'<text x="{end + 6}" y="{height - 6}" font-size="9">{p}</text>\n')
    out.write("</svg>\n")
    return out.getvalue()
