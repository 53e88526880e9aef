# What a reader and a maintainer do here; `make help` lists it.
# Every target that needs Python first makes sure that .venv matches requirements.lock.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := all

# PYTHON: the interpreter .venv is made with; found by scripts/bootstrap when left empty.
# STUDY:  build this study alone, e.g. make STUDY=latest; all of config.yaml when left empty.
# CONFIG: other settings of the workflow, e.g. CONFIG=world_bank_endpoint=http://127.0.0.1:8000/v2.
# ARGS:   passed on to snakemake or pytest, e.g. make ARGS=--forceall, make test ARGS="-k seed";
#         for make update also its options, e.g. ARGS='sources=oecd,prices allow_losses=oecd'.
# RELEASE: for make update, a dated release of the World Bank, e.g. RELEASE=2024-05-30.
# FILE:   a file for make update to freeze, a path or an address; with SOURCE=pip or app_store, PPP=,
#         LICENCE= in the words of who gives it, LICENCE_AT= where you read it, PUBLISHER=, PAGE=.
# CONFIGFILE: studies, tables and claims of your own over ours (docs/own-data.md).
# UV:     only `make lock` needs uv.
PYTHON ?=
STUDY ?=
CONFIG ?=
ARGS ?=
UV ?= uv

# Caches stay in the tree, so that a run writes nothing to the home folder.
LOCAL := XDG_CACHE_HOME="$(CURDIR)/.cache" MPLCONFIGDIR="$(CURDIR)/.cache/matplotlib" MPLBACKEND=Agg
PY := $(LOCAL) .venv/bin/python
SNAKEMAKE := $(PY) -m workflow.run --workflow-profile workflow/profiles/default
# In quotes, as a whole or each word of its own: no shell reads what a person typed.
quote = '$(subst ','\'',$(1))'
quoted = $(foreach word,$(1),$(call quote,$(word)))
# One list, since a second --config would replace the first.
SETTINGS = $(call quoted,$(if $(STUDY),study=$(STUDY)) $(if $(VINTAGE),new_vintage=$(VINTAGE)) $(CONFIG))
MINE = $(if $(CONFIGFILE),--configfile=$(call quote,$(CONFIGFILE)))
# Of ARGS, what has the form name=value is an option of the fetch, all else Snakemake's own.
is_option = $(if $(filter -%,$(1)),,$(findstring =,$(1)))
OPTIONS = $(foreach word,$(ARGS),$(if $(call is_option,$(word)),$(word)))
FLAGS = $(foreach word,$(ARGS),$(if $(call is_option,$(word)),,$(word)))
# What a person says of a file; any of it may hold blanks.
said = $(if $($(2)),$(call quote,$(1)=$($(2))))
GIVEN = $(call said,file,FILE) $(call said,source,SOURCE) $(call said,ppp,PPP) \
	$(call said,licence,LICENCE) $(call said,licence_at,LICENCE_AT) $(call said,publisher,PUBLISHER) \
	$(call said,page,PAGE)
COMPILE := $(UV) pip compile --quiet --universal --fork-strategy fewest --python-version 3.11 \
	--generate-hashes --no-strip-extras --no-header --no-annotate

.PHONY: all test test-long test-slurm lint update diff benchmark benchmark-large audit release validators \
	docs clean lock environment help

# Snakemake starts its steps with an unquoted path to Python, and shells read the path below.
open := (
close := )
ifneq ($(word 2,$(CURDIR))$(strip $(foreach sign,' " ` $$ ; & \ * ? < > | $(open) $(close),$(findstring $(sign),$(CURDIR)))),)
$(error this folder has a blank or one of '"`$$;&\*?<>|$(open)$(close) in its path, which no shell takes as it is; please move it)
endif

all: environment ## Run both studies, then print the claims and the path of the page (the default)
	@$(SNAKEMAKE) $(call quoted,$(ARGS)) $(MINE) $(if $(strip $(SETTINGS)),--config $(SETTINGS))
	@$(PY) -m affordability claims $(call quoted,$(STUDY)) $(MINE)

# By file, so that what a file sets up is set up once; in order, since the long ones come first;
# more than four would wait for each other.
test: environment ## Run the tests
	@PYTEST_ADDOPTS=$(call quote,$(ARGS)) $(PY) -m pytest -n logical --maxprocesses 4 \
		--dist loadfile --no-loadscope-reorder

test-long: environment ## Run the tests with thousands of faults and thirty kills (half an hour)
	@LONG=1 FAULTS=1500 PYTEST_ADDOPTS=$(call quote,$(ARGS)) $(PY) -m pytest \
		-m "not online and not slurm"

# The executor would slow every start of Snakemake, so it has a lock and a home of its own.
test-slurm: environment ## Run the workflow through a SLURM of one node, set up for it (root, Debian)
	@cmp -s workflow/profiles/slurm/requirements.lock .cache/slurm/requirements.lock || { \
		rm -rf .cache/slurm && $(PY) -m pip install --quiet --disable-pip-version-check --no-input \
			--no-deps --require-hashes --target .cache/slurm -r workflow/profiles/slurm/requirements.lock \
		&& cp workflow/profiles/slurm/requirements.lock .cache/slurm/; }
	@PYTEST_ADDOPTS=$(call quote,$(ARGS)) $(PY) -m pytest -m slurm tests/slurm

lint: environment ## Check the style of code and workflow
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@PATH="$(CURDIR)/.venv/bin:$$PATH" $(PY) -m snakefmt --check Snakefile workflow
	@$(PY) -m snakemake --lint

update: environment ## Freeze data as a new vintage: make update VINTAGE=YYYY-MM-DD or RELEASE=... (network)
ifeq ($(VINTAGE)$(RELEASE),)
	@echo "make update VINTAGE=YYYY-MM-DD asks the World Bank, the OECD and genai-prices for their data"
	@echo "and freezes the answers as new folders under data/raw/. It needs a network, never changes"
	@echo "a vintage that is there, and writes nothing it cannot prove complete."
	@echo "make update RELEASE=YYYY-MM-DD streams the World Bank's bulk file of that release (60 to 280 MB)"
	@echo "and freezes what the studies use of it as data/raw/world_bank/release-YYYY-MM-DD."
	@echo "With FILE=path-or-address it freezes a file of yours (PIP distributions, app-store prices)."
	@echo "The yearly update, step by step: docs/update-runbook.md"
else ifneq ($(FILE),)
	@$(SNAKEMAKE) --snakefile workflow/file.smk $(call quoted,$(FLAGS)) \
		--config $(SETTINGS) $(GIVEN) $(call quoted,$(OPTIONS))
else
	@$(SNAKEMAKE) --snakefile workflow/fetch.smk $(call quoted,$(FLAGS)) \
		--config $(SETTINGS) $(call quoted,$(if $(VINTAGE),,new_vintage=$(shell date +%F)) \
		$(if $(RELEASE),release=$(RELEASE)) $(OPTIONS))
endif

diff: environment ## What changed between two vintages: make diff OLD=YYYY-MM-DD NEW=YYYY-MM-DD
ifneq ($(and $(OLD),$(NEW)),)
	@$(PY) -m affordability diff $(call quote,$(OLD)) $(call quote,$(NEW))
else
	@echo "make diff OLD=... NEW=... compares two vintages; these are here:"
	@ls data/raw/world_bank
endif

benchmark: environment ## Measure the run against its limits
	@$(PY) tests/benchmark.py

benchmark-large: environment ## Count up to a billion rows of microdata against the limits (1 GB of disk)
	@$(PY) tests/benchmark_microdata.py large

audit: environment ## Evaluate the larger space of choices (finer prices, thresholds): results/audit/full
	@$(SNAKEMAKE) $(call quoted,$(ARGS)) audit_full $(if $(strip $(SETTINGS)),--config $(SETTINGS))

release: environment ## Build the deposit: tables, figures, page, crate, digests, one archive
	@$(SNAKEMAKE) $(call quoted,$(ARGS)) deposit $(if $(strip $(SETTINGS)),--config $(SETTINGS))

# They want other versions than the workflow runs with, so they have a lock and a home of their own.
validators: environment ## Install what judges the crate and Croissant (tests use it if it is there)
	@cmp -s tests/validators/requirements.lock .cache/validators/requirements.lock || { \
		rm -rf .cache/validators && .venv/bin/python -m venv .cache/validators \
		&& .cache/validators/bin/python -m pip install --quiet --disable-pip-version-check --no-input \
			--no-deps --require-hashes -r tests/validators/requirements.lock \
		&& cp tests/validators/requirements.lock .cache/validators/; }

docs: ## Make the pictures of the README from what was built (needs chromium)
	@cp results/latest/figures/nations.png docs/nations.png
	@chromium --headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking \
		--user-data-dir=.cache/chromium --window-size=1200,1500 --virtual-time-budget=5000 \
		--screenshot=docs/page.png "file://$(CURDIR)/results/index.html" >/dev/null 2>&1

clean: ## Remove everything a run makes (results, logs, Snakemake's notes); .venv stays
	@rm -rf results/* logs .snakemake

lock: ## Pin the newest versions: requirements.lock, environment.yml, slurm, validators (needs uv)
	@command -v $(UV) >/dev/null || { echo "make lock needs uv: name it with UV=/path/to/uv" >&2; exit 1; }
	@$(COMPILE) --extra dev pyproject.toml > requirements.lock.new
	@mv requirements.lock.new requirements.lock
	@echo snakemake-executor-plugin-slurm | $(COMPILE) --constraint requirements.lock - \
		| awk '/^[a-z]/ {keep = /^snakemake-executor/} keep' > workflow/profiles/slurm/requirements.lock
	@$(COMPILE) tests/validators/requirements.in > tests/validators/requirements.lock.new
	@mv tests/validators/requirements.lock.new tests/validators/requirements.lock
	@sed '/^      - /d' environment.yml > environment.yml.new
	@sed -n 's/^\([a-z0-9].*[^ ]\) *\\$$/      - \1/p' requirements.lock >> environment.yml.new
	@mv environment.yml.new environment.yml

# The copy of the lock inside .venv is written last: where the two differ, .venv is missing,
# half made, or made from another lock.
environment: ## Make .venv from requirements.lock, if it is not there yet
	@{ test -x .venv/bin/python && cmp -s requirements.lock .venv/requirements.lock; } \
		|| PYTHON=$(call quote,$(PYTHON)) sh scripts/bootstrap

help: ## Print this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | column -t -s '|'
