"""What Ctrl-C does: it ends a search in good order, then it cancels, then it ends the process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading

import pytest

from planner import stopping
from planner.case.files import default_data_folder
from planner.control import Control
from waiting import HANGS


@pytest.fixture(autouse=True)
def own():
    """Give the test runner its own answers to signals back."""
    before = {name: signal.getsignal(name) for name in (signal.SIGINT, signal.SIGTERM)}
    yield
    for name, answer in before.items():
        signal.signal(name, answer)


def press():
    signal.raise_signal(signal.SIGINT)


def test_the_first_ends_a_search_in_good_order_and_the_second_cancels():
    control = Control()
    with stopping.in_good_order(control):
        press()
        assert control.interrupted
        with pytest.raises(stopping.Cancelled):
            press()


def test_after_a_search_ctrl_c_means_what_it_meant_before():
    stopping.by_cancelling()
    with stopping.in_good_order(Control()):
        press()
    with pytest.raises(stopping.Cancelled):
        press()


def test_what_tidies_up_may_ask_not_to_be_disturbed():
    stopping.by_cancelling(then=stopping.ignored)
    with pytest.raises(stopping.Cancelled):
        press()
    press()


def test_a_search_in_a_thread_leaves_signals_alone():
    before, seen = signal.getsignal(signal.SIGINT), []

    def search():
        with stopping.in_good_order(Control()):
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=search)
    thread.start()
    thread.join(HANGS)
    assert seen == [before]


@pytest.mark.parametrize("name", [signal.SIGINT, signal.SIGTERM])
def test_a_server_is_told_each_time_it_is_asked_to_end(name):
    told = []
    stopping.by_calling(lambda: told.append(name))
    signal.raise_signal(name)
    signal.raise_signal(name)
    assert told == [name, name]


AT_ONCE = "stopping.at_once()\npress()\n"
WHILE_IT_TIDIES_UP = """
stopping.by_cancelling()
try:
    press()
except stopping.Cancelled:
    press()
print("tidied up")
"""


@pytest.mark.parametrize("code", [AT_ONCE, WHILE_IT_TIDIES_UP])
def test_at_once_and_while_it_tidies_up_it_is_a_line_and_no_more(code):
    before = (
        "import signal; from planner import stopping\n"
        "def press(): signal.raise_signal(signal.SIGINT)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", before + code],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": str(default_data_folder().parent)},
        timeout=HANGS,
    )
    assert (done.returncode, done.stdout) == (stopping.CODE, "")
    assert done.stderr == "planner: interrupted; what was not finished is not written\n"
