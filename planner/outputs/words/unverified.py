"""Which towns of a plan rest on a statement that nobody has confirmed, and how that is said."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from planner.case.travel import Travel, travel_matrix
from planner.outputs.words.text import Texts, load_texts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from planner.case.types import Inputs
    from planner.plan import Office, Plan
    from planner.scenario.spec import Scenario

BASES = ("sourced", "partly_sourced", "unverified")
"""How well a statement is sourced, the best first."""


@dataclass(frozen=True)
class Doubt:
    """What is not confirmed of a town.

    Attributes
    ----------
    sister : str
        How well it is sourced that the sister agency is there; "sourced" where that is, or where
        nothing is said of the town.
    rests : bool
        Whether the question asks for such towns, so that the plan rests on it.
    campus : bool
        Whether the question asks for teacher education near by, and what there is within its
        limit, or nearest, has no degree with a source.
    """

    sister: str = "sourced"
    rests: bool = False
    campus: bool = False

    @property
    def marked(self) -> bool:
        """Whether the town is marked wherever it stands."""
        return self.campus or (self.rests and self.sister != "sourced")


SURE = Doubt()


def doubts(codes: Iterable[str], scenario: Scenario, inputs: Inputs) -> dict[str, Doubt]:
    """Return what is not confirmed of some towns; nothing of those that are sure.

    Parameters
    ----------
    codes : iterable of str
        Municipality codes.
    scenario : Scenario
        The question: which premises count, and what it asks for.
    """
    asked = dict.fromkeys(codes)
    basis, near = _sister_basis(scenario, inputs), _near_unsourced(asked, scenario, inputs)
    spec, names = scenario.sites, _criteria(scenario)
    rests = "spsm_share" in names
    given = {*spec.required, *spec.existing}
    found = {
        code: Doubt(
            basis.get(code, "sourced"),
            code not in spec.own_premises
            and (rests or (spec.candidates == "sister" and code not in given)),
            code in near,
        )
        for code in asked
    }
    return {code: each for code, each in found.items() if each.campus or each.sister != "sourced"}


def last_open(plan: Plan) -> tuple[str, ...]:
    """Return the codes of the offices that are open in the last period."""
    return plan.periods[-1].open


def said(
    codes: Iterable[str], scenario: Scenario, inputs: Inputs, t: Texts, *, several: bool = False
) -> list[str]:
    """Say which towns are not confirmed and that the plan rests on them.

    Parameters
    ----------
    codes : iterable of str
        Towns of a plan.
    t : Texts
        Of the language to speak.
    several : bool
        Whether the towns are those of several plans, so that none has to rest on all of them.

    Returns
    -------
    list of str
        A text each; none where the question does not ask for what is in doubt.
    """
    found, words = doubts(codes, scenario, inputs), load_texts(t.language, "unverified")
    rows = {
        basis: [c for c, d in found.items() if d.rests and d.sister == basis] for basis in BASES[1:]
    }
    rows["campus"] = [code for code, doubt in found.items() if doubt.campus]
    seats, sister = inputs.municipalities["seat"], inputs.country.sister_agency
    ending = "_any" if several else ""
    return [
        words(f"unverified.{key}{ending}", towns=t.listing(list(seats[towns])), sister=sister)
        for key, towns in rows.items()
        if towns
    ]


def said_by_label(
    towns: Mapping[str, Iterable[str]],
    scenarios: Mapping[str, Scenario],
    inputs: Inputs,
    t: Texts,
) -> list[str]:
    """Say which of the towns that an answer names are not confirmed.

    Parameters
    ----------
    towns : mapping of str to iterable of str
        Label -> codes of the towns that the answer names.
    scenarios : mapping of str to Scenario
        Label -> the question that they answer.
    """
    words, told = load_texts(t.language, "unverified"), []
    for label, scenario in scenarios.items():
        for each in said(sorted(towns[label]), scenario, inputs, t, several=len(scenarios) == 1):
            one = len(scenarios) == 1
            told.append(each if one else words("unverified.of_side", label=label, said=each))
    return told


def sister_words(office: Office, doubt: Doubt, t: Texts) -> str:
    """Say whether a town counts as one with the sister agency, and how well that is sourced."""
    if not office.spsm:
        return t("word.no")
    basis = doubt.sister
    words = load_texts(t.language, "unverified")
    return t("word.yes") if basis == "sourced" else words(f"unverified.yes_{basis}")


def marked(found: Mapping[str, Doubt]) -> frozenset[str]:
    """Return the codes of the towns that are marked wherever they stand."""
    return frozenset(code for code, doubt in found.items() if doubt.marked)


def figure_note(
    criterion: str, codes: Collection[str], scenario: Scenario, inputs: Inputs, t: Texts
) -> str:
    """Say how many of the offices that a measure counts are unverified; nothing if none are."""
    if criterion == "spsm_share":
        counted = [code for code in codes if code not in scenario.sites.own_premises]
        unsure = {c for c, d in doubts(counted, scenario, inputs).items() if d.sister == BASES[-1]}
    elif criterion in ("university_beyond", "university_minutes"):
        counted = list(codes)
        unsure = {code for code, d in doubts(counted, scenario, inputs).items() if d.campus}
    else:
        return ""
    words = load_texts(t.language, "unverified")
    numbers = {"n": t.number(len(unsure)), "total": t.number(len(counted))}
    return words("unverified.count", **numbers) if unsure else ""


def _criteria(scenario: Scenario) -> set[str]:
    return {*scenario.limits, *scenario.objective.names, *scenario.objective.then}


def _sister_basis(scenario: Scenario, inputs: Inputs) -> Mapping[str, str]:
    """Return the best basis of the sister agency's premises that count, by town."""
    found: dict[str, str] = {}
    table = inputs.sister_sites[["municipality_code", "kind", "basis"]]
    for code, kind, basis in table.itertuples(index=False):
        if kind in scenario.sites.kinds and basis in scenario.sites.basis:
            found[code] = min(found.get(code, basis), basis, key=BASES.index)
    return found


def _near_unsourced(codes: Iterable[str], scenario: Scenario, inputs: Inputs) -> set[str]:
    """Return the towns that are near teacher education by unsourced degrees alone, where asked."""
    asked = _criteria(scenario) & {"university_beyond", "university_minutes"}
    if not asked:
        return set()
    travel = _travel(inputs)
    row = {code: number for number, code in enumerate(travel.codes)}
    degrees = inputs.campuses.fillna({"degrees_sourced": ""})
    campuses = [row[code] for code in degrees["municipality_code"]]
    sourced = degrees["degrees_sourced"].to_numpy(dtype=str) != ""
    limit = scenario.thresholds.university_limit.value
    found = set()
    for code in codes:
        minutes = travel.minutes[row[code], campuses]
        nearest, sure = (m.min(initial=np.inf) for m in (minutes, minutes[sourced]))
        if ("university_beyond" in asked and nearest <= limit < sure) or (
            "university_minutes" in asked and nearest < sure
        ):
            found.add(code)
    return found


@lru_cache(maxsize=1)
def _travel(inputs: Inputs) -> Travel:
    """Return the travel between seats; it is asked for once a figure and once a language."""
    return travel_matrix(inputs)
