# muster: `make` alone lists the targets.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PREFIX ?= /usr/local
PACKAGES := libyaml-dev libssh-dev libzmq3-dev libsodium-dev libsqlite3-dev libtiff-dev openssh-server openssh-client
# A browser, in which the web pages are tried; a Kerberos realm of the tests' own.
TEST_PACKAGES := chromium krb5-kdc krb5-admin-server krb5-user python3-venv
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
RELEASE := .build/release

include Sources/portable/portable.mk

.PHONY: help deps dist-deps test-deps build demo test check bench dist install clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# install PACKAGES: those of them that are missing.
define install
	@missing=; for p in $(1); do dpkg -s $$p 2>/dev/null | grep -q '^Status: install ok' || missing="$$missing $$p"; done; \
	if [ -n "$$missing" ]; then echo "installing$$missing"; \
	  $(SUDO) apt-get update -qq && DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends $$missing >/dev/null; fi
endef

deps: ## install the Debian packages that are missing
	$(call install,$(PACKAGES))

dist-deps: deps
	$(call install,$(PORTABLE_PACKAGES))

# The tool that the tests compare bags with; without it or the network those tests say that they were skipped.
.build/bagit/bin/bagit.py:
	@python3 -m venv .build/bagit && .build/bagit/bin/pip install -q --disable-pip-version-check bagit==1.9.0 setuptools==80.9.0 \
	  || { rm -rf .build/bagit; echo "bagit could not be installed: its tests are skipped" >&2; }

build: deps ## build the programs for release into .build/release
	swift build -c release --product muster
	swift build -c release --product muster-agent
	swift build -c release --product cellpipe

demo: build ## simulate a data set, run a sweep on this machine, show the jobs and the score
	docs/demo/run.sh $(RELEASE)

test-deps: deps ## install what only tests need, for bags below .build
	$(call install,$(TEST_PACKAGES))
	@$(MAKE) --no-print-directory .build/bagit/bin/bagit.py

test: test-deps ## build and run all tests, those on a real Slurm too where root may start one
	Tests/run.sh

check: ## layout, warnings and whitespace without running tests
	swift-format lint --strict -r Sources Tests Package.swift
	git diff --check

bench: build ## time and memory beside peers and limits of the same session; BENCH="--only jobs --long" chooses
	$(call install,parallel python3-venv)
	swift build -c release --product bench
	$(RELEASE)/bench $(RELEASE) --last docs/bench/figures.json --json $(RELEASE)/figures.json $(BENCH)

portable: dist-deps ## the programs as one file each for other x86-64 distributions, from glibc 2.28 on

dist: check-portable ## a tarball of these that runs without root and without Swift
	docs/dist/pack.sh $(PORTABLE_OUT)

install: build ## copy the programs, templates and clusters below PREFIX
	install -d $(PREFIX)/bin $(PREFIX)/share/muster
	install -m 755 $(RELEASE)/muster $(RELEASE)/muster-agent $(RELEASE)/cellpipe $(PREFIX)/bin
	cp -r templates cluster-configs $(PREFIX)/share/muster/
	sh docs/dist/completions.sh $(PREFIX)/bin/muster $(PREFIX)/share

clean: ## remove what was built
	rm -rf .build .build-portable .build-demo dist
