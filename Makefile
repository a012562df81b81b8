# つなぐ: `make demo` sets everything up and runs the main job; `make test` passes the tests.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
TOWN ?= fixtures/towns/minato
REAL ?= ../shared/data/open/takamatsu

.PHONY: demo planner serve test peers fuzz soak check pictures real bench lock wheelhouse clean help

help:            ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## */\t/'

$(VENV)/base: requirements/base.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/base.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/dev: requirements/dev.txt $(VENV)/base
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

demo: $(VENV)/base  ## propose matches for the demo town, with a report in out/
	@mkdir -p out
	$(BIN)/tsunagu propose $(TOWN) --json out/minato.json --html out/minato.html

serve: $(VENV)/base  ## the service with the demo town; prints the address to open, and a password for each role
	@mkdir -p out
	TSUNAGU_DATABASE_URL=sqlite:///out/tsunagu.db $(BIN)/tsunagu serve --demo

test: $(VENV)/dev  ## all tests
	$(BIN)/python -m pytest -q -n 2 --maxschedchunk 1

peers: $(VENV)/dev  ## siting and places within reach, side by side with PySAL (some 350 MB more)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/peers.txt
	$(BIN)/python -m pytest -q -W ignore::DeprecationWarning tests/peers

fuzz: $(VENV)/dev  ## some 200,000 strange requests, over roles and databases
	TSUNAGU_FUZZ=80 $(BIN)/python -m pytest -q -n 2 tests/api/test_fuzz.py

soak: $(VENV)/dev  ## the last place, and kill -9, many times over
	TSUNAGU_SOAK=20 $(BIN)/python -m pytest -q -n 2 tests/api/test_under_load.py tests/api/test_killed.py

check: $(VENV)/dev  ## style, types, who may import whom, dependencies
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .

# what a planner gets of the town $(1), as out/$(2).*: gaps, indicators, steps with the council's page, fifty what-ifs, pictures
define PLANNER
$(BIN)/tsunagu gaps $(1) --json out/$(2).gaps.json --html out/$(2).gaps.html
$(BIN)/tsunagu indicators $(1) --json out/$(2).indicators.json
$(BIN)/tsunagu develop $(1) --json out/$(2).develop.json --html out/$(2).agenda.html
$(BIN)/python -m notebooks.fifty $(1) --to out/$(2).scenarios.toml
$(BIN)/tsunagu study $(1) --scenarios out/$(2).scenarios.toml --work out/$(2).study --json out/$(2).study.json
$(BIN)/python -m notebooks.pictures out/$(2).gaps.json out/$(2).develop.json out/$(2).study.json --to out/$(2).pictures
endef

planner: $(VENV)/base  ## gaps, steps, the council's page and fifty what-ifs of the demo town, with pictures, in out/
	@mkdir -p out
	$(call PLANNER,$(TOWN),minato)

real: $(VENV)/base  ## the same and more for the real city of Takamatsu, where its open data is at hand
ifneq ($(wildcard $(REAL)),)
	@mkdir -p out
	$(BIN)/tsunagu import $(REAL) --to out/takamatsu
	$(BIN)/tsunagu estimate out/takamatsu
	$(BIN)/tsunagu propose out/takamatsu --json out/takamatsu.json --html out/takamatsu.html
	$(call PLANNER,out/takamatsu,takamatsu)
else
	@echo "make real: $(REAL) がありません (the open data folder is absent), nothing done"
endif

pictures: $(VENV)/dev  ## take the pictures of docs/guide anew (needs Chromium)
	$(BIN)/python -m tests.web.pictures

bench: $(VENV)/dev  ## measure everything that benchmarks/RESULTS.md tells
	$(BIN)/python -m benchmarks

lock:  ## write requirements/*.txt anew (needs uv)
	uv pip compile pyproject.toml --group build --universal --generate-hashes --no-emit-index-url --no-header -o requirements/base.txt
	uv pip compile pyproject.toml --group build --group dev --universal --generate-hashes --no-emit-index-url --no-header -o requirements/dev.txt
	uv pip compile pyproject.toml --group peers -c requirements/dev.txt --universal --generate-hashes --no-emit-index-url --no-header -o requirements/peers.txt

wheelhouse: requirements/base.txt  ## everything a closed network needs, in wheelhouse/
	$(PYTHON) -m pip download --require-hashes -r requirements/base.txt -d wheelhouse

clean:  ## forget the environment and outputs
	rm -rf $(VENV) out wheelhouse
