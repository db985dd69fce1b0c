"""What a page on another site, or a crafted address, can't do."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi import HTTPException, Request

from outputs.pages import Page
from planner.web import routes
from planner.web.app import _hosts, _is_local
from planner.web.routes import LISTED, MOST, ROWS, _posted
from web.conftest import ADDRESS, write_run

FORM = {"action": ["run"]}


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil", ""])
def test_a_name_that_leads_here_from_elsewhere_is_refused(client, host):
    """DNS rebinding: the browser thinks that it talks to evil.example."""
    assert client.get("/", headers={"Host": host}).status_code == 400


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:9999"},
        {"Origin": "http://localhost:8765"},
        {"Origin": ADDRESS, "Sec-Fetch-Site": "cross-site"},
        {"Origin": ADDRESS, "Sec-Fetch-Site": "same-site"},
        {"Origin": ADDRESS, "Sec-Fetch-Site": "none"},
        {},
    ],
    ids=str,
)
def test_a_form_from_elsewhere_is_refused_and_does_nothing(client, workspace, headers):
    client.headers.pop("Origin")
    for address in ("/scenarios/small", "/jobs/0/stop"):
        answer = client.post(address, data=FORM, headers=headers)
        assert answer.status_code == 403
        assert "från en annan webbplats" in answer.text
    assert workspace.jobs.open() == []


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "same-origin"}, {"Origin": ADDRESS}])
def test_a_form_from_here_is_taken(client, headers):
    client.headers.pop("Origin")
    assert client.post("/jobs/0/stop", headers=headers).status_code == 404


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
def test_there_is_nothing_but_looking_and_sending_forms(client, method):
    answer = client.request(method, "/")
    assert answer.status_code == 405
    assert "Det går inte härifrån" in answer.text


def test_what_can_be_read_can_be_asked_about(client):
    """A server drops the body of what it answers to HEAD."""
    for address, status in (("/", 200), ("/scenarios/small", 200), ("/nothing", 404)):
        assert client.head(address).status_code == status


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("cross-site no-cors image", 403),
        ("same-site cors empty", 403),
        ("cross-site navigate iframe", 403),
        ("cross-site navigate document", 200),
        ("same-origin cors empty", 200),
        ("none navigate document", 200),
    ],
)
def test_a_page_of_another_site_can_link_here_but_not_make_it_work(client, said, status):
    names = ("Sec-Fetch-Site", "Sec-Fetch-Mode", "Sec-Fetch-Dest")
    headers = dict(zip(names, said.split(), strict=True))
    assert client.get("/", headers=headers).status_code == status


def test_no_other_site_has_a_report_printed(client):
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    headers["Sec-Fetch-Dest"] = "document"
    answer = client.get("/runs/one/print/report.pdf", headers=headers)
    assert answer.status_code == 403
    assert "från en annan webbplats" in answer.text


def test_a_form_may_not_be_endless_nor_of_anything_but_text(client):
    rows = b"&".join(b"rollout.periods.%d.name=x" % n for n in range(ROWS + 1))
    towns = b"sites.required=Atlantis&" * (LISTED + 1)
    for body, status in (
        (b"a=" + b"x" * MOST, 413),
        (b"\xff=\xfe", 400),
        (b"a&" * 20_000, 400),
        (rows, 413),
        (towns, 413),
    ):
        answer = client.post("/scenarios/small", content=body)
        assert answer.status_code == status
        assert ("högst 100 rader" in answer.text) is (status == 413)


def _answer(asked):
    """Await it in a thread of its own: a browser of other tests has a loop in this one."""
    with ThreadPoolExecutor(1) as one:
        return one.submit(asyncio.run, asked).result()


def test_a_form_that_is_broken_off_is_no_defect():
    """Of which the browser sends a part and leaves."""

    async def leave():
        return {"type": "http.disconnect"}

    request = Request({"type": "http", "method": "POST", "headers": []}, leave)
    with pytest.raises(HTTPException) as caught:
        _answer(_posted(request))
    assert caught.value.status_code == 400


def test_a_form_that_never_arrives_is_given_up(monkeypatch):
    """Of which a program sends a part and stays."""
    monkeypatch.setattr(routes, "WAIT", 0)

    async def nothing_comes():
        await asyncio.Event().wait()

    request = Request({"type": "http", "method": "POST", "headers": []}, nothing_comes)
    with pytest.raises(HTTPException) as caught:
        _answer(_posted(request))
    assert caught.value.status_code == 408


@pytest.mark.parametrize("address", ["/", "/scenarios/small", "/nothing", "/jobs/0"])
def test_a_page_may_run_its_own_script_alone_and_ask_nobody_else(client, address):
    answer = client.get(address)
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    for tag in ("script", "style"):
        for code in re.findall(rf"<{tag}>(.*?)</{tag}>", answer.text, re.DOTALL):
            digest = base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()
            assert f"'sha256-{digest}'" in policy
    page = Page(answer.text)
    for name in ("src", "href", "action"):
        for value in page.values(name):
            assert not re.match(r"(?i)\s*([a-z]+:|//)", value.removeprefix("data:,")), value
    assert not [key for _, given in page.attributes for key in given if key.startswith("on")]
    assert page.values("style") == []
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_run_gives_the_files_that_its_manifest_names_and_nothing_else(client, workspace):
    write_run(workspace.runs / "one")
    (workspace.runs / "one" / "secret.txt").write_text("hemligt", "utf-8")
    (workspace.runs.parent / "outside.txt").write_text("hemligt", "utf-8")
    assert client.get("/runs/one/map.html").text == "<p>karta"
    for path in (
        "one/secret.txt",
        "one/..%2F..%2Foutside.txt",
        "one/%2e%2e",
        "..%2Fdata/country.toml",
        "%2e%2e/outside.txt",
        "./outside.txt",
        "one/map.html%00",
        "one//map.html",
        ".one/map.html",
    ):
        answer = client.get(f"/runs/{path}")
        assert answer.status_code == 404, path
        assert "hemligt" not in answer.text


def test_a_manifest_can_not_name_a_file_elsewhere(client, workspace):
    write_run(workspace.runs / "one")
    outside = workspace.runs.parent / "outside.txt"
    outside.write_text("hemligt", "utf-8")
    (workspace.runs / "one" / "link.txt").symlink_to(outside)
    path = workspace.runs / "one" / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    manifest["outputs"] |= {"../../outside.txt": "", str(outside): "", "link.txt": ""}
    path.write_text(json.dumps(manifest), "utf-8")
    for name in ("..%2F..%2Foutside.txt", str(outside).replace("/", "%2F"), "link.txt"):
        assert client.get(f"/runs/one/{name}").status_code == 404


def test_a_page_of_a_run_is_kept_apart_from_the_programs_own(client, workspace):
    """Whatever a run folder from somewhere holds, it can't send forms in the reader's name."""
    write_run(workspace.runs / "one")
    policy = client.get("/runs/one/map.html").headers["content-security-policy"]
    assert policy.startswith("sandbox")
    assert "allow-same-origin" not in policy
    answer = client.get("/runs/one/plan.json")
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''one-plan.json"


def test_only_this_machine_is_let_in_unless_that_is_asked_for():
    for host in ("127.0.0.1", "localhost", "::1", "127.0.0.2"):
        assert _is_local(host)
        assert set(_hosts(host)) <= {"127.0.0.1", "localhost", "[::1]", "127.0.0.2"}
    for host in ("0.0.0.0", "192.168.0.1", "::", "example.org"):  # noqa: S104
        assert not _is_local(host)
    assert len(_hosts("0.0.0.0")) > 4  # noqa: S104
