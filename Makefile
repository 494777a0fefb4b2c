# Everything a stranger needs: `make run` and `make test`. `make help` lists the rest.

PORT ?= 8501
VENV := .venv
PY := $(VENV)/bin/python
# The newest supported Python on this machine.
PYTHON := $(shell for p in python3.13 python3.12 python3.11 python3 python; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null \
	&& { echo $$p; break; }; done)
UV := $(VENV)/bin/uv pip install --quiet --python $(PY) --require-hashes
# Three workers on two cores, for some wait for a browser; more threads in each would stand in each
# other's way. The longest files
# come first (tests/conftest.py), so that both are busy until the end.
PYTEST = OPENBLAS_NUM_THREADS=1 POLARS_MAX_THREADS=1 \
	$(PY) -m pytest -q -n 3 --dist loadfile --no-loadscope-reorder
TABLES := data/register/register.parquet data/official/official.parquet
# Without a vault there is the sample; where a release is, no vault is needed.
ANY_VAULT = { test -f "$${STAND_VAULT:-data/vault}/vault.json" || $(PY) -m data sample; }
ANY_RELEASE = { test -f "$${STAND_RELEASE:-data/release}/current.json" || \
	{ $(ANY_VAULT) && $(PY) -m queries release; }; }

.DEFAULT_GOAL := help
.PHONY: help run test check lint types format imports sql sample release bench lock clean browser

help: ## Toon wat er te maken is.
	@grep -hE '^[a-z]+:.*## ' Makefile | awk -F':.*## ' '{printf "  make %-9s %s\n", $$1, $$2}'

run: $(VENV)/.runtime $(TABLES) ## Start het dashboard op 127.0.0.1:8501 (PORT= kiest een andere poort).
	@$(ANY_RELEASE)
	@$(PY) -m streamlit run dashboard.py --server.port $(PORT) \
		$(if $(filter 1,$(STAND_STEWARD)),--server.maxUploadSize 100)

test: lint browser ## Doe elke controle en elke test, ook met een echte browser.
	@$(PYTEST)

check: lint ## Doe het snelle deel: lint, types, importregels, SQL, en tests zonder browser.
	@$(PYTEST) -m "not browser and not slow"

lint: $(VENV)/.tools $(TABLES)
	@$(MAKE) --no-print-directory -j2 -Otarget types format imports sql

types:
	@$(VENV)/bin/mypy --no-error-summary

format:
	@$(VENV)/bin/ruff format --check --quiet .
	@$(VENV)/bin/ruff check --quiet .

imports:
	@said=$$($(VENV)/bin/lint-imports --no-logo 2>&1) || { echo "$$said"; exit 1; }

sql:
	@said=$$($(VENV)/bin/sqlfluff lint --nocolor --disable-progress-bar queries) || { echo "$$said"; exit 1; }

sample: $(VENV)/.runtime $(TABLES) ## Vul de kluis met fictieve voorbeelddata.
	@$(PY) -m data sample

release: $(VENV)/.runtime $(TABLES) ## Maak een release uit de kluis.
	@test -n "$$STAND_VAULT" || $(ANY_VAULT) # a vault that is named has to be there
	@$(PY) -m queries release

bench: $(VENV)/.tools $(TABLES) browser ## Meet snelheid en omvang, als verhoudingen binnen één meting.
	@$(ANY_RELEASE)
	@$(PY) -m tests.bench

lock: $(VENV)/.tools ## Bepaal de vastgelegde bibliotheken (*.lock) opnieuw.
	@for set in requirements requirements-dev requirements-uv; do $(VENV)/bin/uv pip compile --quiet --universal \
		--python-version 3.11 --generate-hashes --no-header --no-annotate $$set.txt -o $$set.lock; done

clean: ## Verwijder wat is gemaakt, maar nooit een kluis.
	@rm -rf $(VENV) data/release data/register/*.parquet data/official/*.parquet

# A browser for the tests: the one that is there, else Debian's, else Playwright's own.
browser: $(VENV)/.tools
	@command -v chromium chromium-browser google-chrome > /dev/null || \
	{ command -v apt-get > /dev/null && test "$$(id -u)" = 0 && \
	apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium > /dev/null; } || \
	$(PY) -m playwright install --with-deps chromium

data/register/register.parquet: $(VENV)/.runtime $(wildcard data/register/source/*) data/sources/register.py data/survey/codebook.toml
	@$(PY) -m data register

data/official/official.parquet: data/register/register.parquet $(wildcard data/official/source/*) data/sources/official.py
	@$(PY) -m data official

$(VENV)/.runtime: requirements.lock requirements-uv.lock
	@test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 of 3.13 is nodig maar niet gevonden."; exit 1; }
	@test -x $(PY) || $(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		echo "Python kan geen omgeving maken; op Debian helpt: apt install python3-venv"; exit 1; }
	@echo "Bibliotheken installeren (eenmalig)"
	@$(PY) -m pip install -qq --disable-pip-version-check --require-hashes -r requirements-uv.lock
	@$(UV) -r requirements.lock
	@touch $@

$(VENV)/.tools: requirements-dev.lock $(VENV)/.runtime
	@echo "Testgereedschap installeren (eenmalig)"
	@$(UV) -r requirements-dev.lock
	@touch $@
