"""The parts that verification rests on: decimals, distances, shares, percentiles."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from country import country_tables, make_country
from planner.errors import InputError
from planner.verify.checks import agrees, exceeds
from planner.verify.distances import Distances
from planner.verify.exact_case import ExactCase
from planner.verify.fields import exact
from planner.verify.figures import weighted_percentile
from planner.verify.rules import read_rules
from planner.verify.tables import read_tables

if TYPE_CHECKING:
    from pathlib import Path

    from verify.small import Run


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0.1", Fraction(1, 10)),
        ("-2.5", Fraction(-5, 2)),
        ("1e-3", Fraction(1, 1000)),
        ("12", Fraction(12)),
        ("+1_0.5", Fraction(21, 2)),
    ],
)
def test_a_decimal_is_read_as_it_is_written(text: str, number: Fraction) -> None:
    """0.1 is a tenth, not the float nearest to it."""
    assert exact(text) == number


@pytest.mark.parametrize("text", ["nan", "inf", "", "1,5", " 1", "0x1", "1e9999", "9" * 41, "1/3"])
def test_what_is_no_decimal_is_refused(text: str) -> None:
    """Only finite decimal numbers of a reasonable size."""
    with pytest.raises(ValueError, match="not a finite decimal number"):
        exact(text)


@pytest.mark.parametrize(
    ("printed", "number", "within", "same"),
    [
        (Fraction("57.6379878"), Fraction("57.63798782"), Fraction(0), True),
        (Fraction("57.6379878"), Fraction("57.6379884"), Fraction(0), False),
        (Fraction("0"), Fraction("0.0000001"), Fraction(0), False),
        (Fraction("0"), Fraction("0.0000001"), Fraction("0.000001"), True),
        (Fraction("123456789"), Fraction("123456789.4"), Fraction(0), True),
        (Fraction("123456789"), Fraction("123456790"), Fraction(0), False),
        (None, None, Fraction(0), True),
        (None, Fraction(1), Fraction(0), False),
        (Fraction(1), None, Fraction(0), False),
    ],
)
def test_nine_digits_agree(
    printed: Fraction | None, number: Fraction | None, within: Fraction, same: bool
) -> None:
    """A printed number is the exact one to nine significant digits, or it is another."""
    assert agrees(printed, number, within) is same


def test_a_hard_rule_holds_to_a_millionth() -> None:
    """What a solver's arithmetic can't tell from the limit keeps it; more does not."""
    assert not exceeds(Fraction("100.0001"), Fraction(100))
    assert exceeds(Fraction("100.0002"), Fraction(100))
    assert not exceeds(Fraction("0.000001"), Fraction(0))
    assert exceeds(Fraction("0.0000011"), Fraction(0))


def test_distances_are_exact() -> None:
    """Ten tenths make one, and equal ways of other roundings stay equal."""
    tenths = [(str(n), str(n + 1), Fraction("0.1")) for n in range(10)]
    distance = Distances([str(n) for n in range(11)], [*tenths, ("0", "10", Fraction("1.0000001"))])
    assert distance("0", "10") == 1
    assert distance("10", "0") == 1
    assert distance("3", "3") == 0


def test_the_shortest_way_is_taken() -> None:
    """A detour over three short links beats a long one; links hold both ways."""
    links = [
        ("a", "b", Fraction(9)),
        ("a", "c", Fraction(2)),
        ("d", "c", Fraction(3)),
        ("b", "d", Fraction("3.9")),
    ]
    distance = Distances("abcd", links)
    assert distance("a", "b") == Fraction("8.9")
    assert [Fraction(n, distance.scale) for n in distance.steps("b")] == [
        Fraction("8.9"),
        0,
        Fraction("6.9"),
        Fraction("3.9"),
    ]


def test_an_island_is_named() -> None:
    """A seat that no road leads to is told by its code."""
    with pytest.raises(InputError, match="'c': expected a road or ferry"):
        Distances("abc", [("a", "b", Fraction(1))]).steps("a")


@pytest.mark.parametrize(
    ("rows", "value"),
    [
        ([(Fraction(1), 19), (Fraction(9), 1)], 1),  # 19 of 20 are 95 %
        ([(Fraction(1), 18), (Fraction(9), 2)], 9),
        ([(Fraction(9), 1), (Fraction(1), 0), (Fraction(3), 1)], 9),
        ([(Fraction(5), 1)], 5),
    ],
)
def test_the_percentile_is_the_least_value_that_a_share_is_within(
    rows: list[tuple[Fraction, int]], value: int
) -> None:
    """The least distance within which 95 % of the principals are."""
    assert weighted_percentile(rows, Fraction(95, 100)) == value


def case_of(run: Run, folder: Path, demand: dict[str, int], level: str) -> ExactCase:
    """Return the case of a run's scenario on other principals, at a level."""
    scenario = run.scenario()
    scenario["units"]["level"] = level
    run.write(run.plan(), scenario)
    make_country(folder, country_tables(demand=demand))
    return ExactCase(read_rules(run.folder, []), read_tables(folder))


def test_largest_remainders_make_the_sum_round_once(rollout: Run, tmp_path: Path) -> None:
    """Uptake 0.8 of 1, 2, 3, 1, 2 and 0: 7.2 in all is 7, each 0.8, 1.6, 2.4, 0.8, 1.6, 0."""
    people = {"0101": 1, "0102": 2, "0201": 3, "0202": 1, "0301": 2, "0302": 0}
    case = case_of(rollout, tmp_path / "data", people, "municipality")
    # Whole parts make 4; the three more go to the largest remainders, ties in the order of codes.
    assert case.taking_part == {
        "0101": 1, "0102": 2, "0201": 2, "0202": 1, "0301": 1, "0302": 0,
    }  # fmt: skip


def test_a_unit_is_as_far_as_its_principals_are(rollout: Run, tmp_path: Path) -> None:
    """County 01 has 3 principals at 10 km and 1 at 15: 11.25 km.

    County 03 has none: its two places count alike, 20 km and 20 + 30.
    """
    people = {"0101": 3, "0102": 1, "0201": 1, "0202": 0, "0301": 0, "0302": 0}
    case = case_of(rollout, tmp_path / "data", people, "county")
    assert case.unit_km("01", "0201") == Fraction("11.25")
    assert case.unit_km("03", "0201") == 35
    assert case.unit_minutes("03", "0201") == (16 + 76) / Fraction(2)
    # Fastest, not shortest: 8 minutes, and 14 by either way.
    assert case.unit_minutes("01", "0201") == Fraction("9.5")
    # Two advisors, each 40 h and 4 h and half of 2 x 9.5 minutes.
    assert case.rules.work is not None
    assert case.hours(case.rules.work, "01", "0201") == 2 * (44 + Fraction("9.5") / 60)
    assert case.journey_msek(case.rules.work, "01", "0201") == Fraction("11.25") * 2 * 3 / 10**6


def test_waiting_is_counted_to_the_middle_of_a_period(rollout: Run, tmp_path: Path) -> None:
    """Six months, then twelve: 3, 12, and 18 for who is never met."""
    case = case_of(rollout, tmp_path / "data", {}, "county")
    assert case.waits == (3, 12, 18)
    assert case.years == (Fraction(1, 2), 1)


def test_principals_are_those_listed_and_sole_traders(rollout: Run, tmp_path: Path) -> None:
    """One is listed in each municipality, the rest are sole traders; those closed don't count."""
    tables = country_tables(demand={"0101": 2, "0102": 1, "0201": 0})
    tables["principals"][1]["status"] = "probably_closed"
    case = case_of(rollout, tmp_path / "data", {}, "principal")
    make_country(tmp_path / "other", tables)
    other = ExactCase(case.rules, read_tables(tmp_path / "other"))
    assert {u for u, rows in other.members.items() if rows[0][0] < "0202"} == {
        "0101-sole-1", "212000101",
    }  # fmt: skip
    assert other.county("0101-sole-1") == "01"


def test_the_nearest_of_several_places() -> None:
    """Found in one search, as the least of what each of them gives."""
    links = [("a", "b", Fraction(1, 3)), ("b", "c", Fraction(2)), ("c", "d", Fraction(1, 2))]
    distance = Distances("abcd", [*links, ("a", "d", Fraction(9))])
    near = distance.nearest("ad")
    assert near == {"a": 0, "b": Fraction(1, 3), "c": Fraction(1, 2), "d": 0}
    assert near == {code: min(distance(code, "a"), distance(code, "d")) for code in "abcd"}
    with pytest.raises(InputError):
        Distances("abc", [("a", "b", Fraction(1))]).nearest("a")
