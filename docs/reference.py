"""Write the references of commands, scenario fields and tables from the code itself.

With --check nothing is written: a page that says something else than the code is an error.
"""

from __future__ import annotations

import difflib
import json
import sys
from inspect import getdoc
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import typer

from planner.case.columns import described, referenced
from planner.case.schemas import COUNTRY, OUTLINES, TABLES, CountryFile
from planner.cli.app import app
from planner.criteria import CRITERIA, FIGURES, OPTIMISABLE, rate_unit
from planner.outputs.words.facts import MEASURES, criterion_name
from planner.outputs.words.text import load_texts
from planner.scenario.spec import Scenario

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = Path(__file__).resolve().parent
MADE = "<!-- Written by docs/reference.py from the code: change that, then run make docs. -->\n"
INTERNAL = {"help", "version"}
BOUNDS = {"exclusiveMinimum": "above", "minimum": "at least", "maximum": "at most"}

ENVIRONMENT = [
    (
        "`PLANNER_LANG`",
        "`sv` or `en`: the language of the terminal and of what is written, if `--lang` says none.",
        "the terminal English, files in the data's own language",
    ),
    (
        "`PLANNER_CORES`",
        "Processes that `sweep` and `sensitivity` may use; what they write is the same.",
        "one a core",
    ),
    (
        "`PLANNER_CACHE`",
        "The folder in which distances, proved plans and calendars are kept for runs of the same.",
        "the user's cache folder",
    ),
    (
        "`PLANNER_ANEW`",
        "`1`: plans and calendars are solved anew, though they are kept or a run has them.",
        "what is kept is used",
    ),
]
ABOUT_SCENARIO = """# Scenario fields

A scenario is a TOML file in the data folder's `scenarios/`, or any path. It may say
`extends = "decision-2022"` and then holds only what differs; `without = ["staffing"]` leaves out
sections of what it extends. `--set key=value` changes a key for one run, with a dot between a
section and its key: `--set offices.count=8`. In Python the dot is two underscores:
`scenario.replace(offices__count=8)`. `planner scenarios NAME` prints one complete.
"""
ABOUT_QUANTITY = """## A number with its range

A number with its unit, the range it may lie in, and where it comes from. Where this page says so,
a number is a small table; `--set` and `replace` may give the value alone, within the range that
stands, or any value where `low` and `high` are the same. A limit or a rate may be a number alone:
it then has no range, a limit the unit of its criterion, a rate the one in the table of criteria.
To leave a range, give the whole anew: `--set 'limits.max_km={most=300}'`.

```toml
beyond_km = { value = 200, unit = "km", low = 100, high = 300, source = "assumption" }
```
"""
ABOUT_CRITERIA = """## Criteria

What `[limits]` and `[objective]` may name. In a scenario's limits shares are given as 0 to 1; in
rates they count in percentage points. A rate tells what one unit is worth in the unit of the
criterion that leads; the table shows it where that is `mean_km`. One unit off a soft limit costs
its penalty, in that unit too.
"""
ABOUT_TABLES = f"""# Tables

A data folder holds these files. `planner check --data DIR` reads them all and lists everything
that is wrong at once. The order of rows and of columns does not matter, nor do capitals and spaces
in a header; a column that is not named here is a mistake, one without name and cells is not.

## Files

A table is a CSV file, or where there is none a workbook of the same name: `.xlsx`, else `.ods`.
Of a workbook the first sheet is read that has the header in its first row; formulas have the
values that were saved with them. Codes must be text there as well: a number has lost its leading
zeros, and the row that misses them is told.

Columns are separated by commas, semicolons or tabs: by whichever makes the header known, or by
what a first line such as `sep=;` says. Text is UTF-8; UTF-16 if it begins with its mark; and
Windows-1252, Excel's own in western Europe, if it is not UTF-8 and its letters beyond A to Z are
only Ä, Å, É, Ó, Ö, Ü and ß, and Æ and Ø where there is an Å as well: other code pages have other
letters than è, ñ or š at their bytes. What has any is refused: save it as "CSV UTF-8".

## Numbers

- **The decimal mark.** In a table separated by commas it is a point. With semicolons or tabs, and
  in cells of text in a workbook, it is the mark that the table's numbers show, the same in all of
  them: 5.5 or 5,5. Numbers that a workbook keeps as numbers have no mark.
- **Thousands.** A space between groups of three digits is read, ordinary or not: 1 234. A point
  or a comma is not, for 4.000 may be four or four thousand. So in a column of whole numbers one
  to three digits with three behind a mark are refused, while 20.0 is 20; in a column with
  decimals 4.000 is 4 where a point is the decimal mark for certain. Where all the marks that a
  table with semicolons or tabs shows might be of thousands, it is refused.
  `decimal = ","` or `"."` in `country.toml` settles it for all tables: the other mark may then
  group thousands.
- **Signs and powers.** +5, -5 with a hyphen or a minus, .5, and powers of ten as programs write
  them, 1e5 or 1.2e+07, are read. 1.23E+05, as spreadsheets show a number, is rounded and refused.
- **The rest.** Spaces around a number mean nothing, nor do zeros before it. A percent sign is read
  in columns of per cent; there a column of nothing above 1 is refused, for it may hold shares,
  unless it is filled with noughts and ones. Any other unit, other digits than 0 to 9, NaN, an empty
  cell and more than 40 digits on a side of the mark are refused.

`run` and `verify` read tables by programs that share nothing; `tests/case/numbers.toml` lists
spellings, and what each is, for both.

## `{COUNTRY}`

What the tables cannot say.
"""
ABOUT_OUTLINES = f"""## `{OUTLINES}`

GeoJSON: a Polygon or MultiPolygon (or a GeometryCollection of them) for each municipality, with its
`code` as a property. Heights are left out. Regions are drawn by joining outlines, best where
neighbours share their borders point by point; where two overlap, the smaller one keeps the ground.

- Without `crs`, longitude and latitude in degrees (EPSG:4326, RFC 7946), longitude first. A `crs`
  that names another system (`EPSG:4258`, `urn:ogc:def:crs:EPSG::3006`, an address of
  opengis.net) is transformed from; east comes before north there too, whatever order the system
  itself has. A name that is not known, and metres without a name, are refused.
- Across the 180th meridian an outline may be cut in two, be one ring that goes from 179 to -179, or
  have longitudes beyond 180 (to 360). Towns have theirs from -180 to 180.
"""
ABOUT_WRITTEN = """# Tables that other programs wrote

{all} tables of a small country, as people's programs write them in Sweden, Germany and the US,
each put in the place of its plain table: {read} are read with the very same values, by the reader
of tables and by that of `planner verify`, and {refused} are refused with the lines that stand here.
The files are in `tests/written/files/`; its README says by which version and command each was
written, and which of Excel's forms were made without Excel. `pytest tests/written` holds all of
them to this page.
"""
LONG = 260
"""Letters of a refusal that the page shows."""


def commands() -> str:
    """Return the page of commands."""
    root = typer.main.get_command(app)
    parts = [
        "# Commands\n",
        "`planner COMMAND --help` prints the same in the terminal.\n",
        str(root.epilog) + "\n",
    ]
    for path, command in _walk(root, "planner"):
        parts.append(f"## {path}\n")
        parts.append(_paragraphs(command.help))
        given = [p for p in command.params if p.name not in INTERNAL and not p.hidden]
        arguments = [p for p in given if not p.opts[0].startswith("-")]
        usage = [path, *(_placeholder(p) for p in arguments)]
        options = [p for p in given if p.opts[0].startswith("-")]
        parts.append(f"```text\n{' '.join([*usage, *(['[OPTIONS]'] if options else [])])}\n```\n")
        rows = [(f"`{_placeholder(p)}`", p.help or "", _default(p)) for p in arguments]
        rows += [(f"`{_option(p)}`", p.help or "", _default(p)) for p in options]
        if rows:
            parts.append(_table(("argument or option", "what it does", "if not given"), rows))
    parts.append("## Environment\n")
    parts.append(_table(("variable", "what it does", "if not given"), ENVIRONMENT))
    return "\n".join(parts)


def _walk(group: Any, path: str) -> Iterator[tuple[str, Any]]:
    for name, command in sorted(group.commands.items()):
        if hasattr(command, "commands"):
            yield from _walk(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


def _placeholder(argument: Any) -> str:
    name = (argument.metavar or argument.name).upper()
    return name if argument.required else f"[{name}]"


def _option(option: Any) -> str:
    name = ", ".join([*option.opts, *option.secondary_opts])
    return name if option.is_flag else f"{name} {option.metavar or option.name.upper()}"


def _default(param: Any) -> str:
    if param.required:
        return "it must be"
    if param.default in (None, False, ()):
        return ""
    return f"`{param.default}`"


def scenario() -> str:
    """Return the page of a scenario's fields."""
    schema = Scenario.model_json_schema()
    parts = [ABOUT_SCENARIO, *_sections("", schema, schema["$defs"])]
    t = load_texts("en")
    rows = [
        (
            f"`{name}`",
            criterion_name(name, t, "the sister agency"),
            " ".join(t(f"unit.{MEASURES[name].unit}", n="").split()) or "yes or no",
            {"min": "less", "max": "more"}[criterion.better],
            "the whole rollout" if criterion.horizon else "the last period",
            f"`{rate_unit('mean_km', name)}`" if name in OPTIMISABLE else "none, only limited",
        )
        for name, criterion in CRITERIA.items()
    ]
    heads = ("criterion", "what", "unit in reports", "better", "measured in", "unit of a rate")
    parts += [ABOUT_CRITERIA, _table(heads, rows)]
    return "\n".join(parts)


def criteria() -> str:
    """Return what every criterion measures."""
    rows = [(name, each.unit, each.definition) for name, each in FIGURES.items()]
    return _table(("criterion", "unit", "what"), rows)


def expressions() -> str:
    """Return the expression of every criterion in the model, those alike together."""
    alike: dict[str, list[str]] = {}
    for name, each in CRITERIA.items():
        alike.setdefault(each.symbols, []).append(name)
    rows = [(", ".join(names), symbols) for symbols, names in alike.items()]
    return _table(("criterion", "expression"), rows)


def _sections(path: str, schema: dict[str, Any], known: dict[str, Any]) -> Iterator[str]:
    """Yield a table of a section's keys, then the sections under it."""
    rows, under = [], []
    for key, field in schema["properties"].items():
        name, form = _kind(field, known)
        inside = f"{path}.{key}" if path else key
        if name and name not in ("Quantity", "Text"):
            under.append((form.format(inside), known[name]))
            said = field.get("description") or known[name]["description"]
        else:
            said = field.get("description", "")
        rows.append((f"`{key}`", _words(field, known), said, _given(key, field, schema)))
    title = f"`{path}`" if path else "At the top"
    yield f"## {title}\n"
    if path:
        yield schema["description"].split("\n\n")[0] + "\n"
    yield _table(("key", "holds", "what it means", "if not given"), rows)
    if not path:
        yield _quantity(known["Quantity"])
    for inside, section in under:
        yield from _sections(inside, section, known)


def _quantity(schema: dict[str, Any]) -> str:
    rows = [
        (f"`{key}`", _words(field, {}), field.get("description", ""), _given(key, field, schema))
        for key, field in schema["properties"].items()
    ]
    return ABOUT_QUANTITY + "\n" + _table(("key", "holds", "what it means", "if not given"), rows)


def _kind(field: dict[str, Any], known: dict[str, Any]) -> tuple[str, str]:
    """Return the section that a field holds, if it does, and how its path is written."""
    for part in (field, *field.get("anyOf", ())):
        for inner, form in (
            (part, "{}"),
            (part.get("items", {}), "{}[]"),
            (_items(part), "{}.NAME"),
        ):
            name = str(inner.get("$ref", "")).rpartition("/")[2]
            if name in known:
                return name, form
    return "", ""


def _items(field: dict[str, Any]) -> dict[str, Any]:
    """Return what a table with names of one's own holds under each of them."""
    patterns = list(field.get("patternProperties", {}).values())
    return field.get("additionalProperties") or (patterns[0] if patterns else {})


def _words(field: dict[str, Any], known: dict[str, Any]) -> str:
    """Say in words what a field holds."""
    if "anyOf" in field:
        kinds = [_words(part, known) for part in field["anyOf"] if part.get("type") != "null"]
        return " or ".join(dict.fromkeys(kinds))
    if "enum" in field:
        return ", ".join(f"`{value}`" for value in field["enum"])
    if "prefixItems" in field:
        return f"a list of {len(field['prefixItems'])} whole numbers"
    kind = "section" if "$ref" in field else field["type"]
    words = {
        "section": "a section",
        "array": "a list",
        "object": "names",
        "string": "text",
        "integer": "a whole number",
        "number": "a number",
        "boolean": "`true` or `false`",
    }[kind]
    if kind == "array":
        words = f"{words}: {_words(field['items'], known)}"
    elif kind == "object":
        words = f"{words}, each with {_words(_items(field), known)}"
    named = {"Quantity": "a number with its range", "Text": "`sv` and `en`"}
    words = named.get(field.get("$ref", "").rpartition("/")[2], words)
    if kind == "string" and ("format" in field or "pattern" in field):
        words = "a date" if field.get("format") == "date" else "a code or short name"
    bounds = [f"{sign} {field[key]:.10g}" for key, sign in BOUNDS.items() if key in field]
    return ", ".join([words, *bounds])


def _given(key: str, field: dict[str, Any], schema: dict[str, Any]) -> str:
    if key in schema.get("required", ()):
        return "it must be"
    default = field.get("default")
    if default in (None, [], {}) or isinstance(default, dict):
        return ""
    if isinstance(default, list) and any(isinstance(item, dict) for item in default):
        return ""
    return f"`{json.dumps(default, ensure_ascii=False)}`"


def tables() -> str:
    """Return the page of what a data folder holds."""
    parts = [
        ABOUT_TABLES,
        _table(
            ("key", "what it must be", ""),
            [
                (
                    f"`{name}`",
                    field.description
                    or described(field.annotation)
                    or next(
                        (m.description for m in field.metadata if hasattr(m, "description")), ""
                    )
                    or "text",
                    "" if field.is_required() else "may be left out",
                )
                for name, field in CountryFile.model_fields.items()
            ],
        ),
        ABOUT_OUTLINES,
    ]
    for table in TABLES.values():
        rows = []
        for name, hint in table.columns.items():
            target = referenced(hint)
            asked = f"a code of {TABLES[target].file}" if target else described(hint)
            rows.append((f"`{name}`", asked, "" if name in table.required else "may be left out"))
        key = " and ".join(f"`{name}`" for name in table.key)
        said = [f"A row is {_lower(getdoc(table.row))} Its key is {key}"]
        said.append(", in either order. " if table.undirected else ". ")
        if table.covers:
            target = TABLES[str(referenced(table.columns[table.covers]))].file
            said.append(f"Every code of {target} must appear. ")
        if table.optional:
            said.append("There may be no rows at all.")
        parts.append(f"## `{table.file}`\n")
        parts.append("".join(said).strip() + "\n")
        parts.append(_table(("column", "what it must be", ""), rows))
    return "\n".join(parts)


def others_tables() -> str:
    """Return the page of tables that other programs wrote, and of what becomes of each."""
    from written.tables import country_with, refusal, written  # noqa: PLC0415 - among the tests

    rows, read = [], 0
    for entry in written():
        with TemporaryDirectory() as folder:
            lines = refusal(country_with(entry, Path(folder) / "country"))
        read += not lines
        said = "; ".join(_shortened(line) for line in lines)
        outcome = f"refused: {said}" if lines else "read"
        names = (entry["program"], entry["country"], entry["does"], entry["table"])
        rows.append((f"`{entry['file']}`", *names, outcome))
    heads = ("file", "as written by", "in", "what", "table", "what becomes of it")
    about = ABOUT_WRITTEN.format(all=len(rows), read=read, refused=len(rows) - read)
    return about + "\n" + _table(heads, rows)


def _shortened(line: str) -> str:
    """Return a refusal in code, without what it says of columns that are known."""
    bare = line.partition("; known are")[0]
    return f"`{bare if len(bare) <= LONG else bare[: LONG - 1] + '…'}`"


def _lower(text: str | None) -> str:
    first = str(text).split("\n", maxsplit=1)[0]
    return first[0].lower() + first[1:]


def _paragraphs(text: str | None) -> str:
    return str(text).split("\f", maxsplit=1)[0].strip() + "\n"


def _table(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [heads, tuple("---" for _ in heads), *rows]
    cells = [[" ".join(cell.replace("|", "\\|").split()) for cell in line] for line in lines]
    return "\n".join(f"| {' | '.join(line)} |".replace("  |", " |") for line in cells) + "\n"


PAGES = {
    "reference-commands.md": commands,
    "reference-scenario.md": scenario,
    "reference-data.md": tables,
    "written-tables.md": others_tables,
}


PARTS = {"model.md": {"criteria": criteria, "expressions": expressions}}
"""Tables that stand in pages written by hand, each between two comments with its name."""


def made(name: str) -> str:
    """Return what a page should say: the whole of it, or with its tables renewed."""
    if name in PAGES:
        return MADE + PAGES[name]()
    text = (FOLDER / name).read_text("utf-8")
    for part, table in PARTS[name].items():
        begin, end = f"<!-- {part}: docs/reference.py -->\n", f"<!-- end of {part} -->\n"
        before, _, rest = text.partition(begin)
        _, found, after = rest.partition(end)
        if not found:
            raise SystemExit(f"{name}: no {begin.strip()} with its end")
        text = f"{before}{begin}\n{table()}\n{end}{after}"
    return text


def main() -> None:
    """Check the pages, or write them."""
    stale = []
    for name in (*PAGES, *PARTS):
        path, text = FOLDER / name, made(name)
        if "--check" not in sys.argv:
            path.write_text(text, "utf-8")
            continue
        there = path.read_text("utf-8").splitlines() if path.exists() else []
        stale += difflib.unified_diff(there, text.splitlines(), name, "the code", lineterm="")
    sys.exit("\n".join(stale) or 0)


if __name__ == "__main__":
    sys.path += [str(FOLDER.parent / "tests"), str(FOLDER.parent / "tests" / "support")]
    main()
