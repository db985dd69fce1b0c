"""Which uncertain numbers the outcomes hang on."""

from __future__ import annotations

import numpy as np
import pytest

from planner.analysis.variance import morris, sobol


def ishigami(points):
    """Ishigami and Homma (1990): sin x1 + 7 sin^2 x2 + 0.1 x3^4 sin x1 on -pi to pi."""
    x = np.pi * (2 * points - 1)
    value = np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])
    return value[:, None]


def test_sobol_agrees_with_ishigami():
    """Shares of variance worked out by hand: a = 7, b = 0.1.

    V1 = (1 + b pi^4 / 5)^2 / 2, V2 = a^2 / 8, V13 = b^2 pi^8 (1/18 - 1/50).
    """
    one = (1 + 0.1 * np.pi**4 / 5) ** 2 / 2
    two = 7**2 / 8
    both = 0.01 * np.pi**8 * (1 / 18 - 1 / 50)
    whole = one + two + both
    (found,) = sobol(3, ishigami, [3.5], samples=2048, seed=1)
    assert found.first == pytest.approx((one / whole, two / whole, 0), abs=0.02)
    assert found.total == pytest.approx(((one + both) / whole, two / whole, both / whole), abs=0.02)
    assert found.mean == pytest.approx(3.5, abs=0.01)
    assert found.deviation**2 == pytest.approx(whole, rel=0.01)
    assert max(found.error) < 0.1


def test_sobol_of_a_sum_is_the_share_of_each_part():
    """3 x1 + x2, uniform: variances 9/12 and 1/12, and a third factor that does nothing."""

    def evaluate(points):
        return np.column_stack([3 * points[:, 0] + points[:, 1], np.full(len(points), 2.0)])

    found, constant = sobol(3, evaluate, [2.0, 3.0], samples=1024, seed=1)
    assert found.total == pytest.approx((0.9, 0.1, 0), abs=0.01)
    assert constant.total == (0, 0, 0)
    assert constant.deviation == 0
    assert (found.samples, constant.samples) == (1024, 1024)
    # The sum is uniform in the middle, and 3 x1 + x2 is below 2 as often as above; 2 is below 3.
    assert found.below == pytest.approx(0.5, abs=0.01)
    assert constant.below == 1


def test_morris_tells_the_slope_of_a_line_and_the_unevenness_of_a_product():
    def evaluate(points):
        return np.column_stack([5 * points[:, 0] - 2 * points[:, 1], points[:, 0] * points[:, 1]])

    line, product = morris(3, evaluate, paths=20, seed=1)
    assert line.mean == pytest.approx((5, 2, 0))
    assert line.spread == pytest.approx((0, 0, 0), abs=1e-9)
    assert product.spread[0] > 0.1  # what x1 does depends on x2
    assert product.mean[2] == 0


def test_the_same_seed_gives_the_same_figures():
    one, two = (sobol(3, ishigami, [0.0], samples=64, seed=5) for _ in range(2))
    assert one == two
    assert morris(3, ishigami, paths=4, seed=5) == morris(3, ishigami, paths=4, seed=5)
