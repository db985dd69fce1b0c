"""What a form asks, worked out from the scenario's own fields: no field is listed by hand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from planner.criteria import CRITERIA, OPTIMISABLE
from planner.scenario.spec import Scenario

if TYPE_CHECKING:
    from collections.abc import Iterator

Kind = Literal[
    "text",  # a line
    "words",  # a text in both languages
    "date",
    "number",
    "range",  # a whole number, or two of them
    "flag",
    "choice",
    "choices",  # several of them
    "list",  # lines of text
    "choice_or_list",
    "quantity",  # a number with its unit, range and source
    "section",
    "rows",  # a list of sections
    "named",  # a section or value for each of known names
    "towns",  # a value for each of some towns
]

DOMAINS = {
    "sites.candidates": "town",
    "sites.required": "town",
    "sites.existing": "town",
    "sites.excluded": "town",
    "sites.own_premises": "town",
    "sites.kinds": "site_kind",
    "objective.leading": "criterion",
    "objective.order": "criterion",
    "objective.optimise": "criterion",
    "objective.then": "criterion",
    "rollout.opens": "period",
    "rollout.available_from": "period",
    "dialogues.targets.by": "period",
}
"""What a text stands for, where the schema says no more than that it is one."""

NAMES = {
    "objective.rates": OPTIMISABLE,
    "objective.tolerance": OPTIMISABLE,
    "limits": tuple(CRITERIA),
}
"""The names that a table has, where they are known beforehand; others name towns."""

APART = ("name",)
"""What a form does not ask: the name follows from the title."""

WORK = ("dialogues", "staffing", "money")
"""Sections that a scenario has together or not at all."""


SECTIONS: dict[str, Kind] = {"Quantity": "quantity", "Text": "words"}
TYPES: dict[str, Kind] = {
    "enum": "choice",
    "boolean": "flag",
    "integer": "number",
    "number": "number",
    "string": "text",
}


@dataclass(frozen=True)
class FormField:
    """One field of a scenario.

    Attributes
    ----------
    key : str
        Dotted, without the places of lists: ``rollout.periods.months``.
    description : str
        As the specification says it.
    domain : str
        What a text stands for: town, criterion, period, site_kind, or nothing in particular.
    parts : tuple of FormField
        Of a section, of one row, or the value under a name.
    whole : bool
        Whether a number must be whole.
    optional : bool
        Whether it may be left out: an empty box is then none, and else a mistake.
    default : bool, float or None
        The number or tick that a new row or limit has in it.
    """

    key: str
    kind: Kind
    description: str = ""
    domain: str = ""
    choices: tuple[str, ...] = ()
    parts: tuple[FormField, ...] = ()
    whole: bool = False
    optional: bool = False
    default: float | None = None

    @property
    def name(self) -> str:
        """The last part of the key."""
        return self.key.rpartition(".")[2]

    def walk(self) -> Iterator[FormField]:
        """Yield the node and all below it."""
        yield self
        for part in self.parts:
            yield from part.walk()


GROUPS: tuple[tuple[str, bool, tuple[str, ...], tuple[str, ...]], ...] = (
    ("question", True, ("title", "offices", "units.level"), ()),
    (
        "towns",
        True,
        ("sites.candidates", "sites.required", "sites.excluded", "sites.existing"),
        ("sites",),
    ),
    (
        "goals",
        True,
        ("objective.method", "objective.rates", "objective.optimise", "objective.order"),
        ("objective",),
    ),
    ("limits", False, ("limits", "thresholds", "units"), ()),
    ("rollout", False, ("rollout",), ()),
    ("work", False, ("dialogues", "staffing"), ()),
    ("money", False, ("money",), ()),
    ("search", False, ("solver", "calendar", "description"), ()),
)
"""Name, whether it is open from the start, its fields or whole sections, and those folded in.

A field stands where it is first named; what no group names stands in a last one."""


@dataclass(frozen=True)
class FieldGroup:
    """Fields that belong together."""

    name: str
    open: bool
    nodes: tuple[FormField, ...]
    folded: tuple[FormField, ...]


def side_of(criterion: str) -> Literal["most", "least"]:
    """Return the side on which a criterion may be limited."""
    return "most" if CRITERIA[criterion].better == "min" else "least"


def flat(node: FormField) -> Iterator[FormField]:
    """Yield the fields of a section, its own sections opened up."""
    if node.kind != "section":
        yield node
        return
    for part in node.parts:
        yield from flat(part)


@cache
def fields() -> tuple[FormField, ...]:
    """Return the top-level fields of a scenario, in the order of the specification."""
    schema = Scenario.model_json_schema()
    return tuple(
        _node(key, field, schema["$defs"])
        for key, field in schema["properties"].items()
        if key not in APART
    )


def _node(key: str, field: dict[str, Any], known: dict[str, Any]) -> FormField:
    every = field.get("anyOf", [field])
    kinds = [part for part in every if part.get("type") != "null"]
    usual = field.get("default")
    default = usual if isinstance(usual, bool | int | float) else None
    made = _of_kind(key, field, kinds, known)
    return replace(made, optional=len(kinds) < len(every), default=default)


def _of_kind(
    key: str, field: dict[str, Any], kinds: list[dict[str, Any]], known: dict[str, Any]
) -> FormField:
    about = field.get("description", "")
    domain = DOMAINS.get(key, "")
    if len(kinds) == 2:
        choices = tuple(kinds[0].get("enum", ()))
        kind: Kind = "choice_or_list" if choices else "range"
        return FormField(key, kind, about, domain, choices, whole=True)
    (one,) = kinds
    kind = _kind(key, one)
    if kind == "section":
        section = known[one["$ref"].rpartition("/")[2]]
        about = about or section.get("description", "")
        return FormField(key, kind, about, parts=_parts(key, section, known))
    if kind in ("rows", "named", "towns"):
        inner = one.get("items") or one.get("additionalProperties")
        inner = inner or next(iter(one["patternProperties"].values()))
        value = _node(key, inner, known)
        single = replace(value, optional=kind == "named")
        parts = value.parts if value.kind == "section" else (single,)
        return FormField(key, kind, about, "", NAMES.get(key, ()), parts)
    choices = tuple(one.get("enum") or one.get("items", {}).get("enum", ()))
    whole = one.get("type") == "integer"
    return FormField(key, kind, about, domain, choices, whole=whole)


def _parts(key: str, section: dict[str, Any], known: dict[str, Any]) -> tuple[FormField, ...]:
    return tuple(
        _node(f"{key}.{name}", field, known) for name, field in section["properties"].items()
    )


def _kind(key: str, field: dict[str, Any]) -> Kind:
    if "$ref" in field:
        section = field["$ref"].rpartition("/")[2]
        return SECTIONS.get(section, "section")
    kind = "enum" if "enum" in field else field["type"]
    if kind == "array" and "$ref" in field["items"]:
        return "rows"
    if kind == "array":
        return "choices" if "enum" in field["items"] or key == "sites.kinds" else "list"
    if kind == "object":
        return "named" if key in NAMES else "towns"
    return "date" if field.get("format") == "date" else TYPES[kind]
