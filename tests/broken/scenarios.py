"""Scenario files that can't be meant: every key misspelt, values and sections that clash."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, get_args, get_origin

from pydantic import BaseModel

from planner.scenario.spec import Scenario

if TYPE_CHECKING:
    from collections.abc import Iterator

SMALL = """
name = "small"
[title]
sv = "Liten"
en = "Small"
[description]
sv = "Ett litet land"
en = "A small country"
[offices]
count = 2
[thresholds]
beyond_km = { value = 200, unit = "km", low = 100, high = 300 }
university_limit = { value = 45, unit = "min", low = 20, high = 90 }
[objective]
method = "epsilon"
optimise = "mean_km"
"""


class Spoilt(NamedTuple):
    """A scenario file and a pattern that its problems must match."""

    label: str
    text: str
    says: str


def misspellings() -> Iterator[Spoilt]:
    """Misspell every key of every section: each gets the key that was meant."""
    for section, key in _keys("", Scenario):
        wrong = key[: len(key) // 2] + key[len(key) // 2 + 1 :] if len(key) > 3 else key + "x"
        head = f"[{section}]\n" if section else ""
        text = f'extends = "small"\nname = "odd"\n{head}{wrong} = 1\n'
        if not section:
            text = f'{wrong} = 1\nextends = "small"\nname = "odd"\n'
        yield Spoilt(f"{section}.{wrong}", text, f"did you mean '{key}'")


def contradictions() -> Iterator[Spoilt]:
    """Change one thing of a sound scenario into what no model can take."""
    for says, changes in CHANGES.items():
        for number, (old, new) in enumerate(changes):
            assert old in SMALL, old
            yield Spoilt(f"{says} {number}", SMALL.replace(old, new, 1), says)


COUNT = "count = 2"
VALUE = "value = 200"
UNIT = 'unit = "km"'
TITLE = '"Liten"'
NAME = 'name = "small"'
END = 'optimise = "mean_km"\n'
PERIODS = "[rollout]\nperiods = "
CHANGES: dict[str, list[tuple[str, str]]] = {
    r"offices\.count": [
        (COUNT, f"count = {bad}")
        for bad in ("0", "-1", "2.5", '"ten"', "true", "nan", "inf", "[3, 2]", "[0, 2]", "[1]",
                    "[1, 2, 3]", "[]", "2022-01-01", "12:00:00", "{}")
    ],
    r"thresholds\.beyond_km": [
        (VALUE, f"value = {bad}")
        for bad in ("nan", "inf", "-inf", '"200 km"', '"200,5"', "true", "[200]", "{}", "99", "301",
                    "2022-01-01", "1e400")
    ] + [(f"{VALUE}, ", ""), (f"{UNIT}, ", ""), ("low = 100, ", ""), ("low = 100", "low = 999")],
    r"unit: .*(characters|text)": [
        (UNIT, 'unit = "' + "m" * 501 + '"'), (UNIT, 'unit = "k\\u202em"'), (UNIT, "unit = 7"),
    ],
    r"title": [
        (TITLE, '"a\\u0000b"'), (TITLE, '"\\u202eneti\\u202c"'), (TITLE, '"\\u001b[2J"'),
        (TITLE, "7"), (TITLE, '"' + "x" * 5001 + '"'), (TITLE, '["Liten"]'), (TITLE, '"\\u2066x"'),
    ],
    r"name: ": [
        (NAME, f'name = "{bad}"')
        for bad in ("", ".", "..", "../x", "/etc/passwd", "a/b", "a\\\\b", "C:x", "Small", "a b",
                    "a\\u0000", "con", "nul", "aux", "prn", "com1", "lpt9", "-x", "x" * 61, "växjö",
                    "a.", "~", "$HOME", "%PATH%", "small.toml")
    ] + [(NAME, "name = 7")],
    r"extends: ": [
        (NAME, f"extends = {bad}")
        for bad in ('"../small"', '"/etc/passwd"', '""', "7", '["small"]', '"a\\u0000"', '"odd"',
                    '"' + "x" * 300 + '"', "true", '"scenarios/small"', '"C:\\\\x"', '"small.toml"')
    ],
    r"valid TOML": [
        (COUNT, bad)
        for bad in ("count = 2\ncount = 3", "count", "count =", "count = 'two", "= 2", "count : 2",
                    "count = 02", "count = 2,5", "count = 2022-13-45", "[offices]", "<<<<<<< HEAD",
                    "count = " + "9" * 5000, "count = 0x" + "f" * 5000, "x = " + "[" * 20_000,
                    "x = " + "{a=" * 20_000, "a." * 20_000 + "a = 1", "count = \0", "\u2028",
                    "x = " + "[" * 25 + "]" * 25, "count = 99999999999999999999999")
    ],
    r"objective|sections dialogues": [
        (END, bad)
        for bad in ("", 'optimise = "mean_kn"\n', 'optimise = "p95_km"\n', "optimise = 1\n",
                    'optimise = ["mean_km"]\n', END + 'then = ["mean_km"]\n',
                    END + 'then = ["spread", "spread"]\n', END + 'then = "spread"\n',
                    END + 'then = ["waiting"]\n', END + "tolerance = -1\n",
                    END + "tolerance = nan\n")
    ] + [('"epsilon"', '"weighted"'), ('"epsilon"', '"lexicographic"'), ('"epsilon"', '"best"')],
    r"limits|criteria|sections dialogues": [
        (END, f"{END}[limits]\n{bad}\n")
        for bad in ("max_km = 5", "max_km = {}", "max_km = { most = nan }", "mx_km = { most = 5 }",
                    "max_km = { least = 5 }", "max_km = { most = 5, least = 1 }",
                    "spsm_share = { most = 1 }", "p95_km = { most = 5, hard = false }",
                    "max_km = { most = 5, penalty = -1 }", "cost_msek = { most = 5 }")
    ],
    r"sites": [
        (END, f"{END}[sites]\n{bad}\n")
        for bad in ('required = ["0101"]\nexcluded = ["0101"]', 'required = "0101"',
                    'existing = ["0101"]\nexcluded = ["0101"]', "required = [101]",
                    'required = ["01 01"]', 'required = ["-0101"]', 'candidates = "every"',
                    'candidates = ["=1"]', 'basis = ["heard"]', 'require_train = "ja"',
                    'kinds = ["<b>"]')
    ],
    r"rollout": [
        (END, f"{END}{PERIODS}{bad}\n")
        for bad in ("[]", '[{ name = "a" }, { name = "a" }]', '[{ name = "" }]', '"2022"',
                    '[{ name = "../" }]',
                    '[{ name = "a", months = 0 }]', '[{ name = "a", months = inf }]',
                    '[{ name = "a", starts = 2022-01-15 }]', '[{ name = "a", openings_most = -1 }]',
                    '[{ name = "a", starts = "2022" }]', '[{ name = "a", month = 3 }]',
                    '[{ name = "a", starts = 2023-01-01 }, { name = "b", starts = 2022-01-01 }]',
                    '[{ name = "a" }]\nopens = { "0101" = "b" }',
                    '[{ name = "a" }]\navailable_from = { "0101" = "b" }',
                    '[{ name = "a" }]\n[sites]\nexisting = ["0101"]\n[rollout.opens]\n"0101" = "a"',
                    "[" + ", ".join(f'{{ name = "p{n}" }}' for n in range(61)) + "]")
    ],
    r"staffing and money together": [
        (END, f"{END}[dialogues]\nuptake = {{ value = 1, unit = '', low = 0, high = 1 }}\n"),
    ],
    r"solver": [
        (END, f"{END}[solver]\n{bad}\n")
        for bad in ("gap = -1", "gap = nan", "time_limit = 0", "time_limit = inf", "threads = 0",
                    "threads = 1000", 'gap = "1 %"')
    ],
    r"without": [
        (NAME, f'extends = "small"\nname = "odd"\nwithout = {bad}')
        for bad in ('"title"', "[7]", '["titel"]', "{}")
    ],
}  # fmt: skip


def _keys(section: str, model: type[BaseModel]) -> Iterator[tuple[str, str]]:
    """Yield (section, key) of each table that a file may have, lists and free keys left out."""
    for key, field in model.model_fields.items():
        yield section, key
        inside = [k for k in (field.annotation, *get_args(field.annotation)) if _is_model(k)]
        keyed = get_origin(field.annotation) in (dict, tuple)
        if inside and not keyed and not section:
            yield from _keys(key, inside[0])


def _is_model(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)
