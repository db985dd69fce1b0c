"""A form about a scenario as the page shows it: labels, what stands in each box, what is wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from planner.criteria import OPTIMISABLE
from planner.message import LANGUAGES
from planner.outputs.words import facts
from planner.outputs.words.text import MISSING
from planner.web.fields import GROUPS, WORK, FieldGroup, FormField, fields, flat, side_of
from planner.web.labels import Labels, show, unit_of
from planner.web.posted import LIST, Raw, named, places

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from planner.errors import Problem
    from planner.web.reading import Wrong


@dataclass(frozen=True)
class Box:
    """One thing that can be set: where it is, what to call it, and the field it belongs to."""

    at: str
    label: str
    node: FormField


@dataclass(frozen=True)
class Form(Labels):
    """A form with what was typed, what the scenario had from the start, and what is wrong.

    Attributes
    ----------
    raw, base : dict
        What stands in the boxes now, and from the start.
    kinds : sequence of str
        Kinds of the sister agency's premises that the tables have.
    wrong : sequence of Wrong
        Boxes that can't be read.
    problems : sequence of Problem
        What the specification or the tables do not allow.
    """

    raw: Raw
    base: Raw
    kinds: Sequence[str] = ()
    wrong: Sequence[Wrong] = ()
    problems: Sequence[Problem] = field(default=())

    @cached_property
    def groups(self) -> tuple[FieldGroup, ...]:
        """The fields by group."""
        left = {node.key: node for top in fields() for node in flat(top)}

        def take(names: Sequence[str]) -> tuple[FormField, ...]:
            keys = [k for name in names for k in left if k == name or k.startswith(f"{name}.")]
            return tuple(left.pop(key) for key in dict.fromkeys(keys))

        found = [
            FieldGroup(name, opened, take(first), take(more))
            for name, opened, first, more in GROUPS
        ]
        found.append(FieldGroup("other", False, tuple(left.values()), ()))  # noqa: FBT003
        return tuple(
            group for group in found if group.nodes and (self.worked or group.name not in WORKED)
        )

    @property
    def worked(self) -> bool:
        """Whether dialogues, staff and money can be planned from here."""
        return bool(self.base.get("work") or self.raw.get("work"))

    def text(self, at: str, node: FormField | None = None) -> str:
        """Return what stands in a box; in that of a number in a new row, what is usual."""
        if node is not None and node.default is not None and at not in self.raw:
            return show(node.default, self.t.language)
        return next(iter(self.raw.get(at, ())), "")

    def texts(self, at: str) -> list[str]:
        """Return what stands in all boxes of a name, the empty ones apart."""
        return [text for text in self.raw.get(at, ()) if text.strip()]

    def rows(self, node: FormField, spare: int) -> list[tuple[int, bool]]:
        """Return the numbers of the rows of a list, and whether each is a spare one."""
        there = places(self.raw, node.key)
        after = there[-1] + 1 if there else 0
        return [(row, False) for row in there] + [(after + n, True) for n in range(spare)]

    @property
    def periods(self) -> list[str]:
        """The names of the periods."""
        at = "rollout.periods"
        return [self.text(f"{at}.{row}.name") for row in places(self.raw, at)]

    def unit(self, at: str) -> str:
        """Return the unit of a number in words."""
        unit = unit_of(at, self.raw)
        if unit in ("share", "1"):
            return self.t("form.share") if unit == "share" else ""
        return facts.write_unit(unit, self.t)

    def named(self, node: FormField) -> list[str]:
        """Return the names that may have a value, those that have one first and in their order."""
        return named(node, self.raw)

    def options(self, node: FormField) -> list[tuple[str, str]]:
        """Return what may be chosen: values and words."""
        if node.domain == "criterion":
            return [(name, self.criterion(name)) for name in OPTIMISABLE]
        values = list(node.choices)
        if node.kind == "choices":  # in the order that the scenario gave them: it is kept
            given = (*self.base.get(node.key, ()), *self.raw.get(node.key, ()))
            values = list(dict.fromkeys([*given, *(values or self.kinds)]))
        if node.kind == "choice_or_list":
            values.append(LIST)
        return [(value, self.option(node.key, value)) for value in values]

    def sides(self, name: str) -> str:
        """Return the side on which a criterion may be limited."""
        return side_of(name)

    def unsound(self, node: FormField, at: str, text: str) -> bool:
        """Whether one of several texts is wrong: a town that there is not, or all of them."""
        if at not in self.errors or not text:
            return False
        return node.domain != "town" or at not in self._misspelt or self.towns.code(text) is None

    @cached_property
    def _misspelt(self) -> set[str]:
        return {wrong.at for wrong in self.wrong if wrong.key in ("town", "town_near")}

    def used(self, node: FormField, name: str) -> bool:
        """Whether a named value is given, or was from the start."""
        at = f"{node.key}.{name}"
        return any(raw.get(at, [""])[:1] not in ([], [""]) for raw in (self.raw, self.base))

    @cached_property
    def boxes(self) -> dict[str, Box]:
        """Everything that can be set, by where it is, in the order of the page."""
        nodes = [node for group in self.groups for node in (*group.nodes, *group.folded)]
        found = {box.at: box for node in nodes for box in self._boxes(node, node.key, "")}
        work = Box("work", self.t("form.work"), FormField("work", "flag"))
        return {**found, "work": work} if self.worked else found

    @cached_property
    def strangers(self) -> list[str]:
        """The boxes that were sent and that the form does not have."""
        asked = {at: box.node for at, box in self.boxes.items() if box.node.kind != "section"}
        units = {f"{at}.unit" for at, node in asked.items() if node.kind == "quantity"}
        left_out = () if self.worked else tuple(f"{section}." for section in WORK)
        known = {*asked, *units, *BESIDE}
        return [at for at in self.raw if at not in known and not at.startswith(left_out)]

    def _boxes(self, node: FormField, at: str, of: str) -> Iterator[Box]:
        label = f"{of}: {self.label(node)}" if of else self.label(node)
        if node.kind in ("named", "rows", "towns"):
            yield Box(at, label, FormField(at, "section"))
        if node.kind == "named":
            for name in node.choices:
                yield from self._named(node, f"{at}.{name}", f"{label}: {self.criterion(name)}")
        elif node.kind in ("rows", "towns"):
            for row in sorted({*places(self.raw, at), *places(self.base, at)}):
                yield from self._row(node, f"{at}.{row}", label, row)
        else:
            yield from self._whole(node, at, label)

    def _beside(self, node: FormField, at: str, label: str) -> Iterator[Box]:
        """Yield the boxes that a field has beside its first."""
        if node.kind == "quantity":
            for part in ("low", "high", "source"):
                said = f"{label}, {self.t(f'form.{part}')}"
                yield Box(f"{at}.{part}", said, FormField(at, "text"))
        elif node.kind == "range":
            yield Box(f"{at}.most", f"{label}, {self.t('form.range_most')}", FormField(at, "text"))
        elif node.kind == "choice_or_list":
            yield Box(f"{at}.list", label, FormField(at, "list"))
        elif node.kind == "words":
            for language in LANGUAGES:
                said = label if language == self.t.language else f"{label} ({language})"
                yield Box(f"{at}.{language}", said, FormField(at, "text"))

    def _named(self, node: FormField, at: str, label: str) -> Iterator[Box]:
        if node.parts[0].key == node.key:
            yield from self._whole(node.parts[0], at, label)
            return
        yield Box(at, label, FormField(at, "section"))
        for part in node.parts:
            yield from self._whole(part, f"{at}.{part.name}", f"{label}, {self.label(part)}")

    def _whole(self, node: FormField, at: str, label: str) -> Iterator[Box]:
        yield Box(at, label, node)
        yield from self._beside(node, at, label)

    def _row(self, node: FormField, at: str, label: str, row: int) -> Iterator[Box]:
        if node.kind == "towns":
            town = self.text(f"{at}.town") or next(iter(self.base.get(f"{at}.town", ())), "")
            yield Box(
                f"{at}.town", f"{label}, {self.t('form.town')} {row + 1}", FormField(at, "text")
            )
            yield from self._whole(node.parts[0], f"{at}.value", f"{label}: {town}")
            return
        first = node.parts[0].name
        name = self.text(f"{at}.{first}") or next(iter(self.base.get(f"{at}.{first}", ())), "")
        for part in node.parts:
            yield from self._boxes(part, f"{at}.{part.name}", f"{label} {name}".strip())

    def changed(self, at: str) -> bool:
        """Whether something stands in a box that did not from the start."""
        now, then = (
            [text.strip() for text in raw.get(at, ()) if text.strip()]
            for raw in (self.raw, self.base)
        )
        return now != then

    def shown(self, box: Box, raw: Raw) -> str:
        """Write what stands in a box for a reader."""
        texts = [text for text in raw.get(box.at, ()) if text.strip()]
        if box.node.kind == "flag":
            return self.t("word.yes" if texts else "word.no")
        words = dict(self.options(box.node)) if box.node.choices or box.node.domain else {}
        said = self.t.listing([words.get(text, text) for text in texts]) if texts else ""
        if said and box.node.kind == "quantity":
            said = f"{said} {self.unit(box.at)}".strip()
        return said or self.t("form.nothing")

    def was(self, at: str) -> str:
        """Write what stood in a box from the start."""
        return self.shown(self.boxes[at], self.base) if at in self.boxes else MISSING

    @cached_property
    def changes(self) -> list[tuple[str, str, str]]:
        """What differs from the start: what it is called, then and now."""
        others = [language for language in LANGUAGES if language != self.t.language]
        elsewhere = {f"{key}.{other}" for key in ("title", "description") for other in others}
        return [
            (box.label, self.shown(box, self.base), self.shown(box, self.raw))
            for box in self.boxes.values()
            if self.changed(box.at) and box.at not in elsewhere and not self._of_a_new(box.at)
        ]

    def _of_a_new(self, at: str) -> bool:
        """Whether a box tells the range or source of a quantity that there was not."""
        whole, _, part = at.rpartition(".")
        return part in ("low", "high", "source") and not self.base.get(whole)

    @cached_property
    def errors(self) -> dict[str, list[str]]:
        """What is wrong, a sentence each, by where it is; under "" what belongs to no box."""
        known = {wrong.at for wrong in self.wrong}
        found: dict[str, list[str]] = {}
        for wrong in self.wrong:
            said = self.t(f"bad.{wrong.key}", **wrong.words).strip()
            found.setdefault(self._place(wrong.at), []).append(said)
        for problem in self.problems:
            at = self._place(problem.column)
            if not known & {at, problem.column}:
                said = self.t("form.expected", what=self.expected(problem.expected))
                found.setdefault(at, []).append(said)
        order = {at: number for number, at in enumerate(self.boxes)}
        return dict(sorted(found.items(), key=lambda item: order.get(item[0], -1)))

    def summary(self) -> list[tuple[str, str]]:
        """Return where each error is and what it says, with the name of its box."""
        return [
            (
                at,
                self.t("form.at", label=self.boxes[at].label, message=said)
                if at in self.boxes
                else said,
            )
            for at, sayings in self.errors.items()
            for said in sayings
        ]

    def _place(self, column: str) -> str:
        """Return the box, or the name of the group, that a dotted key belongs to."""
        at = "work" if column == "" and self.worked else column
        while at and at not in self.boxes:
            at = at.rpartition(".")[0]
        if at or not column:
            return at
        top = column.partition(".")[0]
        inside = {
            n.key.partition(".")[0]: g.name for g in self.groups for n in (*g.nodes, *g.folded)
        }
        return f"group.{inside[top]}" if top in inside else ""

    def count(self, group: FieldGroup, what: str) -> int:
        """Count the changed boxes of a group, or its errors."""
        keys = {node.key for node in (*group.nodes, *group.folded)}
        inside = [box.at for box in self.boxes.values() if _key(box.at, keys)]
        if what == "changed":
            return sum(self.changed(at) for at in inside)
        return sum(len(self.errors.get(at, ())) for at in [*inside, f"group.{group.name}"])


BESIDE = ("work", "own", "opened", "replace", "language", "action")
"""Boxes of a form that ask nothing of the scenario."""

WORKED = ("work", "money")
"""Groups of the sections that a scenario may lack."""


def _key(at: str, keys: set[str]) -> bool:
    return any(at == key or at.startswith(f"{key}.") for key in keys)
