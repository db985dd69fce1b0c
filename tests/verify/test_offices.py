"""Rules on offices, asked of timelines made by hand."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest

from planner.verify import offices, regions
from planner.verify.figures import Timeline
from planner.verify.run import _whole
from planner.verify.run_files import Office
from verify.small import case_of, plan_of

if TYPE_CHECKING:
    from planner.verify.exact_case import ExactCase
    from verify.small import Run


def when(*spans: str) -> Timeline:
    """Return a timeline of offices, open as told: "0101 0201"; every unit goes to the first."""
    there = [frozenset(span.split()) for span in spans]
    served = [dict.fromkeys(("01", "02", "03"), span.split()[0]) for span in spans]
    return Timeline(tuple(there), tuple(served))


def case(run: Run, *names: str, sites: dict[str, Any] | None = None, **changed: Any) -> ExactCase:
    """Return the case of a run with periods of these names, its sites changed too."""
    plain = case_of(run)
    spans = tuple(replace(plain.rules.periods[0], name=name) for name in names)
    all_sites = replace(plain.rules.sites, **(sites or {}))
    return case_of(run, periods=spans or plain.rules.periods, sites=all_sites, **changed)


def office(code: str, opens: str = "", closes: str | None = None, **more: Any) -> Office:
    """Return an office of which little is told."""
    told: dict[str, Any] = {
        "town": "", "role": "candidate", "principals": 0, "counties": (), "advisors": {},
        "university_minutes": None, "spsm": False, **more,
    }  # fmt: skip
    return Office(code=code, opens=opens, closes=closes, **told)


@pytest.mark.parametrize(
    ("fewest", "most", "spans", "detail"),
    [
        (2, 2, ("a", "a b"), "2 in the end, 2 asked for"),
        (1, 3, ("a b c", "a b"), "2 in the end, 1 to 3 asked for"),
        (2, 2, ("a b", "a b c"), "expected 2 offices, found 3"),
        (2, 3, ("a b", "a"), "expected 2 to 3 offices, found 1"),
        (1, 1, ("a b", "a"), "x: expected at most 1 offices, found 2"),
        (2, 2, ("a", "a b c", "a b"), "y: expected at most 2 offices, found 3"),
    ],
)
def test_offices_are_counted_in_every_period(
    fewest: int, most: int, spans: tuple[str, ...], detail: str, rollout: Run
) -> None:
    """No fewer in the end, and never more."""
    asked = case(rollout, *"xyz"[: len(spans)], fewest=fewest, most=most)
    found = offices._count(asked, when(*spans))
    assert (found.detail, found.ok) == (detail, detail.endswith("asked for"))


@pytest.mark.parametrize(
    ("sites", "may_close", "wrong"),
    [
        ({"required": ("0201",)}, False, "0201: required, not open at the end"),
        ({"required": ("0301",)}, False, ""),
        ({"existing": ("0101",)}, False, ""),
        ({"existing": ("0201",)}, False, "0201: exists, not open in y"),
        ({"existing": ("0201",)}, True, ""),
        ({"existing": ("0301",)}, False, "0301: exists, not open in x"),
        ({"existing": ("0301",)}, True, "0301: exists, not open in x"),
        ({"excluded": ("0201",)}, False, "0201: excluded, open in x"),
    ],
)
def test_roles(sites: dict[str, Any], wrong: str, *, may_close: bool, rollout: Run) -> None:
    """Norr in both periods, Mitt in the first alone, Ost in the second."""
    asked = case(rollout, "x", "y", sites=sites, may_close=may_close)
    found = offices._roles(asked, plan_of(offices=()), when("0101 0201", "0101 0301"))
    stay = "open at first" if may_close else "all open"
    counts = [len(sites.get(kind, ())) for kind in ("required", "existing", "excluded")]
    holds = f"{counts[0]} required, {counts[1]} existing, {stay}; {counts[2]} excluded, none open"
    assert found.detail == (wrong or holds)


@pytest.mark.parametrize(
    ("sites", "role"),
    [
        ({"existing": ("0101",), "required": ("0101",)}, "existing"),
        ({"required": ("0101",)}, "required"),
        ({}, "candidate"),
    ],
)
def test_the_role_of_an_office(sites: dict[str, Any], role: str, rollout: Run) -> None:
    """What exists is existing, also where it is required."""
    asked = case(rollout, "x", sites=sites)
    for told in ("existing", "required", "candidate"):
        plan = plan_of(offices=(office("0101", role=told),))
        assert offices._roles(asked, plan, when("0101")).ok is (told == role)


@pytest.mark.parametrize(
    ("code", "opens", "closes", "wrong"),
    [
        ("a", "x", None, ""),
        ("b", "x", "y", ""),
        ("c", "y", "z", ""),
        ("b", "x", None, "b closes: expected y, found nothing"),
        ("c", "x", "z", "c opens: expected y, found x"),
        ("d", "x", None, "d: open in no period"),
    ],
)
def test_dates_of_an_office(
    code: str, opens: str, closes: str | None, wrong: str, rollout: Run
) -> None:
    """It opens in its first period, and closes in the one after its last, if there is one."""
    plan = plan_of(offices=(office(code, opens, closes), office("a", "x")))
    found = offices._dates(case(rollout, *"xyz"), plan, when("a b", "a c", "a"))
    assert found.detail == (wrong or "as the periods say")


def test_an_office_stays(rollout: Run) -> None:
    """Unless it may close."""
    spans = when("a b", "a c", "a")
    told = "b closes in y; c closes in z"
    assert offices._stays(case(rollout, *"xyz"), spans).detail == told
    found = offices._stays(case(rollout, *"xyz", may_close=True), spans)
    assert (found.ok, found.applies, found.detail) == (True, False, "they may close; 2 do")
    assert offices._stays(case(rollout, *"xyz"), when("a", "a", "a b")).ok


@pytest.mark.parametrize(
    ("most", "sites", "detail"),
    [
        (1, {"existing": ("a",)}, "1, 1; own premises don't count"),
        (1, {}, "x: expected at most 1, found 2"),
        (2, {}, "2, 1; own premises don't count"),
        (None, {}, "2, 1; own premises don't count"),
        (1, {"own_premises": ("b", "d")}, "2, 1; own premises don't count"),
        (0, {"own_premises": ("a", "b")}, "y: expected at most 0, found 1"),
    ],
)
def test_openings(most: int | None, sites: dict[str, Any], detail: str, rollout: Run) -> None:
    """Two open at once, then a third; what was there before did not open."""
    asked = case(rollout, "x", "y", sites=sites)
    spans = tuple(replace(span, openings_most=most) for span in asked.rules.periods)
    asked = case_of(rollout, periods=spans, sites=asked.rules.sites)
    found = offices._openings(asked, when("a b", "a b c"))
    assert (found.detail, found.ok) == (detail, "expected" not in detail)


@pytest.mark.parametrize(
    ("opens", "free", "wrong"),
    [
        ({"b": "y"}, {}, ""),
        ({"b": "x"}, {}, "b: must open in x, does not"),
        ({"a": "y"}, {}, "a: must open in y, does not"),
        ({"b": "w"}, {}, "b: must open in w, does not"),
        ({}, {"b": "y"}, ""),
        ({}, {"a": "y"}, "a: no premises before y, open in x"),
        ({}, {"b": "w"}, "b: no premises before w, open in y"),
        ({}, {"a": "x"}, ""),
    ],
)
def test_opening_dates(
    opens: dict[str, str], free: dict[str, str], wrong: str, rollout: Run
) -> None:
    """An office opens when it must, and never before it has premises."""
    asked = case(rollout, "x", "y", opens=opens, available_from=free)
    found = offices._opening_dates(asked, when("a", "a b"))
    assert found.detail == (wrong or f"{len(opens)} dates set, {len(free)} premises dated")
    assert found.applies


def test_facts_are_those_of_the_last_period_that_an_office_is_open(rollout: Run) -> None:
    """Norr serves everyone and closes; Ost serves county 03, Mitt the others."""
    spans = Timeline(
        (frozenset({"0101"}), frozenset({"0201", "0301"})),
        (dict.fromkeys(("01", "02", "03"), "0101"), {"01": "0201", "02": "0201", "03": "0301"}),
    )
    all_of_them = ("01", "02", "03")
    true = (
        office("0101", town="Norr", principals=21, counties=all_of_them, spsm=True,
               university_minutes=Fraction(8)),
        office("0201", town="Mitt", principals=15, counties=("01", "02"), spsm=True,
               university_minutes=Fraction(0)),
        office("0301", town="Ost", principals=6, counties=("03",), spsm=True,
               university_minutes=Fraction(16)),
        office("0102", town="Söder", university_minutes=Fraction(11)),
    )  # fmt: skip
    asked = case(rollout, "x", "y")
    nearest = asked.minutes("0102", "0201")
    sound = (*true[:3], replace(true[3], university_minutes=nearest))
    assert offices._facts(asked, plan_of(offices=sound), spans).ok
    for wrong in (
        {"town": "Vik"}, {"principals": 20}, {"counties": ("01",)}, {"spsm": False},
        {"university_minutes": Fraction("8.000002")}, {"university_minutes": None},
    ):  # fmt: skip
        (name,) = wrong
        plan = plan_of(offices=(replace(true[0], **wrong), true[1]))
        found = offices._facts(asked, plan, spans)
        assert found.detail.startswith(f"0101 {name}: expected")
        assert ";" not in found.detail
    plan = plan_of(offices=(office("9999"), replace(true[1], town="")))
    found = offices._facts(asked, plan, spans)
    assert found.detail == "9999: no such municipality; 0201 town: expected Mitt, found nothing"


def test_a_period_too_few_is_no_answer(rollout: Run) -> None:
    """Where lists disagree on the number of periods, nothing is cut short to fit."""
    asked, short = case(rollout, "x", "y"), when("0101")
    odd = replace(when("0101", "0101"), served=short.served)
    plan = plan_of(offices=(office("0101"),))
    for ask in (
        lambda: offices._roles(asked, plan, short),
        lambda: offices._openings(asked, short),
        lambda: offices._opening_dates(asked, short),
        lambda: offices._facts(asked, plan, odd),
        lambda: regions._own_office(asked, short),
        lambda: regions._nearest_office(asked, short),
        lambda: list(_whole(asked, odd)),
    ):
        with pytest.raises(ValueError, match="zip"):
            ask()
    late = case(rollout, "x", "y", available_from={"0101": "y"})
    with pytest.raises(ValueError, match="zip"):
        offices._opening_dates(late, replace(short, open=(*short.open, *short.open, *short.open)))
