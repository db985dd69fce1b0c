"""Colours: measured, so that "colour-blind safe" is not only said; classes worked out by hand."""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections import Counter

import numpy as np
import pytest

from planner.outputs.drawing.palette import (
    CLOCK,
    FILLS,
    HATCHES,
    INK,
    LAND,
    MOST_CLASSES,
    SEA,
    class_limits,
    class_styles,
    region_style,
)

# Full colour blindness of each kind: Machado, Oliveira and Fernandes (2009), table 1.
SIGHT = {
    "full": np.eye(3),
    "protan": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deutan": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritan": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
WHITE = np.array([0.95047, 1.0, 1.08883])


def linear(colour):
    """sRGB to linear light (IEC 61966-2-1)."""
    parts = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def lab(light):
    """Linear light to CIE L*a*b* (1976)."""
    xyz = TO_XYZ @ np.clip(light, 0, 1) / WHITE
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def contrast(one, other):
    """WCAG 2.1 contrast ratio."""
    bright, dark = sorted((float(TO_XYZ[1] @ linear(c)) for c in (one, other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("sight", SIGHT)
def test_fills_and_sea_are_told_apart_by_every_sight(sight):
    seen = {c: lab(np.array(SIGHT[sight]) @ linear(c)) for c in (*FILLS, SEA)}
    apart = {
        pair: float(np.linalg.norm(seen[pair[0]] - seen[pair[1]]))
        for pair in itertools.combinations(seen, 2)
    }
    assert min(apart.values()) >= 13, min(apart, key=apart.__getitem__)


def test_dark_text_reads_on_every_fill():
    for fill in (*FILLS, LAND, SEA):
        assert contrast(INK, fill) >= 4.5


def test_thirty_two_regions_all_look_different():
    styles = [region_style(number) for number in range(1, 33)]
    assert len({(style.colour, style.hatch) for style in styles}) == 32
    assert {style.hatch for style in styles[:8]} == {HATCHES[0]}
    assert styles[0].paint == FILLS[0]
    assert styles[9].paint == "url(#region-fill-10)"


@pytest.mark.parametrize("sight", SIGHT)
@pytest.mark.parametrize("count", range(1, 7))
def test_classes_darken_step_by_step_to_every_sight(sight, count):
    colours = [style.colour for style in class_styles(count)]
    light = [lab(np.array(SIGHT[sight]) @ linear(c))[0] for c in colours]
    assert all(before - after >= 4 for before, after in itertools.pairwise(light)), light
    apart = [
        float(np.linalg.norm(lab(linear(one)) - lab(linear(two))))
        for one, two in itertools.combinations(colours, 2)
    ]
    assert min(apart, default=100) >= 13


def test_neighbouring_classes_are_told_apart_without_colour():
    styles = class_styles(6)
    assert all(a.hatch != b.hatch for a, b in itertools.pairwise(styles))
    hatched = [style.hatch for style in styles if style.hatch != "plain"]
    assert len(set(hatched)) == len(hatched) == 3
    assert styles[1].paint == "url(#class-fill-1)"


def test_borders_show_on_every_class():
    assert min(contrast(INK, style.colour) for style in class_styles(6)) >= 3


@pytest.mark.parametrize(
    ("minutes", "limits"),
    [
        ([], ()),
        ([17, 17, 17], ()),
        # Half of the way in between is 42.
        ([0, 84], (45,)),
        # Sixths of 1..120 end at 20.8, 40.7, 60.5, 80.3 and 100.2.
        (list(range(1, 121)), (15, 45, 60, 75, 105)),
        # No round number lies between: whole minutes stay.
        ([61, 62, 63, 64], (62, 63, 64)),
        # Two of the three quantiles are 0: fewer classes, and none of them empty.
        ([0] * 8 + [200, 400], (5,)),
    ],
)
def test_limits_are_quantiles_at_round_minutes(minutes, limits):
    assert class_limits(minutes) == limits


@pytest.mark.parametrize("step", [1, 2, 3, 7, 40])
@pytest.mark.parametrize("top", [2, 9, 60, 500])
def test_no_class_is_empty_and_limits_rise(step, top):
    minutes = list(range(0, top * step, step))
    limits = class_limits(minutes)
    held = Counter(bisect_right(limits, m) for m in minutes)
    assert sorted(held) == list(range(len(limits) + 1))
    assert 1 <= len(limits) < MOST_CLASSES
    assert list(limits) == sorted(set(limits))


def test_the_marks_are_minutes_of_a_clock():
    assert list(CLOCK) == sorted(set(CLOCK))
    assert {15, 30, 45, 60, 90, 120, 150, 180, 240, 300}.issubset(CLOCK)
