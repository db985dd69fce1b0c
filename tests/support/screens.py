"""How pages are looked at: whether everything fits, on every screen and on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waiting import HANGS

if TYPE_CHECKING:
    from playwright.sync_api import Page

PATIENCE = 1000 * HANGS
"""The same in milliseconds, as a browser is told."""

WIDTHS = (1280, 768, 390, 320)
ZOOMS = (100, 200)
"""Per cent of the size of text."""

SHEET, ACROSS, MAP = 680, 1009, 703
"""Widths of A4 within the margins of a report, upright and across, and within those of a map."""

UNFOLD = "document.querySelectorAll('details').forEach(fold => { fold.open = true; })"
ZOOM = """async zoom => {
    document.documentElement.style.fontSize = zoom === 100 ? "" : `${zoom}%`;
    for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
}"""
STICKS_OUT = """() => {
    const found = document.documentElement.scrollWidth - innerWidth;
    return found > 0 ? [`the page by ${found} px`] : [];
}"""
# What may hide a part of itself: pictures, boxes to type in, what is unseen on purpose.
CUT = """() => {
    const free = ".unseen, .skip, .defs, .folium-map, input, textarea, select, svg, svg *";
    const hides = (way) => way === "hidden" || way === "clip";
    return [...document.querySelectorAll("body *")].filter((part) => {
        if (part.closest(free)) return false;
        const style = getComputedStyle(part);
        return hides(style.overflowX) && part.scrollWidth > part.clientWidth + 1
            || hides(style.overflowY) && part.scrollHeight > part.clientHeight + 1;
    }).map((part) => `cut: ${part.outerHTML.slice(0, 80)}`);
}"""
# Names on a static map stand on a plate of their own, whatever the font.
NAMES = """all => all.filter((name) => {
    const [text, plate] = [name, name.previousElementSibling].map((part) => part.getBBox());
    return text.x < plate.x || text.x + text.width > plate.x + plate.width;
}).map((name) => `name: ${name.textContent}`)"""
TABLES = """(all, [upright, across]) => all.filter((box) => {
    const room = getComputedStyle(box).page === "across" ? across : upright;
    return box.scrollWidth > Math.max(room, box.clientWidth);
}).map((box) => `table: ${box.scrollWidth} px ${box.innerText.slice(0, 60)}`)"""


def misfits(page: Page) -> list[str]:
    """Return what does not fit a page of any width and size of text, every fold open."""
    page.evaluate(UNFOLD)
    size = page.viewport_size
    assert size is not None
    found = []
    for width in WIDTHS:
        for zoom in ZOOMS:
            page.set_viewport_size({"width": width, "height": size["height"]})
            page.evaluate(ZOOM, zoom)
            wrong = page.evaluate(STICKS_OUT) + page.evaluate(CUT)
            found += [f"{width} px, {zoom} %: {each}" for each in wrong]
    found += page.locator("svg .town").evaluate_all(NAMES)
    page.evaluate(ZOOM, 100)
    page.set_viewport_size(size)
    return found


def misprints(page: Page) -> list[str]:
    """Return what is wider than the sheet that it is printed on."""
    page.evaluate("dispatchEvent(new Event('beforeprint'))")  # a map gets ready for paper
    sheet = MAP if page.locator("html.printing").count() else SHEET
    page.set_viewport_size({"width": sheet, "height": 980})
    page.emulate_media(media="print")
    page.evaluate(ZOOM, 100)
    found = page.locator(".scroll").evaluate_all(TABLES, [sheet, ACROSS])
    beside = "all => all.forEach(box => { box.style.overflow = 'hidden'; })"
    page.locator(".scroll").evaluate_all(beside)  # told above
    return [*found, *page.evaluate(STICKS_OUT)]
