"""The commands of insight as a user meets them, on a small country with one possible answer."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from cli.test_app import ROLLOUT, SCENARIO
from country import make_country
from outputs.pages import assert_sound
from planner.control import Control
from planner.data import load
from planner.outputs.pages.comparison import comparison_article, comparison_data
from planner.outputs.pages.comparison_tables import SideBySide
from planner.outputs.words.text import MINUS, load_texts
from planner.workflows.plans import compare_plans, find_plan

MONEY_FIRST = """
extends = "rollout"
name = "money-first"
[objective]
optimise = "cost_msek"
then = ["mean_km"]
"""
WEIGHED = """
extends = "small"
name = "weighed"
[objective]
method = "weighted"
rates = { mean_km = 1, spread = 2 }
"""
WEST = SCENARIO.replace('"small"', '"west"').replace(
    "[offices]", '[sites]\nrequired = ["0101"]\n[offices]'
)


@pytest.fixture(scope="module")
def country(tmp_path_factory):
    folder = make_country(tmp_path_factory.mktemp("country"))
    (folder / "scenarios").mkdir()
    scenarios = {
        "small": SCENARIO,
        "rollout": ROLLOUT,
        "west": WEST,
        "money-first": MONEY_FIRST,
        "weighed": WEIGHED,
    }
    for name, text in scenarios.items():
        (folder / "scenarios" / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder


def answer(out):
    return json.loads(out)


def side_by_side(data, plans):
    return SideBySide(compare_plans(data, plans), data)


class TestCompare:
    @pytest.mark.slow
    def test_tells_offices_moves_and_criteria_with_signs(self, planner):
        code, out, _ = planner("compare", "small", "west", "--json")
        told = answer(out)
        assert code == 0
        assert told["complete"] is True
        # Mitt and Ost are best: 2 x 10 + 4 x ... against Norr and Ost, where Mitt travels 10 km.
        assert [plan["offices"] for plan in told["plans"]] == [["0201", "0301"], ["0101", "0301"]]
        (difference,) = told["differences"]
        assert difference["offices_added"] == ["0101"]
        assert difference["offices_dropped"] == ["0201"]
        assert [move["county"] for move in difference["moves"]] == ["Väst", "Mellan"]
        found = difference["criteria"]["mean_km"]
        plans = told["plans"]
        km = [plan["criteria"]["mean_km"] for plan in plans]
        assert found["difference"] == pytest.approx(km[1] - km[0])
        assert found["difference"] > 0
        assert found["better"] == "less"
        assert difference["settings"] == {
            "sites.required": {"plan": ["0101"], "against": []},
        }

    @pytest.mark.slow
    @pytest.mark.parametrize("language", ["sv", "en"])
    def test_page_is_sound_has_a_map_a_plan_and_is_the_same_every_time(
        self, planner, tmp_path, language
    ):
        pages = []
        for _ in range(2):
            code, _, _ = planner("compare", "small", "west", "rollout", "--lang", language)
            assert code == 0
            folder = tmp_path / "runs" / "compare-small-west-rollout"
            pages.append((folder / "compare.html").read_text("utf-8"))
        assert pages[0] == pages[1]
        page = assert_sound(pages[0], language)
        assert sum(given.get("class") == "map" for _, given in page.attributes) == 3

    @pytest.mark.slow
    def test_a_rollout_differs_in_phases_staff_and_cost(self, planner, tmp_path):
        assert planner("run", "rollout")[0] == 0
        assert planner("run", "rollout", "--set", "money.premises.value=2", "--out", "dear")[0] == 0
        code, out, _ = planner("compare", "runs/rollout", "dear", "--json")
        assert code == 0
        (difference,) = answer(out)["differences"]
        open_ = [
            p["open"] for p in json.loads((tmp_path / "dear/plan.json").read_text())["periods"]
        ]
        # One MSEK more for the premises of each open office in each year.
        assert [difference["periods"][p]["cost_msek"] for p in ("2022", "2023")] == [
            pytest.approx(len(now)) for now in open_
        ]
        assert difference["advisors"] == {}
        assert difference["settings"] == {"money.premises": {"plan": 2.0, "against": 1.0}}

    def test_a_measure_of_yes_or_no_is_named_without_a_difference(self, country):
        data = load(country)
        whole = find_plan(data, str(country / "scenarios" / "small.toml"), Control())
        torn = replace(whole.plan, criteria={**whole.plan.criteria, "contiguous": 0})
        found = side_by_side(data, [whole, replace(whole, plan=torn)])
        said = comparison_article(found, load_texts("sv", "compare"))
        assert said.answer[0].endswith("Den är sämre på sammanhängande regioner.")

    @pytest.mark.slow
    def test_the_sums_are_told_line_by_line_where_both_keep_the_questions_rules(self, planner):
        """Norr and Ost is 30 / 21 km of mean distance worse, and as good on spread."""
        told = answer(planner("compare", "weighed", "west", "--json")[1])
        assert told["sums"]["rates"] == {"mean_km": 1.0, "spread": 2.0}
        assert told["sums"]["plans"]["weighed"]["lines"] == pytest.approx(
            {"mean_km": 115 / 21, "spread": 20.0}
        )
        (difference,) = told["differences"]
        assert difference["sum"] == pytest.approx({"mean_km": 30 / 21, "spread": 0.0})
        out = " ".join(planner("compare", "weighed", "west")[1].split())
        said = "By the rates of “Small” it is 1.4 km of mean distance worse than "
        assert f"{said}“Small (weighed)”: 1.4 mean distance" in out
        assert ": 1.4 mean distance + 0.0 spread over the country." in out
        assert "│ Sum " in out
        assert "25.48 " in out  # 115 / 21 + 2 x 10

    @pytest.mark.slow
    @pytest.mark.parametrize(
        ("changed", "why", "words"),
        [
            ("[offices]\ncount = 1", "number", "it has 1 office"),
            (
                '[thresholds]\nbeyond_km = { value = 9, unit = "km", low = 1, high = 10 }',
                "measures",
                "it counts far in another way",
            ),
        ],
    )
    def test_no_sum_is_told_against_a_plan_that_breaks_the_rules(
        self, planner, country, tmp_path, changed, why, words
    ):
        other = tmp_path / "other.toml"
        other.write_text(f'extends = "weighed"\nname = "other"\n{changed}\n', encoding="utf-8")
        told = answer(planner("compare", "weighed", str(other), "--json")[1])
        assert told["sums"]["without"] == {"other": why}
        assert told["differences"][0]["sum"] is None
        out = " ".join(planner("compare", "weighed", str(other))[1].split())
        assert f"by the rates of “Small”, since “Small (changed)” has none: {words}." in out
        assert "The sum, line by line" not in out

    def test_a_plan_better_than_what_is_proved_best_breaks_some_rule(self, country):
        """115 / 21 + 2 x 10 km is the least; one km less of mean distance can't keep the rules."""
        data = load(country)
        best = find_plan(data, str(country / "scenarios" / "weighed.toml"), Control())
        less = {**best.plan.criteria, "mean_km": best.plan.criteria["mean_km"] - 1}
        other = replace(best, plan=replace(best.plan, criteria=less))
        found = comparison_data(side_by_side(data, [best, other]))["sums"]
        assert found["without"] == {"weighed (2)": "some"}
        assert list(found["plans"]) == ["weighed"]

    @pytest.mark.slow
    def test_there_is_no_sum_where_the_rates_differ_or_nothing_is_weighed(
        self, planner, country, tmp_path
    ):
        other = tmp_path / "other.toml"
        rates = "[objective]\nrates = { mean_km = 1, spread = 3 }"
        other.write_text(f'extends = "weighed"\nname = "other"\n{rates}\n', encoding="utf-8")
        assert answer(planner("compare", "weighed", str(other), "--json")[1])["sums"] is None
        assert answer(planner("compare", "small", "west", "--json")[1])["sums"] is None

    @pytest.mark.slow
    def test_nothing_is_counted_that_nobody_asked_for(self, planner):
        out = " ".join(planner("compare", "small", "west")[1].split())
        assert "It is worse on mean distance (+1.4 km)" in out
        assert "measures:" not in out

    def test_half_years_are_named_in_words(self, country):
        data = load(country)
        named = find_plan(data, str(country / "scenarios" / "rollout.toml"), Control())

        def early(rows):
            return tuple(replace(r, period=r.period.replace("2022", "2022H2")) for r in rows)

        plan = replace(
            named.plan,
            periods=early(named.plan.periods),
            assignments=early(named.plan.assignments),
            offices=tuple(
                replace(o, opens=o.opens.replace("2022", "2022H2")) for o in named.plan.offices
            ),
        )
        found = side_by_side(data, [replace(named, plan=plan), named])
        article = comparison_article(found, load_texts("sv", "compare"))
        heads = [row[0] for part in article.parts for table in part.tables for row in table.rows]
        assert "Hösten 2022: öppna kontor" in heads
        assert not [head for head in heads if "2022H2" in head]

    def test_what_follows_from_the_number_of_offices_is_not_called_better(self, planner, tmp_path):
        one = tmp_path / "one.toml"
        one.write_text('extends = "small"\nname = "one"\n[offices]\ncount = 1\n', "utf-8")
        out = " ".join(planner("compare", "small", str(one))[1].split())
        assert "They have different numbers of offices (1 against 2)." in out
        told = out.partition("What follows from the number itself, ")[2].partition(", therefore")[0]
        assert "largest region against the mean" in told
        answer = out.partition("The offices Towns")[0]
        assert "better on largest region" not in answer
        assert "worse on largest region" not in answer

    def test_waiting_is_told_in_months_for_each_too(self, planner, country):
        data = load(country)
        named = find_plan(data, str(country / "scenarios" / "rollout.toml"), Control())
        wanting = sum(p.dialogues for p in named.plan.periods) + sum(named.plan.unmet.values())
        later = {**named.plan.criteria, "waiting": named.plan.criteria["waiting"] + 2 * wanting}
        found = side_by_side(
            data, [named, replace(named, plan=replace(named.plan, criteria=later))]
        )
        said = comparison_article(found, load_texts("sv", "compare")).answer[0]
        more = f"+{2 * wanting} huvudmannamånader"
        assert f"väntan ({more}; i genomsnitt +2,0 månader till första dialogen)" in said

    @pytest.mark.slow
    def test_a_page_calls_plans_by_their_titles_and_says_where_they_are(
        self, planner, country, tmp_path
    ):
        text = SCENARIO.replace('"Liten"', '"Minst"').replace('"small"', '"least"')
        (country / "scenarios" / "least.toml").write_text(text, encoding="utf-8")
        assert planner("compare", "small", "least", "--lang", "sv")[0] == 0
        page = (tmp_path / "runs" / "compare-small-least" / "compare.html").read_text("utf-8")
        assert "<h1>Jämförelse: ”Liten” och ”Minst”</h1>" in page
        assert "”Minst” har samma orter som ”Liten”." in page
        assert '<th scope="row">Minst</th><td>least</td>' in page.replace("\n", "")
        assert (
            answer(planner("compare", "small", "least", "--json")[1])["plans"][1]["label"]
            == "least"
        )

    @pytest.mark.slow
    def test_what_a_side_has_changed_stands_under_the_heading(self, planner, tmp_path):
        assert planner("run", "small", "--set", "offices.count=1", "--out", "one")[0] == 0
        assert planner("compare", "small", "one", "--lang", "sv")[0] == 0
        page = (tmp_path / "runs" / "compare-small-one" / "compare.html").read_text("utf-8")
        assert "<h1>Jämförelse: ”Liten” och ”Liten (ändrad)”</h1>" in page
        said = "”Liten (ändrad)”: Ändrat: antal kontor 1 i stället för 2."
        assert f'<p class="changed">{said}</p>' in page
        manifest = json.loads(
            (tmp_path / "runs" / "compare-small-one" / "manifest.json").read_bytes()
        )
        assert manifest["changed"] == {"one": {"offices.count": [2, 1]}}

    @pytest.mark.slow
    def test_a_run_is_read_only_if_it_is_what_solving_would_give(
        self, planner, tmp_path, monkeypatch
    ):
        """Same question, tables and program, and its files as they were written."""
        monkeypatch.delenv("PLANNER_ANEW")
        monkeypatch.setenv("PLANNER_CACHE", str(tmp_path / "cache"))
        assert planner("run", "small")[0] == 0

        def compared(*options):
            out = planner("compare", "small", "west", *options)[1]
            return answer(out)["plans"][0] if options else " ".join(out.split())

        read = compared("--json")
        assert (read["source"], read["passed_over"]) == ("run", {})
        assert "small: read from runs/small" in compared()
        manifest = tmp_path / "runs" / "small" / "manifest.json"
        whole = manifest.read_text("utf-8")

        def manifest_with(**values):
            manifest.write_text(json.dumps(json.loads(whole) | values), "utf-8")

        manifest_with(planner="0.0.1")
        assert compared("--json")["passed_over"] == {"program": "0.0.1"}
        manifest_with(program="another")
        assert compared("--json")["passed_over"]["program"]
        manifest_with(inputs={**json.loads(whole)["inputs"], "b.csv": "0"})
        assert compared("--json")["passed_over"] == {"tables": "b.csv"}
        manifest.write_text(whole, "utf-8")
        plan = tmp_path / "runs" / "small" / "plan.json"
        plan.write_text(plan.read_text("utf-8").replace('"mean_km": ', '"mean_km": 99'), "utf-8")
        spoiled = compared("--json")
        assert (spoiled["source"], spoiled["passed_over"]) == ("kept", {"files": "plan.json"})
        assert spoiled["criteria"]["mean_km"] < 99
        said = compared()
        assert "small: the plan was kept" in said
        assert "runs/small was not read: files in it were changed afterwards (plan.json)" in said
        plan.write_text("{", "utf-8")
        assert compared("--json")["passed_over"] == {"unread": ""}

    @pytest.mark.slow
    def test_everything_anew_reads_no_run(self, planner):
        """PLANNER_ANEW is set in tests."""
        assert planner("run", "small")[0] == 0
        plans = answer(planner("compare", "small", "west", "--json")[1])["plans"]
        assert [plan["source"] for plan in plans] == ["solved", "solved"]

    @pytest.mark.slow
    def test_a_run_by_its_path_is_compared_as_it_is_and_what_changed_is_said(
        self, planner, tmp_path
    ):
        assert planner("run", "small")[0] == 0
        folder = tmp_path / "runs" / "small"
        plan, manifest = folder / "plan.json", folder / "manifest.json"
        plan.write_text(plan.read_text("utf-8").replace('"mean_km": ', '"mean_km": 99'), "utf-8")
        tree = json.loads(manifest.read_text("utf-8"))
        tree["inputs"]["other.csv"] = "0" * 64
        tree["planner"] = "0.0.1"
        manifest.write_text(json.dumps(tree), "utf-8")
        shown = answer(planner("compare", "runs/small", "west", "--json")[1])["plans"][0]
        since = {"files": "plan.json", "tables": "other.csv", "program": "0.0.1"}
        assert (shown["source"], shown["since"], shown["other_tables"]) == ("folder", since, True)
        assert shown["criteria"]["mean_km"] > 99
        out = " ".join(planner("compare", "runs/small", "west", "--lang", "sv")[1].split())
        page = (tmp_path / "runs" / "compare-small-west" / "compare.html").read_text("utf-8")
        assert "filer i ”Liten (small)” är ändrade efter att körningen skrevs: plan.json" in out
        assert "filer i ”Liten (small)” är ändrade efter att körningen skrevs: plan.json" in page
        assert "ett annat program än det här (planner 0.0.1)" in page
        assert "beräknades ur andra tabeller" in page
        notes = answer(planner("justify", "runs/small", "--scenario", "small", "--json")[1])[
            "notes"
        ]
        assert [note for note in notes if "plan.json" in note]

    @pytest.mark.slow
    def test_a_report_by_a_scenarios_name_is_no_run_of_it(self, planner, tmp_path):
        """A folder with a manifest is not read as a run, nor written over by one."""
        assert planner("compare", "small", "west", "--out", "runs/small")[0] == 0
        assert answer(planner("compare", "small", "west", "--json")[1])["complete"] is True
        code, out, _ = planner("run", "small")
        assert code == 0
        assert "runs/small holds the answer to another or a changed scenario, which stays" in out
        assert (tmp_path / "runs" / "small" / "compare.json").is_file()
        assert (tmp_path / "runs" / "small-2" / "plan.json").is_file()

    @pytest.mark.slow
    def test_a_run_over_other_places_is_refused(self, planner, tmp_path, tmp_path_factory):
        assert planner("run", "small")[0] == 0
        plan = tmp_path / "runs" / "small" / "plan.json"
        plan.write_text(plan.read_text("utf-8").replace('"0201"', '"9999"'), "utf-8")
        code, _, err = planner("compare", "runs/small", "west")
        assert code == 2
        assert "9999" in err

    @pytest.mark.parametrize(
        ("references", "word"),
        [
            (("small",), "two or more"),
            (("small", "smal"), "did you mean 'small'"),
            (("small", "runs/none"), "a run folder that exists"),
        ],
    )
    def test_wrong_use_is_told_in_one_answer(self, planner, references, word):
        code, out, err = planner("compare", *references)
        assert code == 2
        assert word in err
        assert out == ""

    @pytest.mark.slow
    def test_a_broken_run_names_file_and_key(self, planner, tmp_path):
        assert planner("run", "small")[0] == 0
        plan = tmp_path / "runs" / "small" / "plan.json"
        plan.write_text(plan.read_text("utf-8").replace('"gap": 0', '"gap": "none"'), "utf-8")
        code, _, err = planner("compare", "runs/small", "west")
        assert code == 2
        assert "termination.gap" in err
        (tmp_path / "runs" / "small" / "scenario.toml").unlink()
        code, _, err = planner("compare", "runs/small", "west")
        assert "scenario.toml" in err

    def test_the_terminal_tells_the_same(self, planner):
        code, out, _ = planner("compare", "small", "west")
        assert code == 0
        assert "“Small (west)” has Norr where “Small (small)” has Mitt." in out.replace("\n", " ")
        assert "report: runs/compare-small-west/compare.html" in out


class TestAlternatives:
    def test_lists_sets_towns_and_where_the_announced_stand(self, planner, tmp_path):
        code, out, _ = planner("alternatives", "small", "--within", "100", "--json")
        told = answer(out)
        assert code == 0
        assert told["at_least"] is False
        assert told["alternatives"][0]["offices"] == told["best"] == ["0201", "0301"]
        assert told["count"] == len(told["alternatives"])
        assert told["announced"]["allowed"] is False  # one town, and two offices are asked for
        assert {*told["in_all"], *told["in_some"], *told["in_none"]} == {"0101", "0201", "0301"}
        written = json.loads(
            (tmp_path / "runs/alternatives-small/alternatives.json").read_text("utf-8")
        )
        assert written["alternatives"] == told["alternatives"]

    def test_one_announced_town_is_ranked(self, planner):
        arguments = ("alternatives", "small", "--set", "offices.count=1", "--within", "0")
        told = answer(planner(*arguments, "--json")[1])
        assert told["announced"]["allowed"] is True
        assert told["announced"]["better"] == 0

    def test_how_much_worse_is_in_the_leading_unit_and_adds_up(self, planner):
        """Km x principals: Mitt and Ost 115 of 21, Norr and Ost 145, Norr and Mitt 175.

        The nearest offices are 10 km away over the municipalities, 10 km and 13 1/3 km.
        """
        told = answer(planner("alternatives", "weighed", "--within", "9", "--json")[1])
        assert (told["unit"], told["leading"], told["within"]) == ("km", "mean_km", 9.0)
        assert told["rates"] == {"mean_km": 1.0, "spread": 2.0}
        assert (told["count"], told["allowed"]) == (2, 3)
        first, second = told["alternatives"]
        assert (first["worse"], first["contributions"]) == (0, {"mean_km": 0, "spread": 0})
        assert second["worse"] == pytest.approx(30 / 21)
        assert second["contributions"] == pytest.approx({"mean_km": 30 / 21, "spread": 0})
        assert told["others_at_least"] == pytest.approx(60 / 21 + 2 * 10 / 3)

    def test_the_terminal_says_in_words_how_much_worse_and_why(self, planner):
        out = " ".join(planner("alternatives", "weighed", "--within", "10")[1].split())
        assert "3 sets are at most 10 km of mean distance worse than the best" in out
        assert "Norr in place of Mitt, is 1.4 km worse: 1.4 mean distance + 0.0 spread over" in out
        assert "%" not in out.split("Which towns are firm")[0]
        assert (
            "One kilometre of spread over the country counts as 2 km of mean distance. Mean" in out
        )

    @pytest.mark.slow
    def test_a_cap_is_incomplete_and_ends_with_4(self, planner):
        code, out, _ = planner("alternatives", "small", "--within", "100", "--most", "1", "--json")
        told = answer(out)
        assert code == 4
        assert told["at_least"] is True
        assert (told["in_all"], told["in_some"], told["in_none"]) == (None, None, None)
        code, out, _ = planner("alternatives", "small", "--within", "100", "--most", "1")
        assert code == 4
        assert "The list is incomplete" in out
        assert "Which towns are firm can therefore not be told." in " ".join(out.split())
        assert "in all" not in out

    @pytest.mark.slow
    @pytest.mark.parametrize("language", ["sv", "en"])
    def test_page_is_sound_and_the_same_every_time(self, planner, tmp_path, language):
        pages = []
        for _ in range(2):
            assert planner("alternatives", "small", "--within", "90", "--lang", language)[0] == 0
            file = tmp_path / "runs" / "alternatives-small" / "alternatives.html"
            pages.append(file.read_text("utf-8"))
        assert pages[0] == pages[1]
        assert_sound(pages[0], language)

    @pytest.mark.parametrize("within", ["-1", "nan", "inf"])
    def test_a_distance_that_is_none_is_told(self, planner, within):
        code, _, err = planner("alternatives", "small", f"--within={within}")
        assert code == 2
        assert "zero or more, in the unit of the scenario's sum" in err


class TestPareto:
    @pytest.mark.slow
    def test_tells_points_spans_and_where_the_announced_are(self, planner):
        code, out, _ = planner("pareto", "small", "--criteria", "mean_km,spread", "--json")
        told = answer(out)
        assert code == 0
        assert told["complete"] is True
        assert told["criteria"] == ["mean_km", "spread"]
        assert [(p["offices"], p["sets"]) for p in told["points"]] == [(["0201", "0301"], 1)]
        assert not {"hypervolume", "spans"} & set(told)
        assert told["best"]["on_frontier"] is True
        assert told["announced"] is None  # one town, and two offices are asked for
        one = ("pareto", "small", "--set", "offices.count=1", "--json")
        assert answer(planner(*one)[1])["announced"]["on_frontier"] is True

    @pytest.mark.slow
    def test_one_point_is_not_called_a_single_plan(self, planner):
        """From Norr and Ost as from Mitt and Ost it is 10 km to the mean municipality."""
        out = planner("pareto", "small", "--criteria", "spread,spsm_share")[1]
        said = " ".join(out.split())
        assert "Some plan is the best on all the measures at once, of those that the rules" in said
        assert "That holds for 2 sets." in said

    @pytest.mark.slow
    @pytest.mark.parametrize("language", ["sv", "en"])
    @pytest.mark.parametrize("criteria", ["mean_km,spread", "max_km,university_minutes,mean_km"])
    def test_page_is_sound_and_the_same_every_time(self, planner, tmp_path, language, criteria):
        pages = []
        for _ in range(2):
            arguments = ("--criteria", criteria, "--lang", language)
            assert planner("pareto", "small", *arguments)[0] == 0
            pages.append((tmp_path / "runs" / "pareto-small" / "pareto.html").read_text("utf-8"))
        assert pages[0] == pages[1]
        page = assert_sound(pages[0], language)
        assert sum(tag == "svg" for tag, _ in page.attributes) >= 1

    def test_criteria_that_are_none_are_told_at_once(self, planner):
        code, _, err = planner("pareto", "small", "--criteria", "mean_km,cost_msek,nearness")
        assert code == 2
        assert "cost_msek" in err
        assert "nearness" in err


class TestJustify:
    def test_the_best_plan_needs_no_other_rates(self, planner):
        code, out, _ = planner("justify", "weighed", "--scenario", "weighed", "--json")
        told = answer(out)
        assert code == 0
        assert told["possible"] is True
        assert told["rates"] == told["nearest_rates"] == {"mean_km": 1.0, "spread": 2.0}
        assert (told["unit"], told["factor"], told["tied_sets"]) == ("km", 1.0, 1)
        assert told["inside_ranges"] is True

    @pytest.mark.slow
    def test_a_beaten_plan_names_the_one_that_beats_it(self, planner):
        """Norr and Ost are 30 km x principals worse than Mitt and Ost, and as good on spread."""
        code, out, _ = planner("justify", "west", "--scenario", "weighed", "--json")
        told = answer(out)
        assert code == 0
        assert (told["possible"], told["nearest_rates"]) == (False, None)
        assert told["dominated_by"]["offices"] == ["0201", "0301"]
        assert told["equal_on"] == ["spread"]
        assert told["with_one_more"]["max_km"]["possible"] is False
        out = " ".join(planner("justify", "west", "--scenario", "weighed")[1].split())
        assert "No: Mitt in place of Norr is at least as good on every goal." in out
        assert f"Better: mean distance {MINUS}1.4 km. Equal: spread over the country." in out
        assert "as good only if this counted for nothing: mean distance." in out

    @pytest.mark.slow
    def test_where_the_rates_would_have_to_be_is_told_in_words(self, planner):
        """Norr and Ost are 30 km apart, Mitt and Ost 20; their mean is 30 / 21 km longer.

        So a kilometre apart must take off a tenth of that, 1 / 7 km.
        """
        arguments = ("justify", "west", "--scenario", "weighed", "--criteria", "min_separation_km")
        told = answer(planner(*arguments, "--json")[1])
        assert told["possible"] is True
        assert told["factor"] == pytest.approx(1)
        assert told["nearest_rates"] == pytest.approx(
            {"mean_km": 1, "spread": 2, "min_separation_km": 1 / 7}
        )
        assert told["alone"]["min_separation_km"]["at_least"] == pytest.approx(1 / 7)
        assert (told["tied_sets"], told["ties"]) == (2, [["0201", "0301"]])
        out = " ".join(planner(*arguments)[1].split())
        said = "one kilometre of least distance between offices takes off about 0.143 km of mean"
        assert said in out
        assert "By them one other set is as good: Mitt in place of Norr." in out

    @pytest.mark.slow
    def test_a_run_folder_is_asked_about_by_its_last_offices(self, planner):
        assert planner("run", "rollout")[0] == 0
        told = answer(planner("justify", "runs/rollout", "--scenario", "small", "--json")[1])
        assert told["plan"]["offices"] == ["0201", "0301"]

    @pytest.mark.slow
    @pytest.mark.parametrize("language", ["sv", "en"])
    @pytest.mark.parametrize("plan", ["small", "west"])
    def test_page_is_sound_and_the_same_every_time(self, planner, tmp_path, language, plan):
        pages = []
        for _ in range(2):
            arguments = ("--scenario", "small", "--lang", language)
            assert planner("justify", plan, *arguments)[0] == 0
            pages.append(
                (tmp_path / "runs" / f"justify-{plan}-small" / "justify.html").read_text("utf-8")
            )
        assert pages[0] == pages[1]
        assert_sound(pages[0], language)
        assert {"sv": "<h1>När är ”Liten” bäst?", "en": "<h1>When is “Small” the best?"}[
            language
        ] in pages[0]  # a scenario's heading: its name is of no language

    def test_offices_that_the_question_forbids_are_told(self, planner):
        one = ("justify", "small", "--scenario", "small", "--set", "offices.count=1")
        code, _, err = planner(*one)
        assert code == 2
        assert "0201, 0301" in err


class TestSensitivity:
    @pytest.mark.slow
    @pytest.mark.parametrize("draws", ["8", "32", "100"])
    def test_too_few_draws_for_shares_are_refused_with_the_reason(self, planner, draws):
        code, out, err = planner("sensitivity", "small", "--sobol", draws)
        assert code == 2
        said = " ".join(err.replace("│", " ").split())
        assert "a power of two from 64 on: fewer draws can't tell the shares" in said
        assert out == ""


EVERYWHERE = """
extends = "small"
name = "everywhere"
[units]
level = "municipality"
[sites]
candidates = "seats"
[offices]
count = 6
[objective]
method = "weighted"
rates = { mean_km = 1, spread = 1 }
"""
SWEEP = """
base = "money-first"
[grid]
"offices.count" = [1, 2]
"""


class TestQuestionsOfSites:
    @pytest.mark.slow
    @pytest.mark.parametrize(
        "command",
        [
            ("alternatives", "money-first"),
            ("pareto", "money-first"),
            ("justify", "small", "--scenario", "money-first"),
            ("justify", "money-first", "--scenario", "small"),
            ("sensitivity", "money-first"),
            ("sweep", "costs.toml"),
        ],
    )
    def test_a_scenario_that_puts_money_before_sites_is_told(self, planner, tmp_path, command):
        (tmp_path / "costs.toml").write_text(SWEEP, encoding="utf-8")
        code, out, err = planner(*command)
        assert code == 2
        assert "scenario money-first, objective = 'cost_msek': expected criteria that" in err
        assert out == ""

    def test_a_best_plan_without_any_distance_has_no_shares_to_tell(self, planner, country):
        scenario = country / "scenarios" / "everywhere.toml"
        scenario.write_text(EVERYWHERE, encoding="utf-8")
        code, out, _ = planner("alternatives", "everywhere", "--json")
        assert code == 0
        assert answer(out)["count"] == 1
