"""Random small countries: the rows of their tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from random import Random

    Tables = dict[str, list[dict[str, Any]]]

BASES = ("sourced", "sourced", "partly_sourced", "unverified")


def make_tables(random: Random, *, small: bool) -> Tables:
    """Draw a country of four to six municipalities in two to four counties."""
    count = random.randint(4, 5 if small else 6)
    counties = [f"{c:02}" for c in range(1, random.randint(2, min(4, count)) + 1)]
    home = [*counties, *random.choices(counties, k=count - len(counties))]
    codes = sorted(f"{county}{k:02}" for k, county in enumerate(home))
    roads = _roads(random, codes)
    principals = {code: random.choice((0, 0, 1, 1, 2, 3, 4, 6)) for code in codes}
    if not sum(principals.values()):
        principals[codes[0]] = 2
    at = {code: {"lat": 55.5, "lon": 13.5 + k / 100} for k, code in enumerate(codes)}
    some = random.sample(codes, random.randint(2, count))
    return {
        "counties": [{"code": c, "name": f"Län {c}", "state_area": "Hela"} for c in counties],
        "municipalities": [
            {
                "code": code, "name": f"Ort {code}", "county_code": code[:2], "seat": f"Ort {code}",
                **at[code], "population_2021": 1000, "children_0_19_2021": 250,
                "pupils_y1_9_2021_22": 110, "school_units_y1_9_2021_22": 3, "land_area_km2": 99.5,
                "eligible_upper_secondary_pct_2022": 85.0, "certified_teachers_pct_2022": 70.5,
            }
            for code in codes
        ],
        "adjacency": [
            {"code_a": a, "code_b": b}
            for a, b in sorted({(r["code_a"], r["code_b"]) for r in roads if random.random() < 0.8})
        ],
        "roads": roads,
        "principals": [listed(code) for code in codes if principals[code]],
        "demand": [
            {
                "municipality_code": code, "sole_traders_estimate": max(n - 1, 0),
                "principals_estimate": n,
            }
            for code, n in principals.items()
        ],
        "campuses": [
            {
                "institution": f"H{code}", "short": f"H{code}", "campus_town": f"Ort {code}",
                "municipality_code": code, **at[code], "main_campus": 1, "degrees": "F;AG",
                "degrees_sourced": "F", "size_class": "M",
            }
            for code in sorted(random.sample(codes, random.randint(1, 3)))
        ],
        "sister_sites": [
            {
                "town": f"Ort {code}", "municipality_code": code, **at[code],
                "kind": random.choice(("office", "office", "regional_office", "special_school")),
                "name": f"Syster {code}", "basis": random.choice(BASES),
            }
            for code in sorted(some)
        ],
        "announced": [
            {
                "town": f"Ort {code}", "municipality_code": code, "planned_year": 2022,
                "open_june_2024": "yes", "note": "",
            }
            for code in sorted(random.sample(codes, random.randint(1, count)))
        ],
    }  # fmt: skip


def listed(code: str) -> dict[str, Any]:
    """Return the principal that a municipality is itself."""
    return {
        "orgnr": f"21200{code}", "name": f"Ort {code} kommun", "name_basis": "register",
        "type": "municipality", "municipality_code": code, "school_forms": "FSK GR",
        "units": 2, "children_preschool": 40, "pupils": 110, "status": "public",
    }  # fmt: skip


def _roads(random: Random, codes: list[str]) -> list[dict[str, Any]]:
    """Draw a tree and some more: all alike, in round numbers, or in any."""
    pairs = {tuple(sorted((codes[k], random.choice(codes[:k])))) for k in range(1, len(codes))}
    for _ in range(random.randint(0, 4)):
        pairs.add(tuple(sorted(random.sample(codes, 2))))
    drawn = random.choice(
        (
            lambda: 40.0,
            lambda: random.choice((20.0, 40.0, 60.0)),
            lambda: random.randint(100, 1200) / 10,
        )
    )
    found = []
    for a, b in sorted(pairs):
        km = drawn()
        speed = random.choice((40, 60, 60, 80))
        minutes = round(km / speed * 60, 1)
        kind = "ferry" if random.random() < 0.2 else "road"
        found.append({"code_a": a, "code_b": b, "km": km, "minutes": minutes, "kind": kind})
    return found
