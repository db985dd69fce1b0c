"""What workbook and layers must say of a plan: their tables, computed again from the plan.

A table is a mapping of a row's key to its figures by column. A figure that there is none of is
None: no region, no campus.
"""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from planner.verify.calendar_csv import PLANNED, RESERVE, STATUSES, Turn
from planner.verify.criteria import PERCENT, SHARES
from planner.verify.exact_case import ExactCase, quarters
from planner.verify.figures import HomeMunicipality, Timeline, homes, region
from planner.verify.run_files import Plan
from planner.verify.work_done import WorkDone

Value = str | int | Fraction | None
Table = Mapping[Hashable, Mapping[str, Value]]


@dataclass(frozen=True)
class CheckedPlan:
    """A plan with all that was found of it; `turns` is None where there is no calendar."""

    case: ExactCase
    plan: Plan
    when: Timeline
    done: WorkDone | None
    turns: Sequence[Turn] | None

    @cached_property
    def homes(self) -> Mapping[str, HomeMunicipality]:
        """Every municipality, with the offices that serve it in the last period."""
        return homes(self.case, self.when.served[-1])

    def offices(self) -> Table:
        """Return offices by code: figures of their regions, and the dialogues of all periods."""
        held = Counter[str]()
        for batch in self.plan.dialogues:
            held[batch.office] += batch.dialogues
        last = self.case.rules.periods[-1].name
        return {
            office.code: {
                "town": office.town,
                "opens": office.opens,
                "closes": office.closes or "",
                **region(self.case, office.code, self.homes),
                "university_minutes": office.university_minutes,
                "sister": int(office.spsm),
                "advisors": office.advisors.get(last, 0),
                "dialogues": held[office.code],
            }
            for office in self.plan.offices
        }

    def regions(self) -> Table:
        """Return the region of every office that serves most of some municipality."""
        mostly = {home.office for home in self.homes.values()}
        seat = self.case.tables.seat
        return {
            office: {"town": seat[office], **region(self.case, office, self.homes)}
            for office in sorted(mostly)
        }

    def counties(self) -> Mapping[str, Sequence[Mapping[str, Value]]]:
        """Return, by county, a row for each office that serves a part of it."""
        case, parts = self.case, dict[tuple[str, str], Counter[str]]()
        for code, home in self.homes.items():
            for office, n in home.split.items():
                part = parts.setdefault((case.tables.county[code], office), Counter())
                part.update(municipalities=1, principals=n)
        held, left = Counter[str](), Counter[str]()
        if self.done is not None:
            for unit, n in self.done.unmet.items():
                held[case.county(unit)] += case.taking_part[unit] - n
                left[case.county(unit)] += n
        found: dict[str, list[Mapping[str, Value]]] = {}
        for (county, _), part in sorted(parts.items()):
            row = {"municipalities": part["municipalities"], "principals": part["principals"]}
            work = {"dialogues": held[county], "unmet": left[county]} if self.done else {}
            found.setdefault(county, []).append(row | work)
        return found

    def municipalities(self) -> Table:
        """Return every municipality with the office that serves most of it."""
        case = self.case
        return {
            code: {
                "municipality": case.tables.name[code],
                "county_code": case.tables.county[code],
                "county": case.tables.county_name[case.tables.county[code]],
                "office": home.office,
                "km": case.km(code, home.office),
                "minutes": case.minutes(code, home.office),
                "principals": home.principals,
                "sole_traders": case.tables.alone[code],
            }
            for code, home in self.homes.items()
        }

    def lines(self) -> Table:
        """Return, by municipality and office, whom a line on the map stands for."""
        case = self.case
        return {
            (code, office): {
                "km": case.km(code, office),
                "minutes": case.minutes(code, office),
                "principals": n,
            }
            for code, home in self.homes.items()
            for office, n in home.split.items()
            if office != code
        }

    def periods(self) -> Table:
        """Return the periods by name."""
        told = {period.period: period for period in self.plan.periods}
        return {
            span.name: {
                "months": span.months,
                "open": len(told[span.name].open),
                "advisors": told[span.name].advisors,
                "dialogues": told[span.name].dialogues,
                "waiting": told[span.name].unmet,
                "cost_msek": told[span.name].cost_msek,
                "max_km": told[span.name].max_km,
                "percent_beyond": told[span.name].share_beyond * PERCENT,
            }
            for span in self.case.rules.periods
        }

    def assignments(self) -> Table:
        """Return who serves whom, by unit and period."""
        return {
            (row.id, row.period): _picked(row, "unit", "office", "km", "minutes", "principals")
            for row in self.plan.assignments
        }

    def criteria(self) -> Table:
        """Return the criteria by name, shares in per cent."""
        return {
            name: {"value": None if value is None else value * scale}
            for name, value in self.plan.criteria.items()
            for scale in (PERCENT if name in SHARES else 1,)
        }

    def proofs(self) -> Table:
        """Return what was proved of each goal, by its name; shares in per cent."""
        return {
            stage.name: {
                "value": stage.objective * scale,
                "bound": stage.bound * scale,
                "towns": stage.scope.towns,
            }
            for stage in self.plan.stages
            for scale in (PERCENT if stage.name in SHARES else 1,)
        }

    def assumptions(self) -> Table:
        """Return every number with its range, by key."""
        return {
            given.key: _picked(given, "value", "low", "high", "unit", "source")
            for given in self.plan.assumptions
        }

    def quarters(self) -> Table:
        """Return, by office, period and quarter, what the calendar asks of the office."""
        met = Counter[tuple[str, int, int, str]]()
        taken: dict[tuple[str, int, int], Fraction] = {}
        visited: dict[tuple[str, int, int], set[str]] = {}
        for turn in self.turns or ():
            key = (turn.office, turn.t, turn.k)
            met[*key, turn.status] += 1
            if turn.status == PLANNED:
                taken[key] = taken.get(key, Fraction(0)) + turn.hours
                visited.setdefault(key, set()).add(turn.municipality)
        found: dict[Hashable, dict[str, Value]] = {}
        for office in self.plan.offices if self.done else ():
            for t, parts in enumerate(quarters(self.case.rules)):
                advisors = office.advisors.get(self.case.rules.periods[t].name, 0)
                there = self.done.full_time(t) * advisors if self.done else Fraction(0)
                so_far = Fraction(0)
                for k, part in enumerate(parts if office.code in self.when.open[t] else ()):
                    key = (office.code, t, k)
                    before = parts[k - 1].elapsed if k else Fraction(0)
                    so_far += taken.get(key, Fraction(0))
                    found[key] = {
                        "advisors": advisors,
                        "planned": met[*key, PLANNED],
                        "reserve": met[*key, RESERVE],
                        "municipalities": len(visited.get(key, ())),
                        "hours": taken.get(key, Fraction(0)),
                        "available": there * (part.elapsed - before),
                        "spare": there * part.elapsed - so_far,
                    }
        return found

    def principals(self) -> Table:
        """Return listed principals by id: where they live, and how far the office is."""
        case, offices = self.case, self._office_of()
        return {
            name: {
                "municipality": case.tables.name[home],
                "town": case.tables.seat[offices[name]],
                "km": case.km(home, offices[name]),
                "minutes": case.minutes(home, offices[name]),
            }
            for name in case.tables.listed
            for home in (case.tables.homes[name],)
        }

    def _office_of(self) -> Mapping[str, str]:
        if self.turns is not None:
            return {turn.id: turn.office for turn in self.turns}
        served = self.when.served[-1]
        return {name: served[self.case.unit_of(name)] for name in self.case.tables.listed}

    def lists(self) -> Table:
        """Return, by municipality, how many are planned, in reserve and after."""
        counts = Counter((turn.municipality, turn.status) for turn in self.turns or ())
        return {code: {status: counts[code, status] for status in STATUSES} for code in self.homes}


def _picked(row: object, *columns: str) -> dict[str, Value]:
    return {column: getattr(row, column) for column in columns}
