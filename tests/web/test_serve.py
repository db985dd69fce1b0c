"""The command: one clear line when it can't serve, and Ctrl-C in good order."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tomllib
import urllib.request
from pathlib import Path
from urllib.parse import urlencode

import pytest

from broken.scenarios import SMALL
from planner.cli.app import main
from planner.scenario.spec import Scenario
from planner.web.drafts import plain
from planner.web.labels import Towns
from planner.web.posted import fill
from waiting import HANGS, until
from web.conftest import STUB


@pytest.fixture
def command(monkeypatch, capsys, tmp_path):
    """Call `planner serve` with arguments that it refuses; return its code and what it said."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["planner", "serve", "--no-browser", *map(str, arguments)])
        with pytest.raises(SystemExit) as exit_:
            main()
        return exit_.value.code, capsys.readouterr().err

    return run


def test_a_port_that_is_taken_is_told_in_a_line(command, small):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, said = command("--data", small, "--port", port)
    assert code == 2
    _, line = said.splitlines()
    assert f"127.0.0.1:{port}" in line
    assert "--port 0 takes a free one" in line


def test_an_address_that_is_none_of_this_machine_is_told_in_a_line(command, small):
    for host in ("203.0.113.1", "no such host", "x" * 70):
        code, said = command("--data", small, "--host", host)
        assert code == 2
        assert len(said.splitlines()) == 2


def test_a_name_that_leads_nowhere_is_told_in_the_language_asked(command, small, monkeypatch):
    """The system words it in English, the more so as one error stands behind another."""

    def nowhere(self, address):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket.socket, "bind", nowhere)
    code, said = command("--data", small, "--host", "nosuch.invalid", "--lang", "sv")
    assert code == 2
    assert "(det finns ingen sådan adress)" in said


@pytest.mark.slow
def test_folders_that_can_not_be_used_are_told_in_a_line(command, small, tmp_path):
    (tmp_path / "file").write_text("", "utf-8")
    cases = [
        (("--data", tmp_path / "nowhere"), "country.toml"),
        (("--data", small, "--runs", tmp_path / "nowhere"), "a folder that exists"),
        (("--data", small, "--runs", tmp_path / "file"), "a folder that exists"),
        (("--data", small, "--runs", "/proc"), "a folder that can be written to"),
    ]
    for arguments, told in cases:
        code, said = command(*arguments)
        _, line = said.splitlines()
        assert (code, told in line) == (2, True), said


def test_a_language_that_there_is_not_is_refused(command, small):
    code, said = command("--data", small, "--lang", "de")
    assert code == 2
    assert "one of sv, en" in said


STUBBED = f"""
import sys
from planner.web import jobs
jobs.CHILD = (sys.executable, {str(STUB)!r})
from planner.cli.app import main
main()
"""


@pytest.fixture
def serve(small, tmp_path):
    """Serve the small country with a stub for runs, from a folder without runs in it."""
    started = []

    def start(*arguments):
        command = ["serve", "--data", str(small), "--port", "0", "--no-browser", *arguments]
        process = subprocess.Popen(
            [sys.executable, "-c", STUBBED, *command],
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process, process.stdout.readline().split()[0].rstrip("/")

    yield start
    for process in started:
        process.kill()
        process.communicate()


def send(address, path, body):
    """Ask our own server, as a browser does."""
    data = None if body is None else body.encode()
    request = urllib.request.Request(address + path, data, {"Origin": address})  # noqa: S310
    with urllib.request.urlopen(request, timeout=HANGS) as answer:  # noqa: S310
        return answer.url, answer.read().decode()


def run(address):
    """Ask for a run that waits to be stopped; return the address of its page."""
    tree = plain(Scenario.model_validate(tomllib.loads(SMALL)))
    raw = fill(tree, Towns({}, {}), "sv") | {"title.sv": ["vänta"], "action": ["run"]}
    place, _ = send(address, "/scenarios/small", urlencode(raw, doseq=True))
    until(lambda: "Bästa plan" in send(place, "", None)[1])
    return place


@pytest.mark.slow
def test_ctrl_c_closes_with_a_line_and_code_0(serve, tmp_path):
    process, address = serve()
    assert address.startswith("http://127.0.0.1:")
    assert "Liten" in send(address, "/", None)[1]
    assert (tmp_path / "runs").is_dir()
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=HANGS)
    assert process.returncode == 0
    assert said == "planner: closed\n"


@pytest.mark.slow
def test_ctrl_c_lets_a_run_finish_and_twice_abandons_it(serve, tmp_path):
    process, address = serve()
    assert "/jobs/" in run(address)
    process.send_signal(signal.SIGINT)
    assert "finishing the run that is under way" in process.stderr.readline()
    assert process.poll() is None
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=HANGS)
    assert (process.returncode, said) == (0, "planner: closed\n")


@pytest.mark.slow
def test_a_server_that_is_killed_leaves_no_run_behind(serve, tmp_path):
    process, address = serve()
    assert "/jobs/" in run(address)
    listed = subprocess.run(
        ["pgrep", "-P", str(process.pid)], capture_output=True, text=True, check=True
    )
    (child,) = map(int, listed.stdout.split())
    process.kill()

    def gone():
        try:
            os.kill(child, 0)
        except ProcessLookupError:
            return True
        return Path(f"/proc/{child}/stat").read_text("utf-8").split()[2] == "Z"

    until(gone)
    assert list((tmp_path / "runs").iterdir()) == []


@pytest.mark.slow
def test_another_address_than_this_machine_is_warned_about(serve):
    process, _ = serve("--host", "0.0.0.0")  # noqa: S104
    assert "it asks for no password" in process.stderr.readline()


@pytest.mark.slow
def test_help_is_instant_without_the_web_libraries():
    code = (
        "import sys; sys.argv = ['planner', 'serve', '--help']\n"
        "from planner.cli.app import main\n"
        "try: main()\nexcept SystemExit: pass\n"
        "assert not {'fastapi', 'uvicorn', 'pandas', 'jinja2'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
