"""The codes that tables share: one that is wrong is told once, with where it is used."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import NamedTuple

from planner.case.columns import referenced, short
from planner.case.gathering import FEW, MANY, lines_told, more_rows
from planner.case.schemas import OUTLINES
from planner.case.sheet import ReadTable
from planner.errors import Problem
from planner.message import Message, join, say

ALIKE = 0.8
"""How much of a code must be another's for it to be asked whether that was meant: of four figures
any two have three in common with some other, and to name one of them would mislead."""


class Use(NamedTuple):
    """A place where a code of another table is written."""

    file: str
    line: int | None
    column: str
    value: str


class Cover(NamedTuple):
    """A column that should mention every code of a table, and those it does.

    That every seat is reached by roads is a rule of its own; here they only help to tell which
    code a wrong one stands for.
    """

    file: str
    column: str
    mentioned: set[str]
    told: bool = True


class Codes:
    """The codes of a table, and what a code that isn't among them may have meant.

    Parameters
    ----------
    sheet : ReadTable
        With a column `code`.
    meant : mapping of str to str
        Codes that are wrong, and which of the table's they stand for.
    """

    def __init__(self, sheet: ReadTable, meant: Mapping[str, str] | None = None) -> None:
        self.file = sheet.table.file
        self.lines = {code: line for line, code in sheet.rows("code")}
        self.known = sheet.mentions("code")
        self._bare = {code.lstrip("0"): code for code in self.known}
        self._meant = dict(meant or {})

    def resolve(self, code: str) -> str | None:
        """Return the code that is meant, leading zeros or not; None if there is none."""
        if code in self.known:
            return code
        return self._bare.get(code.lstrip("0")) or self._meant.get(code)


def code_problems(
    sheets: Mapping[str, ReadTable], outlines: Iterable[str] | None
) -> tuple[list[Problem], dict[str, Codes]]:
    """Find codes that name nothing and codes that nothing names, each told once.

    Parameters
    ----------
    outlines : iterable of str, optional
        Codes of the outlines; None where they could not be read.

    Returns
    -------
    problems : list of Problem
    codes : dict of str to Codes
        Of "counties" and "municipalities", as far as they could be read. They know what the wrong
        ones stand for, so that no later check tells the same fault in other words.
    """
    problems, found = [], {}
    for target in ("counties", "municipalities"):
        if target in sheets and "code" in sheets[target].cells:
            drawn = outlines if target == "municipalities" else None
            wrong, meant = _told(
                Codes(sheets[target]), _uses(target, sheets, drawn), _covers(target, sheets, drawn)
            )
            problems += wrong
            found[target] = Codes(sheets[target], meant)
    return problems, found


def _uses(
    target: str, sheets: Mapping[str, ReadTable], outlines: Iterable[str] | None
) -> list[Use]:
    """Return every place where a code of a table is written, file by file."""
    uses = [
        Use(sheet.table.file, line, column, value)
        for sheet in sheets.values()
        for column, hint in sheet.table.columns.items()
        if referenced(hint) == target
        for line, value in sheet.rows(column)
    ]
    return uses + [Use(OUTLINES, None, "code", code) for code in outlines or ()]


def _covers(
    target: str, sheets: Mapping[str, ReadTable], outlines: Iterable[str] | None
) -> list[Cover]:
    """Return the columns in which every code of a table should occur."""
    covers = []
    for sheet in sheets.values():
        column = sheet.table.covers
        if column is None or column not in sheet.cells:
            continue
        if referenced(sheet.table.columns[column]) == target:
            covers.append(Cover(sheet.table.file, column, sheet.mentions(column)))
    if outlines is not None:
        covers.append(Cover(OUTLINES, "code", set(outlines)))
    if target == "municipalities" and "roads" in sheets:
        ends = sheets["roads"].mentions("code_a") | sheets["roads"].mentions("code_b")
        covers.append(Cover(sheets["roads"].table.file, "code_a, code_b", ends, told=False))
    return covers


def _told(
    codes: Codes, uses: Sequence[Use], covers: Sequence[Cover]
) -> tuple[list[Problem], dict[str, str]]:
    """Tell what is wrong with the use of a table's codes, and what the wrong ones stand for."""
    strangers: dict[str, list[Use]] = defaultdict(list)
    for use in uses:
        if codes.resolve(use.value) is None:
            strangers[use.value].append(use)
    missing = {
        Use(cover.file, None, cover.column, code): cover.told
        for cover in covers
        for code in sorted(codes.known - {codes.resolve(code) for code in cover.mentioned})
    }
    orphans = codes.known - {codes.resolve(use.value) for use in uses}
    strange: list[Problem] = []
    meant: dict[str, str] = {}
    settled = set()
    for value, found in strangers.items():
        files = {use.file for use in found}
        renamed = len(found) > 1 and bool(covers) and files >= {cover.file for cover in covers}
        options = orphans if renamed else {use.value for use in missing if use.file in files}
        best = _closest(value, options - set(meant.values()))
        strange.append(_stranger(codes, found, best, renamed=renamed))
        if best is not None:
            meant[value] = best
            settled |= {(file, best) for file in files}
    expected = say("every code in {}; this one is missing", codes.file)
    absent = [
        Problem(*use, expected)
        for use, told in missing.items()
        if told and (use.file, use.value) not in settled
    ]
    kinds = (_zero_problems(codes, uses), _by_file(strange, codes), _by_file(absent, codes))
    return [problem for problems in kinds for problem in problems], meant


def _by_file(problems: Iterable[Problem], codes: Codes) -> list[Problem]:
    """Return problems of one kind; where a file has many, its codes are others altogether: one."""
    of: dict[str, list[Problem]] = defaultdict(list)
    for problem in problems:
        of[problem.file].append(problem)
    told = []
    for found in of.values():
        if len(found) <= max(FEW, MANY * len(codes.known)):
            told += found
        else:
            expected = found[0].expected + say(" (so too of {} more codes)", len(found) - 1)
            told.append(replace(found[0], expected=expected))
    return told


def _stranger(codes: Codes, found: Sequence[Use], best: str | None, *, renamed: bool) -> Problem:
    """Tell of a code that names nothing where it is first used, and where else.

    One that is used wherever the other should be is told where the other is defined.
    """
    first = found[0]
    if renamed and best is not None:
        expected = say("{}, {}; or {} there", first.value, _where(found), best)
        return Problem(codes.file, codes.lines.get(best), "code", best, expected)
    expected = say("a code in {}", codes.file)
    close = get_close_matches(first.value, sorted(codes.known), 2, ALIKE)
    if best is not None:
        expected += say("; did you mean {}, which is missing here?", best)
    elif len(close) == 1:
        expected += say("; did you mean {}?", close[0])
    if len(found) > 1:
        expected += say("; {}", _where(found))
    return Problem(*first[:3], short(first.value), expected)


def _zero_problems(codes: Codes, uses: Iterable[Use]) -> list[Problem]:
    """Find codes that lost their leading zeros: one problem for each table that was saved so."""
    here: dict[str, Use] = {}
    there: dict[str, list[Use]] = defaultdict(list)
    for use in uses:
        code = codes.resolve(use.value)
        if code is None or code == use.value:
            continue
        if len(code) < len(use.value):
            here.setdefault(code, use)
        else:
            there[use.file].append(use)
    problems = []
    for found in there.values():
        first = found[0]
        lines = [use.line for use in found if use.line not in (None, first.line)]
        expected = say("a code in {}", codes.file)
        expected += say("; a leading zero lost? {}", codes.resolve(first.value) or "")
        expected += more_rows([line for line in lines if line is not None])
        problems.append(Problem(*first[:3], short(first.value), expected))
    if here:
        (code, use), *_ = here.items()
        others = [codes.lines[other] for other in here if other != code and other in codes.lines]
        expected = say("text with its leading zeros: {}, as in {}", use.value, use.file)
        expected += more_rows(others)
        problems.append(Problem(codes.file, codes.lines.get(code), "code", code, expected))
    return problems


def _closest(value: str, options: Iterable[str]) -> str | None:
    """Return which of the codes that are left over a wrong one may stand for."""
    found = sorted(options)
    if len(found) == 1:
        return found[0]
    return next(iter(get_close_matches(value, found, 1, 0.5)), None)


def _where(uses: Iterable[Use]) -> Message:
    """Return "used in roads.csv (57 lines: 3, 9, 12, ...), adjacency.csv (line 2)"."""
    lines: dict[str, set[int]] = defaultdict(set)
    for use in uses:
        lines[use.file].update([] if use.line is None else [use.line])
    return say("used in {}", join([_in_file(*each) for each in lines.items()], ", "))


def _in_file(file: str, lines: set[int]) -> Message:
    if not lines:
        return say("{}", file)
    return say("{} ({})", file, lines_told(lines))


def told_apart(names: Sequence[str], groups: Sequence[str], codes: Sequence[str]) -> list[str]:
    """Return names no two of which are the same, to a reader who minds no capitals.

    Parameters
    ----------
    groups : sequence of str
        What each belongs to, in words.
    codes : sequence of str
        No two the same.

    Returns
    -------
    list of str
        A name that is the only one as it is, another as "Nora (Örebro län)", and as
        "Nora (Örebro län, 1884)" where the group has several.
    """
    alike = Counter(name.casefold() for name in names)
    within = Counter((n.casefold(), group) for n, group in zip(names, groups, strict=True))
    apart = []
    for name, group, code in zip(names, groups, codes, strict=True):
        if alike[name.casefold()] == 1:
            apart.append(name)
        else:
            more = f", {code}" if within[name.casefold(), group] > 1 else ""
            apart.append(f"{name} ({group}{more})")
    return apart
