# make run   sets up and plans the regional offices on the real data
# make test  sets up and runs the tests
#
# Both need Python 3.12 and nothing else. The first time they create .venv here and
# install into it; later they start at once. PYTHON=... names another interpreter.

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install -qq --no-input --disable-pip-version-check -c constraints.txt

.PHONY: help run insight test test-fast check wheel bundle docs pins clean
.DELETE_ON_ERROR:

help:
	@echo 'make run    plan the regional offices on the real data: a plan, a map, a report'
	@echo 'make insight  near plans, trade-offs, weights: docs/insight.md on the real data'
	@echo 'make test   run the tests'
	@echo 'make test-fast  run those that take no long time and no browser: some two minutes'
	@echo 'make check  lint, formatting and types'
	@echo 'make wheel  build the wheel and the source archive into dist/'
	@echo 'make bundle  dist/planner-bundle: installs without a network, on Linux and Windows'
	@echo 'make docs   renew the references and what README.md shows of a run (needs chromium)'
	@echo 'make pins   renew constraints.txt: the newest versions that fit pyproject.toml'
	@echo 'make clean  remove what was installed and built here (runs/ stays)'

run: $(VENV)/installed
	@$(BIN)/planner run

# What docs/insight.md tells of the real data, into runs/insight.
insight: $(VENV)/installed
	@$(BIN)/planner compare announced decision-2022 --out runs/insight/compare
	@$(BIN)/planner alternatives --within 5 --out runs/insight/alternatives
	@$(BIN)/planner pareto --out runs/insight/pareto
	@$(BIN)/planner pareto --criteria mean_km,spread,university_minutes \
		--out runs/insight/pareto-three
	@$(BIN)/planner justify announced --out runs/insight/justify
	@$(BIN)/planner sensitivity --out runs/insight/sensitivity

test: $(VENV)/installed-dev
	@$(BIN)/python -m pytest -n auto

test-fast: $(VENV)/installed-dev
	@$(BIN)/python -m pytest -n auto -m 'not slow and not browser'

check: $(VENV)/installed-dev
	@$(BIN)/python -m ruff check .
	@$(BIN)/python -m ruff format --check .
	@$(BIN)/python -m mypy

wheel: $(VENV)/installed-dev
	@rm -rf dist
	@$(BIN)/python -m build --no-isolation

bundle: wheel
	@$(BIN)/python bundle/make.py dist/planner-*.whl dist/planner-bundle

docs: $(VENV)/installed-dev
	@$(BIN)/python docs/reference.py
	@PLANNER_ANEW=1 $(BIN)/planner run | $(BIN)/python docs/renew.py

# Names and versions alone: no address of a registry and no path of this machine. Windows needs
# colorama besides.
pins: $(VENV)/created
	@fresh=$$(mktemp -d) && trap 'rm -rf "$$fresh"' EXIT && \
	$(BIN)/python -m venv "$$fresh" && \
	"$$fresh/bin/python" -m pip install -qq '.[dev]' colorama && \
	"$$fresh/bin/python" -m pip freeze \
		| grep -E '^[A-Za-z0-9._-]+==[0-9][A-Za-z0-9.]*$$' > constraints.txt

clean:
	rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find planner tests -name __pycache__ -type d -prune -exec rm -rf {} +

# "use NAME" for the first candidate that will do; else "found" and what each one is.
CANDIDATES := $(if $(PYTHON),"$(PYTHON)",python3.12 python3 python)
PROBE = $(shell for python in $(CANDIDATES); do \
	version=$$("$$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null \
		|| echo none); \
	if [ "$$version" = 3.12 ]; then \
		"$$python" -c 'import ensurepip, venv' 2>/dev/null && { echo "use $$python"; exit; }; \
		version='3.12 without venv (on Debian or Ubuntu: apt install python3.12-venv)'; \
	fi; \
	found="$$found$${found:+, }$$python: $$version"; \
	done; echo "found $$found")
HELP = install it, or name it: make run PYTHON=python3.12

$(VENV)/created:
	$(eval ANSWER := $(PROBE))
	$(if $(filter found,$(firstword $(ANSWER))),$(error Python 3.12 is needed; $(ANSWER); $(HELP)))
	@"$(wordlist 2,99,$(ANSWER))" -m venv --clear $(VENV)
	@touch $@

$(VENV)/installed: $(VENV)/created pyproject.toml constraints.txt
	@echo 'Installing into $(VENV): a few minutes the first time'
	@$(PIP) -e .
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed
	@echo 'Installing the test tools into $(VENV)'
	@$(PIP) -e '.[dev]'
	@touch $@
