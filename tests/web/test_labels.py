"""Every field has its name and meaning in both languages, and every problem its words."""

from __future__ import annotations

import pytest

from planner.case.files import default_data_folder
from planner.errors import InputError
from planner.outputs.words.text import read_words
from planner.scenario.load import load_scenario
from planner.web.fields import GROUPS, fields
from planner.web.forms import Form
from planner.web.labels import Labels, Towns
from planner.web.pages import texts

DATA = default_data_folder()
NODES = [node for field in fields() for node in field.walk() if node.kind != "section"]
TOWNS = Towns({"0184": "Solna"}, {"0184": "Solna"})


def labels(language):
    return Labels(texts(language), "SPSM", TOWNS)


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_field_is_named_and_explained(language):
    told = labels(language)
    assert [node.key for node in NODES if told.label(node) == node.key] == []
    unsaid = {node.key for node in NODES if not told.help(node)}
    assert unsaid <= {"limits.most", "limits.least", "limits.hard", "limits.penalty"}


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_choice_is_named(language):
    told = labels(language)
    unnamed = [
        (node.key, value)
        for node in NODES
        if node.kind in ("choice", "choices", "choice_or_list")
        for value in node.choices
        if told.option(node.key, value) == value
    ]
    assert unnamed == []


def test_no_field_is_left_to_the_last_group():
    form = Form(texts("sv"), "SPSM", TOWNS, {"work": ["1"]}, {})
    assert [group.name for group in form.groups] == [name for name, *_ in GROUPS]


def test_words_for_fields_name_fields_that_there_are():
    known = {node.key for field in fields() for node in field.walk()}

    def keys(table, at=""):
        for name, value in table.items():
            if isinstance(value, str):
                yield f"{at}{name}".rstrip(".")
            else:
                yield from keys(value, f"{at}{name}.")

    said = read_words("sv", "fields")
    assert {*keys(said["field"]), *keys(said["help"])} <= known


CHANGES = [
    ("offices.count=0", "minst 1"),
    ("offices.count=[5, 3]", "det mindre antalet först"),
    ("solver.threads=999", "högst 256"),
    ("solver.time_limit=0", "mer än 0"),
    (
        "thresholds.beyond_km=9999",
        "ett värde inom spannet: 9999 ligger inte mellan 100 och 200",
    ),
    ('sites.excluded=["0184"]', "utesluten: [Solna]"),
    ("objective.rates={}", "minst ett mål i `rates`"),
    ("objective.weights={}", "inga vikter (`weights`)"),
    ("objective.weights={spread=1}", "omräkningstal (`rates`) i stället för vikter"),
    ("objective.tolerance=0.01", "`tolerance.waiting = 500`, inte en andel för alla"),
    (
        'objective={method="lexicographic", order=["mean_km"], tolerance={waiting=5}}',
        "bara för mål i `order`, inte för waiting",
    ),
    ('objective.leading="spread"', "omräkningstalet 1 utan spann för spread"),
    (
        'objective.rates.share_beyond={value=1, unit="km", low=1, high=1}',
        "i enheten km per percentage point för share_beyond, inte km",
    ),
    ('objective.method="lexicographic"', "minst ett mål i `order`"),
    ('objective.method="epsilon"', "minst ett mål i `optimise`"),
    ('objective.then=["mean_km"]', "varje mål står bara en gång"),
    ('rollout.periods.0.starts="2022-09-02"', "den första i en månad"),
    ('rollout.periods.0.starts="x"', "ett datum"),
    ('rollout.periods.0.name="2023"', "olika namn"),
    ('rollout.periods.0.name="@"', "bokstäver"),
    ("rollout.periods=[]", "minst 1 i listan"),
    ('rollout.periods.1.starts="2022-10-01"', "börjar när"),
    ('rollout.opens={"0184"="2030"}', "perioder bland"),
    ('dialogues.targets.0.by="2030"', "perioder bland"),
    ('calendar.order="need"', "kolumnen som säger behovet"),
    ("limits={p95_km={most=1, hard=false}}", "kan inte vägas"),
    ("limits={mean_km={least=1}}", "den andra sidan"),
    ('sites.existing=["0184"]', "redan är öppet"),
    ("objective.then=[]", "ett mål om dialogerna"),
    ('title.sv="a\\u0000"', "styrtecken"),
]


@pytest.mark.parametrize(("change", "swedish"), CHANGES, ids=[c[:30] for c, _ in CHANGES])
def test_what_a_scenario_may_not_say_is_told_in_swedish(change, swedish):
    also = ['rollout.opens={"0184"="2022H2"}'] if change.startswith("sites.existing") else []
    with pytest.raises(InputError) as caught:
        load_scenario("decision-2022", DATA, [*also, change])
    said = [labels("sv").expected(problem.expected) for problem in caught.value.problems]
    assert [text for text in said if swedish in text], said
