"""What the tests of outputs share: a small country, plans for it, and how pages are opened."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from country import make_country
from outputs.handmade import ANNOUNCED, FIRST_YEAR, county_plan, map_of, scenario
from planner.case.read import read_inputs
from screens import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from contextlib import AbstractContextManager

    from playwright.sync_api import Browser, Page, Route

    from planner.case.types import Inputs
    from planner.plan import Plan

    Show = Callable[..., AbstractContextManager[Page]]

WIDE = {"width": 1440, "height": 900}


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Inputs:
    """Six municipalities in three counties."""
    return read_inputs(make_country(tmp_path_factory.mktemp("small")))


@pytest.fixture(scope="session")
def small_plan(small: Inputs) -> Plan:
    """Norr serves everyone in 2022; Ost opens in 2023 and takes the third county."""
    everyone = {"0101": ("01", "02", "03")}
    return county_plan(
        small, [("2022", everyone), ("2023", {"0101": ("01", "02"), "0301": ("03",)})]
    )


@pytest.fixture(scope="session")
def announced(real_inputs: Inputs) -> Plan:
    """The announced ten with counties assigned at best for the mean distance."""
    return county_plan(real_inputs, [("2024", ANNOUNCED)], "announced")


@pytest.fixture(scope="session")
def rollout(real_inputs: Inputs) -> Plan:
    """Four offices first, then ten."""
    return county_plan(
        real_inputs, [("2022H2", FIRST_YEAR), ("2023", FIRST_YEAR), ("2024", ANNOUNCED)]
    )


@pytest.fixture(scope="session")
def rollout_map(real_inputs: Inputs, rollout: Plan, announced: Plan) -> str:
    """The real map of two plans side by side."""
    return map_of(rollout, real_inputs, scenario(), reference=announced)


@pytest.fixture(scope="session")
def show(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Show:
    """Open a page; on leaving it must have asked for nothing and complained of nothing."""
    folder = tmp_path_factory.mktemp("pages")

    @contextmanager
    def opened(html: str, size: Mapping[str, int] = WIDE, address: str = "") -> Iterator[Page]:
        file = folder / "page.html"
        file.write_text(html, encoding="utf-8")
        page = browser.new_page(viewport={"width": size["width"], "height": size["height"]})
        page.set_default_timeout(PATIENCE)
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: complaints.append(dialog.message))
        page.on("requestfailed", lambda request: complaints.append(request.url))

        def stay(route: Route) -> None:
            if route.request.url.startswith(("file:", "data:")):
                route.continue_()
                return
            complaints.append(route.request.url)
            route.abort()

        page.route("**", stay)
        page.goto(file.as_uri() + address)
        yield page
        page.close()
        assert complaints == []

    return opened
