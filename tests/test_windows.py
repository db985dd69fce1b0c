"""What Windows does otherwise, as far as another system can tell: names, paths, CRLF, letters.

Nothing here runs on Windows. What it lacks is taken away, what it refuses is refused, and what it
answers is answered in its place.
"""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path, PureWindowsPath

import pytest

from cli.test_app import SCENARIO
from country import FILES, make_country
from planner import folders as whole
from planner.case.read import read_inputs
from planner.cli.app import main
from planner.errors import InputError, NotWritten
from planner.filenames import on_every_system
from planner.outputs.files import pdf
from planner.runs import writing
from planner.runs.writing import SAFE
from planner.scenario.load import load_scenario
from planner.web import workspace
from planner.web.drafts import make_draft, plain
from planner.workflows.place import LONGEST, Place, asked_of_run, joined, own_name
from tiny import tiny_scenario

ROOT = Path(__file__).resolve().parents[1]
SOURCES = sorted((ROOT / "planner").rglob("*.py"))

BAD = [
    "CON", "con", "Nul", "nul.txt", "aux.toml", "COM1.csv", "lpt9", "com1 .x", "COM¹", "conin$",
    "a.", "a ", "...", "a:b", "C:", "what?", "all*", "<new>", 'say "x"', "a|b", "a\\b", "a\tb",
]  # fmt: skip
"""Names that Windows has for a device, changes without a word, or refuses."""
GOOD = [
    "decision-2022", "console", "com", "com10", "nulls", "a.b", ".hidden", "å ä ö", "x,offices=8",
]  # fmt: skip


@pytest.fixture(scope="module")
def country(tmp_path_factory):
    folder = make_country(tmp_path_factory.mktemp("country"))
    (folder / "scenarios").mkdir()
    (folder / "scenarios" / "small.toml").write_text(SCENARIO, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def run(country, tmp_path_factory):
    """A finished run, from a scenario that lies outside the data folder."""
    home = tmp_path_factory.mktemp("own")
    (home / "own.toml").write_text(
        'extends = "small"\nname = "own"\n[offices]\ncount = 1\n', encoding="utf-8"
    )
    out = home / "run"
    words = ["run", str(home / "own.toml"), "--out", str(out), "--data", str(country)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["planner", *words])
        with pytest.raises(SystemExit) as ended:
            main()
    assert ended.value.code == 0
    return out


# Names


@pytest.mark.parametrize("name", BAD)
def test_a_name_that_windows_does_not_take_is_known(name):
    assert not on_every_system(name)


@pytest.mark.parametrize("name", GOOD)
def test_any_other_name_is_free(name):
    assert on_every_system(name)


@pytest.mark.parametrize("name", [*BAD, "aux.a.b"])
def test_a_run_is_given_no_such_name(tmp_path, name):
    """A folder that is made here is copied to a colleague's Windows, too."""
    with pytest.raises(InputError, match="a name that Windows takes as well") as told:
        Place.of(tmp_path / name, "x")
    assert len(told.value.problems) == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("heading", ["CON", "Aux", "com1", "NUL."])
def test_a_scenario_of_ones_own_is_given_no_such_name(country, heading):
    base = load_scenario("small", country)
    asked = plain(base) | {"title": {"sv": heading, "en": heading}}
    asked["offices"] = {"count": 1}
    name = make_draft(base, asked, country, "sv").scenario.name
    assert name == f"{heading.lower().rstrip('.')}-own"


@pytest.mark.parametrize("named", ["C:x", "what?", "end.", "a\\b.toml", "<x>.toml", 'say "x"'])
def test_names_that_the_program_makes_are_fit_for_windows(named):
    """Whatever a run's folder or a scenario's file is called, and whatever is set."""
    assert on_every_system(joined("compare", f"runs/{named}", "own.toml"))
    assert on_every_system(joined("compare", "own.toml", f"runs/{named}"))
    changed = tiny_scenario({"offices.count": 2, "sites.excluded": ["B..", "C."]})
    assert on_every_system(own_name(tiny_scenario(), changed))


def test_two_questions_whose_names_differ_in_capitals_alone_keep_a_folder_each(tmp_path):
    """On Windows they are one folder: what is in it is read, and what is not the same stays."""
    asked = {name: tiny_scenario({"sites.excluded": [name]}) for name in ("b", "B")}
    assert {own_name(tiny_scenario(), one).lower() for one in asked.values()} == {
        "tiny,sites.excluded=b"
    }
    one_folder = tmp_path / "tiny,sites.excluded=b"
    for number, (name, scenario) in enumerate(asked.items(), start=1):
        made = asked_of_run({"a.csv": "1"}, scenario)
        folder, _ = Place(one_folder).write({"plan.json": name}, made)
        assert folder.name == one_folder.name + ("-2" if number == 2 else "")
    assert (one_folder / "plan.json").read_text("utf-8") == "b"


def test_files_of_a_run_have_names_that_windows_tells_apart(run):
    names = [path.name for path in run.iterdir()]
    assert all(map(on_every_system, names))
    assert len({name.casefold() for name in names}) == len(names)


def test_the_longest_path_leaves_room_for_where_it_is(run):
    """Windows takes 259 letters; a home there is seldom longer than 60."""
    file = max((path.name for path in run.iterdir()), key=len)
    name = "x" * (LONGEST + len(",and-999-more-9"))
    beside = whole._beside(Path("runs") / name, "writing")
    assert len(str(beside / file)) + 60 <= 259
    assert len("/".join(["x" * SAFE, file])) + len(beside.name) - len(name) <= 259


# Paths


@pytest.mark.parametrize(
    "reference",
    [
        "C:\\own\\first.toml",
        r"scenarios\first.toml",
        r"..\x.toml",
        r"\\server\own\x.toml",
        "C:",
        "NUL",
    ],
)
def test_a_path_that_leads_nowhere_is_one_line(country, capsys, monkeypatch, reference):
    for words in (["run", reference], ["scenarios", reference], ["compare", reference, "small"]):
        monkeypatch.setattr(sys, "argv", ["planner", *words, "--data", str(country)])
        with pytest.raises(SystemExit) as ended:
            main()
        assert ended.value.code == 2
        told = capsys.readouterr().err.splitlines()
        assert told[0] == "planner: 1 problem in the input"
        assert len(told) == 2


def test_no_file_of_a_run_holds_a_path_of_this_machine(run, country):
    """Neither in the manner of this system nor of another: a run can be read anywhere."""
    for path in run.iterdir():
        held = path.read_bytes()
        for place in (run.parent, country):
            assert str(place).encode() not in held, path.name
            assert str(place).replace("/", "\\").encode() not in held, path.name


def test_an_analysis_calls_a_scenario_by_its_name_not_its_path(run, country, monkeypatch):
    own = str(run.parent / "own.toml")
    out = run.parent / "analysis"
    words = ["alternatives", own, "--most", "1", "--out", str(out), "--data", str(country)]
    monkeypatch.setattr(sys, "argv", ["planner", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0
    held = b"".join(path.read_bytes() for path in out.iterdir())
    assert str(run.parent).encode() not in held
    assert b'"own"' in (out / "manifest.json").read_bytes()


@pytest.mark.parametrize("name", ["C:\\x.html", r"..\x.html", r"sub\x.html", "C:x.html"])
def test_a_page_gives_no_file_from_elsewhere_in_windows_manner(run, tmp_path, monkeypatch, name):
    """As `PurePath` takes a name apart there."""
    monkeypatch.setattr(workspace, "PurePath", PureWindowsPath)
    copy = shutil.copytree(run, tmp_path / "copy")
    (copy / name).write_text("x", encoding="utf-8")
    text = (copy / "manifest.json").read_text("utf-8")
    (copy / "manifest.json").write_text(
        text.replace('"outputs": {', f'"outputs": {{ "{name}": "0",'.replace("\\", "\\\\")), "utf-8"
    )
    row = workspace._row(copy)
    assert "map.html" in row.files
    assert name not in row.files


def test_a_drive_that_is_not_there_is_told(tmp_path, monkeypatch):
    """As Z: where no drive is connected: no folder above exists, not even the first."""
    monkeypatch.setattr(os.path, "lexists", lambda _: False)
    monkeypatch.setattr(Path, "is_dir", lambda _: False)
    with pytest.raises(InputError, match="a place where a folder can be made"):
        writing.check_home(tmp_path / "run")


# Files that another program has open


def refusing(number, reason, kind=PermissionError):
    def rename(self, target):
        error = kind(13, reason)
        error.winerror = number
        raise error

    return rename


@pytest.mark.parametrize("number", [5, 32])
def test_a_folder_with_an_open_file_stays_and_says_so(tmp_path, monkeypatch, number):
    asked = asked_of_run({"a.csv": "1"}, tiny_scenario())
    place = Place(tmp_path / "run", named=True)
    place.write({"plan.json": "old"}, asked)
    monkeypatch.setattr(whole, "_at_once", lambda _new, _old: False)
    monkeypatch.setattr(Path, "rename", refusing(number, "Access is denied"))
    with pytest.raises(NotWritten, match=r"denied; is a file of it open in another program\?"):
        place.write({"plan.json": "new"}, asked)
    monkeypatch.undo()
    assert [path.name for path in tmp_path.iterdir()] == ["run"]
    assert (tmp_path / "run" / "plan.json").read_text("utf-8") == "old"


def test_a_path_that_is_too_long_says_so(tmp_path, monkeypatch):
    long = tmp_path / ("x" * 150) / ("y" * 100)
    monkeypatch.setattr(Path, "rename", refusing(3, "Cannot find the path", FileNotFoundError))
    with pytest.raises(NotWritten, match="the path is long for Windows: choose a shorter one"):
        Place(long).write({"plan.json": "x"}, asked_of_run({}, tiny_scenario()))


def test_where_an_empty_folder_can_not_be_taken_another_is(tmp_path, monkeypatch):
    """Windows gives no folder the name of an empty one."""
    rename = Path.rename

    def strict(self, target):
        if Path(target).exists():
            raise FileExistsError(17, "Cannot create a file when that file already exists")
        return rename(self, target)

    (tmp_path / "run").mkdir()
    monkeypatch.setattr(Path, "rename", strict)
    folder, _ = Place(tmp_path / "run").write({"plan.json": "x"}, asked_of_run({}, tiny_scenario()))
    assert folder.name == "run-2"
    assert (folder / "plan.json").read_text("utf-8") == "x"


# CRLF


def with_crlf(path):
    path.write_bytes(path.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))


def test_scenarios_and_tables_with_crlf_are_the_same(country, tmp_path):
    copy = shutil.copytree(country, tmp_path / "copy")
    for path in (*copy.rglob("*.csv"), *copy.rglob("*.toml"), *copy.rglob("*.geojson")):
        with_crlf(path)
    assert load_scenario("small", copy) == load_scenario("small", country)
    one, other = read_inputs(copy), read_inputs(country)
    for name in FILES:
        if name != "demand":
            assert getattr(one, name).equals(getattr(other, name)), name
    assert one.country == other.country
    assert one.outlines.equals(other.outlines)


def ended(capsys, monkeypatch, *words):
    monkeypatch.setattr(sys, "argv", ["planner", *map(str, words)])
    with pytest.raises(SystemExit) as exit_:
        main()
    return exit_.value.code, capsys.readouterr().out


def test_a_run_whose_files_git_gave_crlf_is_said_to_be_changed(
    run, country, tmp_path, capsys, monkeypatch
):
    copy = shutil.copytree(run, tmp_path / "runs" / "copy")
    assert ended(capsys, monkeypatch, "verify", copy, "--data", country)[0] == 0
    for name in ("plan.json", "assignments.csv"):
        with_crlf(copy / name)
    code, out = ended(capsys, monkeypatch, "verify", copy, "--data", country)
    assert code == 1
    assert "plan.json: changed" in out
    assert "assignments.csv: changed" in out
    assert "changed" in ended(capsys, monkeypatch, "runs", copy.parent)[1].lower()


def test_git_leaves_the_ends_of_lines_as_they_are():
    """Tables, runs and the files of other programs are told by their bytes."""
    attributes = (ROOT / ".gitattributes").read_text("utf-8").splitlines()
    assert "* -text" in attributes


# Letters


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["cp850", "cp437", "cp1252"])
def test_a_console_of_an_old_code_page_shows_swedish_and_no_traceback(country, tmp_path, encoding):
    def planner(*words):
        return subprocess.run(
            [sys.executable, "-m", "planner", *words, "--lang", "sv", "--data", str(country)],
            capture_output=True,
            check=False,
            cwd=tmp_path,
            env=os.environ | {"PYTHONIOENCODING": encoding, "PYTHONPATH": str(ROOT)},
        )

    good, bad = planner("run", "small"), planner("run", "smäll")
    assert (good.returncode, bad.returncode) == (0, 2)
    assert "Måttet" in good.stdout.decode(encoding)
    told = bad.stderr.decode(encoding)
    assert "smäll" in told
    assert "Traceback" not in told


def opened(tree):
    """Yield every call that opens text, with whether it says in which letters."""
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        name = getattr(call.func, "attr", getattr(call.func, "id", ""))
        given = {word.arg for word in call.keywords}
        words = [a.value for a in call.args if isinstance(a, ast.Constant)]
        mode = next((w for w in words if isinstance(w, str) and set(w) <= set("rwxab+t")), "")
        owner = ast.unparse(call.func).partition(".")[0]
        if name in ("open", "fdopen") and "b" not in mode and mode:
            yield call, "encoding" in given
        elif name == "read_text":
            yield call, bool(call.args) or "encoding" in given
        elif name == "write_text":
            yield call, (len(call.args) > 1 or "encoding" in given) and "newline" in given
        elif owner == "subprocess" and {"text", "universal_newlines", "encoding"} & given:
            yield call, "encoding" in given


def test_every_text_is_read_and_written_in_letters_that_are_named():
    """Else Windows takes its own code page, and ends lines in its own manner."""
    calls = [
        (path, call.lineno, said)
        for path in SOURCES
        for call, said in opened(ast.parse(path.read_text("utf-8")))
    ]
    assert len(calls) > 20
    assert [f"{path}:{line}" for path, line, said in calls if not said] == []


# What Windows does not have

MODULES = {"fcntl", "grp", "posix", "pty", "pwd", "resource", "spwd", "syslog", "termios", "tty"}
MISSING = {
    "os": {
        "chown", "chroot", "ctermid", "fchdir", "fchmod", "fchown", "fork", "forkpty", "getegid",
        "geteuid", "getgid", "getgroups", "getloadavg", "getpgid", "getpriority", "getuid",
        "initgroups", "killpg", "lchown", "mkfifo", "mknod", "nice", "openpty", "pathconf", "pipe2",
        "posix_fadvise", "posix_spawn", "pread", "pwrite", "sched_getaffinity", "sched_setaffinity",
        "sched_yield", "sendfile", "setegid", "seteuid", "setgid", "setpgid", "setpriority",
        "setsid", "setuid", "statvfs", "sync", "sysconf", "tcgetpgrp", "ttyname", "uname", "wait",
        "wait3", "wait4", "waitid", "O_CLOEXEC", "O_DIRECTORY", "O_NOFOLLOW", "O_NONBLOCK",
        "WEXITSTATUS", "WIFEXITED", "WIFSIGNALED", "WNOHANG", "WTERMSIG",
    },
    "signal": {
        "SIGALRM", "SIGCHLD", "SIGCONT", "SIGHUP", "SIGKILL", "SIGPIPE", "SIGQUIT", "SIGSTOP",
        "SIGTSTP", "SIGUSR1", "SIGUSR2", "SIGWINCH", "SIG_BLOCK", "SIG_SETMASK", "SIG_UNBLOCK",
        "alarm", "pause", "pthread_kill", "pthread_sigmask", "setitimer", "siginterrupt",
        "sigpending", "sigtimedwait", "sigwait",
    },
    "socket": {"AF_UNIX", "SO_REUSEPORT"},
    "time": {"clock_gettime", "clock_settime", "tzset", "pthread_getcpuclockid"},
    "sys": {"getdlopenflags", "setdlopenflags"},
}  # fmt: skip
"""Names of the standard library that are there on Linux and not on Windows."""
ASKS = {"hasattr", "platform", "name"}
"""A function that uses one of them asks first: `hasattr`, `sys.platform` or `os.name`."""


def uses(function):
    return {
        f"{node.value.id}.{node.attr}"
        for node in ast.walk(function)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.attr in MISSING.get(node.value.id, ())
    }


def asks(function):
    words = {getattr(n, "id", getattr(n, "attr", "")) for n in ast.walk(function)}
    return bool(words & ASKS)


@pytest.mark.slow
def test_what_windows_lacks_is_used_only_where_it_is_asked_for():
    found, wrong = set(), []
    for path in SOURCES:
        file = path.relative_to(ROOT).as_posix()
        tree = ast.parse(path.read_text("utf-8"))
        functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)]
        found |= uses(tree)
        guarded = set().union(*(uses(f) for f in functions if asks(f)))
        wrong += [f"{file}: {name}" for name in uses(tree) - guarded]
        tried = {
            node for block in ast.walk(tree) if isinstance(block, ast.Try) for node in block.body
        }
        wrong += [
            f"{file}: import {name}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Import | ast.ImportFrom) and node not in tried
            for name in [getattr(node, "module", None), *(alias.name for alias in node.names)]
            if name in MODULES
        ]
    assert found >= {"os.geteuid", "os.sched_getaffinity"}
    assert wrong == []


BARE = """
import builtins, os, signal, sys

for module, names in {missing!r}.items():
    for name in names:
        if hasattr(sys.modules[module], name):
            delattr(sys.modules[module], name)
known = builtins.__import__
def bare(name, given=None, *rest, **more):
    if name in {modules!r} and (given or {{}}).get("__name__", "").startswith("planner"):
        raise ImportError(name)
    return known(name, given, *rest, **more)
builtins.__import__ = bare
import planner.folders
planner.folders._at_once = lambda _new, _out: False
"""
TAKEN = {
    "os": ["sched_getaffinity", "getloadavg", "fork", "mkfifo", "nice"],
    "signal": ["pthread_sigmask", "SIGHUP", "SIGALRM", "SIGUSR1", "SIG_BLOCK", "SIG_SETMASK"],
}
"""Those of them that the standard library itself can do without here."""


@pytest.mark.slow
def test_without_them_the_commands_do_what_they_do(country, tmp_path):
    (tmp_path / "sitecustomize.py").write_text(
        BARE.format(missing=TAKEN, modules=MODULES), encoding="utf-8"
    )
    (tmp_path / "places.csv").write_text("x,y\n0,0\n3,4\n0,1\n", encoding="utf-8")

    def planner(*words):
        done = subprocess.run(
            [sys.executable, "-m", "planner", *words],
            capture_output=True,
            encoding="utf-8",
            check=False,
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}", "PLANNER_CORES": "2"},
        )
        assert "Traceback" not in done.stderr
        return done.returncode, done.stdout + done.stderr

    data = ("--data", str(country))
    assert planner("check", *data)[0] == 0
    for _ in range(2):  # the second takes the first one's place
        assert planner("run", "small", *data)[0] == 0
    assert planner("verify", "runs/small", *data)[0] == 0
    assert planner("runs")[0] == 0
    assert planner("sensitivity", "--help")[0] == 0
    code, said = planner("bench", "solve", "places.csv", "--p", "1")
    assert (code, "proven optimal" in said) == (0, True)


@pytest.mark.parametrize("variable", pdf.PROGRAMS)
def test_a_browser_is_found_where_windows_has_it(tmp_path, monkeypatch, variable):
    for name in ("PATH", *pdf.PROGRAMS):
        monkeypatch.setenv(name, str(tmp_path / "empty"))
    assert not pdf.has_browser()
    edge = tmp_path / "Microsoft/Edge/Application/msedge.exe"
    edge.parent.mkdir(parents=True)
    edge.touch(mode=0o755)
    monkeypatch.setenv(variable, str(tmp_path))
    assert pdf.find_browser() == str(edge)
