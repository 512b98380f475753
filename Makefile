# `make` lists what there is. Every target prepares what it needs; nothing is done twice.
PYTHON ?= python3
VENV_PYTHON = .venv/bin/python

# Ten processes read the same modules: they compile them once.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run test bench faults check fmt messages pins clean

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 18

run: export DEMO ?= 1
run: ## the product on http://127.0.0.1:8000 (HOST, PORT), with a demo hospital unless DEMO=0
	@$(PYTHON) -m tools.prepare run
	@exec $(VENV_PYTHON) -m tools.serve

test: ## everything: lint, types, contracts, tests on SQLite and PostgreSQL, browser tests
	@$(PYTHON) -m tools.prepare test
	@$(VENV_PYTHON) -m tools.browser
	@exec $(VENV_PYTHON) -m tools.verify test

bench: ## how fast the hot paths are beside their floors, up to N patients (1,000,000); its data stays in build/bench
	@$(PYTHON) -m tools.prepare test
	@exec $(VENV_PYTHON) -m benchmarks $(or $(N),1000000)

faults: ## kills workers and cuts off servers, KILLS times (50), and gives account of every message
	@$(PYTHON) -m tools.prepare test
	@exec $(VENV_PYTHON) -m tests.faults $(or $(KILLS),50)

check: ## lint, types and contracts only
	@$(PYTHON) -m tools.prepare test
	@exec $(VENV_PYTHON) -m tools.verify check

fmt: ## put code into its form
	@$(PYTHON) -m tools.prepare test
	@$(VENV_PYTHON) -m ruff check --fix --quiet .
	@$(VENV_PYTHON) -m ruff format --quiet .

messages: ## collect the texts to translate into locale/
	@$(PYTHON) -m tools.prepare test
	@$(VENV_PYTHON) -m tools.messages

pins: ## choose the newest allowed versions of Python packages
	@for name in requirements requirements-dev requirements-node; do \
		$(VENV_PYTHON) -m uv pip compile --quiet --upgrade --no-header --no-annotate --python-version 3.11 $$name.in -o $$name.txt || exit 1; \
	done

clean: ## remove what was made here, except var/ (the data)
	rm -rf .venv node_modules build staticfiles .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	find locale -name '*.mo' -delete
