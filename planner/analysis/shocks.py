"""What may turn out otherwise in the world, apart from what a scenario decides."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated

import numpy as np
from pydantic import Field, ValidationError

from planner.case.text import model_problems
from planner.case.travel import Travel, travel_matrix
from planner.errors import InputError, Problem
from planner.message import say
from planner.scenario.values import Spec

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from planner.case.types import Inputs
    from planner.data import Data
    from planner.model.instance import Ints

Link = Annotated[str, Field(pattern=r"^[0-9A-Za-z._]+-[0-9A-Za-z._]+$", max_length=81)]
Factor = Annotated[float, Field(gt=0, le=10, allow_inf_nan=False)]


class World(Spec):
    """Changes of the tables; as they are by default."""

    growth: Annotated[float, Field(ge=-1, le=10, allow_inf_nan=False)] = Field(
        default=0.0,
        description="Growth of the independent principals, as a share; municipalities, regions "
        "and the state stay as they are.",
    )
    speed: Factor = Field(default=1.0, description="Speed everywhere, times what it is.")
    road_speed: Factor = Field(default=1.0, description="Speed on roads, times what it is.")
    ferry_speed: Factor = Field(default=1.0, description="Speed of ferries, times what it is.")
    lost_roads: tuple[Link, ...] = Field(
        default=(), description='Links that are gone, as "CODE-CODE" of two municipalities.'
    )

    @classmethod
    def checked(cls, given: Mapping[str, object]) -> World:
        """Return a world of given values.

        Raises
        ------
        InputError
            With every problem.
        """
        try:
            return cls.model_validate(given)
        except ValidationError as error:
            raise InputError(model_problems("world", error)) from error


def in_world(data: Data, world: World) -> Data:
    """Return the data as they are in a changed world.

    Raises
    ------
    InputError
        If a lost road is none of the table's, or a seat can't be reached without it.
    """
    if world == World():
        return data
    inputs = data.inputs
    if world.growth:
        towns = inputs.municipalities.assign(principals=_grown(inputs, world.growth))
        if not towns["principals"].any():
            expected = say("growth that leaves a principal in the country")
            raise InputError([Problem("world", None, "growth", f"{world.growth:g}", expected)])
        inputs = replace(inputs, municipalities=towns)
    changed = world.model_copy(update={"growth": 0.0})
    if changed == World():
        return replace(data, inputs=inputs)
    roads = _roads(data.inputs.roads, world)
    if changed == World(speed=world.speed):
        # The same roads are the fastest, only sooner or later.
        minutes = (data.travel.minutes / world.speed).round(6)
        travel = replace(data.travel, minutes=minutes)
    else:
        travel = _travel(_ChangedRoads(replace(data.inputs, roads=roads), changed, data))
    return replace(data, inputs=replace(inputs, roads=roads), travel=travel)


class _ChangedRoads:
    """Changed roads, the same for the same world on the same data."""

    def __init__(self, inputs: Inputs, world: World, data: Data) -> None:
        self.inputs = inputs
        self._key = (world, data.folder, tuple(sorted(data.inputs.files.items())))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ChangedRoads) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)


@lru_cache(maxsize=64)
def _travel(roads: _ChangedRoads) -> Travel:
    return travel_matrix(roads.inputs, keep=False)


def _grown(inputs: Inputs, growth: float) -> Ints:
    """Return the principals of each municipality: the public ones and the others, grown.

    Largest remainders, so that the sum is that of the country, rounded once.
    """
    listed = inputs.principals
    public = listed.loc[
        (listed["type"] != "independent") & (listed["status"] != "probably_closed"),
        "municipality_code",
    ].value_counts()
    towns = inputs.municipalities["principals"]
    fixed = np.minimum(public.reindex(towns.index, fill_value=0), towns).to_numpy()
    exact = fixed + (towns.to_numpy() - fixed) * (1.0 + growth)
    whole: Ints = np.floor(exact + 1e-9).astype(np.int64)
    missing = round(float(exact.sum())) - int(whole.sum())
    order = np.argsort(-np.round(exact - whole, 9), kind="stable")
    whole[order[:missing]] += 1
    return whole


def _roads(roads: pd.DataFrame, world: World) -> pd.DataFrame:
    ends = {frozenset(link.split("-")): link for link in world.lost_roads}
    links = [frozenset(pair) for pair in zip(roads["code_a"], roads["code_b"], strict=True)]
    unknown = sorted(link for pair, link in ends.items() if pair not in set(links))
    if unknown:
        expected = say("two municipalities with a road between them in the table")
        raise InputError([Problem("world", None, "lost_roads", link, expected) for link in unknown])
    kept = roads.loc[[pair not in ends for pair in links]]
    speed = world.speed * np.where(kept["kind"] == "ferry", world.ferry_speed, world.road_speed)
    return kept.assign(minutes=kept["minutes"] / speed).reset_index(drop=True)
