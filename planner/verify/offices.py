"""The offices: how many, where they may be, when they open and close, what is told of them."""

from collections.abc import Iterable, Iterator

from planner.message import say
from planner.verify.checks import MILLIONTH, Check, check, differs, misses
from planner.verify.exact_case import ExactCase
from planner.verify.figures import Timeline
from planner.verify.run_files import Plan


def check_offices(case: ExactCase, plan: Plan, when: Timeline) -> Iterator[Check]:
    """Check every rule on offices."""
    yield _count(case, when)
    yield _sites(case, plan, when)
    yield _roles(case, plan, when)
    yield _dates(case, plan, when)
    yield _stays(case, when)
    yield _openings(case, when)
    yield _opening_dates(case, when)
    yield _facts(case, plan, when)


def _count(case: ExactCase, when: Timeline) -> Check:
    count, fewest, most = len(when.open[-1]), case.rules.fewest, case.rules.most
    bounds = str(most) if fewest == most else say("{} to {}", fewest, most)
    wrong = [] if fewest <= count <= most else [say("expected {} offices, found {}", bounds, count)]
    wrong += [
        say("{}: expected at most {} offices, found {}", period.name, most, len(open_now))
        for period, open_now in zip(case.rules.periods[:-1], when.open, strict=False)
        if len(open_now) > most
    ]
    return check(say("office count"), wrong, say("{} in the end, {} asked for", count, bounds))


def _sites(case: ExactCase, plan: Plan, when: Timeline) -> Check:
    listed = [office.code for office in plan.offices]
    wrong = [
        say("{} may not have an office", code) for code in _ever(when) if code not in case.allowed
    ]
    wrong += differs(say("offices listed"), tuple(listed), tuple(sorted(_ever(when))))
    return check(
        say("candidates"), wrong, say("every office among {} allowed towns", len(case.allowed))
    )


def _roles(case: ExactCase, plan: Plan, when: Timeline) -> Check:
    sites = case.rules.sites
    wrong = [
        say("{}: required, not open at the end", code)
        for code in sites.required
        if code not in when.open[-1]
    ]
    for t, (period, open_now) in enumerate(zip(case.rules.periods, when.open, strict=True)):
        wrong += [
            say("{}: exists, not open in {}", code, period.name)
            for code in sites.existing
            if code not in open_now and (t == 0 or not case.rules.may_close)
        ]
        wrong += [
            say("{}: excluded, open in {}", code, period.name)
            for code in sites.excluded
            if code in open_now
        ]
    for office in plan.offices:
        wrong += differs(f"{office.code} role", office.role, case.role(office.code))
    stay = say("open at first") if case.rules.may_close else say("all open")
    holds = say("{} required, {} existing, {}", len(sites.required), len(sites.existing), stay)
    return check(say("roles"), wrong, say("{}; {} excluded, none open", holds, len(sites.excluded)))


def _dates(case: ExactCase, plan: Plan, when: Timeline) -> Check:
    names = [period.name for period in case.rules.periods]
    wrong: list[str] = []
    for office in plan.offices:
        spans = [t for t, open_now in enumerate(when.open) if office.code in open_now]
        if not spans:
            wrong.append(say("{}: open in no period", office.code))
            continue
        closes = names[spans[-1] + 1] if spans[-1] + 1 < len(names) else None
        wrong += differs(f"{office.code} opens", office.opens, names[spans[0]])
        wrong += differs(f"{office.code} closes", office.closes, closes)
    return check(say("opens and closes"), wrong, say("as the periods say"))


def _stays(case: ExactCase, when: Timeline) -> Check:
    wrong = [
        say("{} closes in {}", code, case.rules.periods[t].name)
        for t in range(1, len(when.open))
        for code in sorted(when.open[t - 1] - when.open[t])
    ]
    if case.rules.may_close:
        return check(
            say("offices stay"), [], say("they may close; {} do", len(wrong)), applies=False
        )
    return check(say("offices stay"), wrong, say("none closes"))


def _openings(case: ExactCase, when: Timeline) -> Check:
    wrong = []
    for period, fresh in zip(case.rules.periods, openings(case, when), strict=True):
        most, count = period.openings_most, len(fresh - {*case.rules.sites.own_premises})
        if most is not None and count > most:
            wrong.append(say("{}: expected at most {}, found {}", period.name, most, count))
    counts = ", ".join(str(len(fresh)) for fresh in openings(case, when))
    return check(say("openings per period"), wrong, say("{}; own premises don't count", counts))


def _opening_dates(case: ExactCase, when: Timeline) -> Check:
    names = [period.name for period in case.rules.periods]
    fresh = dict(zip(names, openings(case, when), strict=True))
    wrong = [
        say("{}: must open in {}, does not", code, period)
        for code, period in case.rules.opens.items()
        if code not in fresh.get(period, ())
    ]
    for code, period in case.rules.available_from.items():
        early = names[: names.index(period)] if period in names else names
        wrong += [
            say("{}: no premises before {}, open in {}", code, period, name)
            for name, open_now in zip(names, when.open, strict=True)
            if name in early and code in open_now
        ]
    told = say(
        "{} dates set, {} premises dated", len(case.rules.opens), len(case.rules.available_from)
    )
    given = bool(case.rules.opens or case.rules.available_from)
    return check(say("opening dates"), wrong, told, applies=given)


def openings(case: ExactCase, when: Timeline) -> list[frozenset[str]]:
    """Return the offices that open in each period; existing ones were open before."""
    before = (frozenset(case.rules.sites.existing), *when.open)
    return [now - was for was, now in zip(before, when.open, strict=False)]


def _facts(case: ExactCase, plan: Plan, when: Timeline) -> Check:
    wrong: list[str] = []
    for office in plan.offices:
        code = office.code
        if code not in case.tables.seat:
            wrong.append(say("{}: no such municipality", code))
            continue
        served = _last_region(code, when)
        counties = tuple(sorted({case.county(unit) for unit in served}))
        people = sum(case.weight[unit] for unit in served)
        wrong += differs(f"{code} town", office.town, case.tables.seat[code])
        wrong += differs(f"{code} principals", office.principals, people)
        wrong += differs(f"{code} counties", office.counties, counties)
        wrong += differs(f"{code} spsm", office.spsm, code in case.sister_towns)
        nearest = case.campus_minutes(code)
        label = f"{code} university_minutes"
        wrong += misses(label, office.university_minutes, nearest, MILLIONTH)
    return check(
        say("office facts"), wrong, say("town, principals, counties, campus, SPSM as recomputed")
    )


def _last_region(code: str, when: Timeline) -> list[str]:
    """Return the units of an office in the last period that it is open."""
    regions = [s for s, open_now in zip(when.served, when.open, strict=True) if code in open_now]
    return [unit for unit, office in regions[-1].items() if office == code] if regions else []


def _ever(when: Timeline) -> Iterable[str]:
    return sorted(frozenset().union(*when.open))
