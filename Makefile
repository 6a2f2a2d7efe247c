# The verbs of this project; each sets up what it needs in .venv.
#   make demo    the one-shot report of a simulated estate, on real TLS servers on loopback
#   make stack   aescan, Prometheus and an Alertmanager on loopback, what they page printed; ARGS=--help
#   make test    the tests on every processor, and the branch coverage of the core; ARGS=tests/tls for some of them
#   make lint    ruff, mypy and hadolint
#   make fuzz    random damage to recorded input, SECONDS=60 in all; ARGS=flight for some targets
#   make bench   speed, side by side with a bare C loop, asyncio + ssl and blackbox_exporter; memory; serving 10,000 targets; seven minutes
#   make dashboards  the JSON of grafana/dashboards anew from grafana/source
#   make schemas   the JSON Schemas of config/ anew from the models that aescan reads settings and inventories by
#   make samples   what is made of the samples: config/compose and config/kubernetes/prometheusrule.yml
#   make dashboard-pictures  those of docs/pictures, drawn with Grafana's components; needs npm, Prometheus and Chromium
#   make lock    renew requirements/*.txt (hashes of every dependency) from pyproject.toml

PYTHON ?= python3
SECONDS ?= 60
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet
PARALLEL := --numprocesses=auto --maxprocesses=4 --dist=worksteal
CORE := aescan/tls/*,aescan/keystores/*,aescan/certificates/*,aescan/findings/*,aescan/report/*,aescan/observation.py,aescan/errors.py,aescan/text.py

.PHONY: demo stack test lint bench fuzz dashboards dashboard-pictures samples schemas lock clean
.DELETE_ON_ERROR:

demo: .venv/runtime.stamp
	$(BIN)/aescan --demo --once; status=$$?; [ $$status -le 1 ]

stack: .venv/runtime.stamp
	@exec $(BIN)/python -m stack $(ARGS)

test: .venv/dev.stamp
	$(BIN)/pytest $(PARALLEL) --cov --cov-report= $(ARGS)
	@[ -n "$(ARGS)" ] || $(BIN)/coverage report --include='$(CORE)' --fail-under=100

lint: .venv/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/hadolint Dockerfile

bench: .venv/dev.stamp
	$(BIN)/python -m benchmarks $(ARGS)

fuzz: .venv/dev.stamp
	$(BIN)/python -m fuzz --seconds $(SECONDS) $(ARGS)

dashboards: .venv/dev.stamp
	$(BIN)/python -m grafana.source

schemas: .venv/dev.stamp
	$(BIN)/python -m config.source

samples: .venv/runtime.stamp
	$(BIN)/python -m stack.derived

dashboard-pictures: dashboards
	$(BIN)/python -m grafana.render

lock:
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-annotate --no-header \
	  --python-version 3.11 pyproject.toml --group build -o requirements/runtime.txt
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-annotate --no-header \
	  --python-version 3.11 --no-strip-extras -c requirements/runtime.txt \
	  pyproject.toml --group build --group test --group lint -o requirements/dev.txt

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage .coverage.* benchmarks/.build

.venv/python.stamp:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "aescan needs Python 3.11 or later; $(PYTHON) is older. Say which one to use: make PYTHON=python3.12 …" >&2; exit 1; }
	@$(PYTHON) -m venv --clear .venv || { \
	  echo "could not make .venv; on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@touch $@

.venv/runtime.stamp: .venv/python.stamp requirements/runtime.txt pyproject.toml
	$(PIP) --require-hashes -r requirements/runtime.txt
	$(PIP) --no-build-isolation --no-deps --editable .
	@touch $@

.venv/dev.stamp: .venv/runtime.stamp requirements/dev.txt
	$(PIP) --require-hashes -r requirements/dev.txt
	@touch $@
