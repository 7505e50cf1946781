# Everything a person does with this repository. `make` alone lists it.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DEFAULT_GOAL := help

DESTDIR ?=
PREFIX ?= /usr
SYSCONFDIR ?= /etc
# Where built binaries lie. Given by hand (`make install BINARIES=.build/debug`), nothing is built.
BINARIES ?= .build/release
RELEASE := swift build -c release --static-swift-stdlib

bin := $(DESTDIR)$(PREFIX)/bin
lib := $(DESTDIR)$(PREFIX)/lib
share := $(DESTDIR)$(PREFIX)/share
etc := $(DESTDIR)$(SYSCONFDIR)/slawatchd

.PHONY: help
help: ## List what can be made.
	@sed -nE 's/^([a-z]+):[^#]*## (.*)/  make \1\t\2/p' Makefile | expand -t 18

.PHONY: run
run: build ## Play two days of real cases in a minute and watch what the journal would say. KEEP=1 keeps it running.
	@config/demo/play $(if $(KEEP),--keep) $(BINARIES)

.PHONY: test
test: toolchain ## Run all tests; those that need a real systemd only as root, saying what was skipped.
	@.ci/deps test
	swift build --build-tests
	swift test --skip-build --disable-xctest
	Tests/Lab/run .build/debug

.PHONY: build
build: toolchain deps ## Build slawatchd and slactl in release.
	@$(RELEASE)

.PHONY: install
install: ## Install to DESTDIR with PREFIX=/usr; as root on the machine itself, also register user and unit.
	@# Under sudo, or with binaries named by hand, what was built before is installed: a build by root would leave
	# files in .build that its owner cannot replace.
	if [ "$(origin BINARIES)" = file ] && [ -z "$${SUDO_USER:-}" ] && command -v swift >/dev/null; then
	    $(MAKE) --no-print-directory build
	fi
	for binary in slawatchd slactl; do
	    [ -x "$(BINARIES)/$$binary" ] || { echo "cannot install: $(BINARIES)/$$binary is not built, run: make build" >&2; exit 1; }
	    install -D -m 755 "$(BINARIES)/$$binary" -t "$(bin)"
	done
	for unit in slawatchd.service slawatchd-failed@.service; do
	    install -D -m 644 "systemd/$$unit" -t "$(lib)/systemd/system"
	    sed -i 's|/usr/|$(PREFIX)/|g' "$(lib)/systemd/system/$$unit"
	done
	install -D -m 755 systemd/failures -t "$(lib)/slawatchd"
	install -D -m 644 systemd/slawatchd.catalog -t "$(lib)/systemd/catalog"
	install -D -m 644 systemd/slawatchd.sysusers.conf "$(lib)/sysusers.d/slawatchd.conf"
	install -D -m 644 systemd/slawatchd.tmpfiles.conf "$(lib)/tmpfiles.d/slawatchd.conf"
	install -D -m 644 systemd/drop-ins/*.conf -t "$(share)/slawatchd/drop-ins"
	install -D -m 644 README.md LICENSE Sources/API/openapi.yaml -t "$(share)/doc/slawatchd"
	install -D -m 644 docs/*.md -t "$(share)/doc/slawatchd/docs"
	# Examples have another place there than here, and the pages about the code are not installed.
	sed -i -e '/](Sources\/README\|](Tests\//d' -e 's|\.\./config/|../examples/|g' -e 's|\.\./Sources/API/|../|g' \
	    -e 's| config/| $(PREFIX)/share/doc/slawatchd/examples/|g' \
	    "$(share)"/doc/slawatchd/{README.md,docs/*.md}
	install -D -m 644 config/{slawatch,demo}.yaml -t "$(share)/doc/slawatchd/examples"
	install -D -m 644 config/holidays/de-be.ics -t "$(share)/doc/slawatchd/examples/holidays"
	install -D -m 644 config/demo/{cases.jsonl.gz,README.md} -t "$(share)/doc/slawatchd/examples/demo"
	install -D -m 644 config/tests/slawatch.yaml -t "$(share)/doc/slawatchd/examples/tests"
	install -D -m 644 docs/man/slawatchd.8 -t "$(share)/man/man8"
	install -D -m 644 docs/man/slactl.1 -t "$(share)/man/man1"
	sed -i 's|/usr/share/|$(PREFIX)/share/|g' "$(share)/man/man8/slawatchd.8" "$(share)/man/man1/slactl.1"
	complete() { mkdir -p "$$(dirname "$$2")"; "$(BINARIES)/slactl" --generate-completion-script "$$1" >"$$2"; chmod 644 "$$2"; }
	complete bash "$(share)/bash-completion/completions/slactl"
	complete zsh "$(share)/zsh/vendor-completions/_slactl"
	complete fish "$(share)/fish/vendor_completions.d/slactl.fish"
	# A policy that somebody has edited is never touched.
	if [ -e "$(etc)/slawatch.yaml" ]; then
	    echo "kept $(etc)/slawatch.yaml; the shipped one is in $(share)/doc/slawatchd/examples"
	else
	    install -D -m 644 config/slawatch.yaml -t "$(etc)"
	fi
	[ -z "$(DESTDIR)" ] || exit 0
	if ! command -v systemd-sysusers >/dev/null; then
	    echo "installed; there is no systemd here, so the user slawatchd was not made and nothing was registered"
	    exit 0
	fi
	systemd-sysusers slawatchd.conf
	systemd-tmpfiles --create slawatchd.conf
	journalctl --update-catalog
	if [ -d /run/systemd/system ]; then
	    systemctl daemon-reload
	fi
	echo "installed; edit $(etc)/slawatch.yaml, then: systemctl enable --now slawatchd"

.PHONY: bench
bench: build ## Measure lateness, bursts, throughput, start and memory; one JSON line per figure.
	@command -v python3 >/dev/null || { echo "cannot measure: there is no python3, run: apt-get install python3" >&2; exit 69; }
	SLAWATCH_BENCH=1 $(RELEASE) --product bench >&2
	Tests/Bench/run $(BINARIES)

.PHONY: soak
soak: build ## Keep slawatchd under steady load, SOAK_MINUTES=30 or SOAK_COMMITS=N; fails if anything of it grows.
	@command -v python3 >/dev/null || { echo "cannot soak: there is no python3, run: apt-get install python3" >&2; exit 69; }
	Tests/Soak/run $(BINARIES)

.PHONY: fuzz
fuzz: toolchain deps ## Feed broken zones, holidays and policies to their readers, FUZZ_SECONDS=60 for each.
	@Tests/Fuzz/run $(or $(FUZZ_SECONDS),60)

.PHONY: mutants
mutants: toolchain ## Break one rule of the engine at a time in a scratch copy; the tests have to notice each.
	@Tests/Mutants/run

.PHONY: format
format: toolchain ## Lay out the Swift sources.
	@swift format --in-place --recursive --parallel Package.swift Sources Tests

.PHONY: lint
lint: toolchain ## Complain about layout and style of the Swift sources.
	@swift format lint --strict --recursive --parallel Package.swift Sources Tests

.PHONY: deps
deps: ## Install the Debian packages a build needs, or say which they are.
	@.ci/deps build

.PHONY: clean
clean: ## Remove everything that was built.
	@rm -rf .build

.PHONY: toolchain
toolchain:
	@version=$$(swift --version 2>/dev/null | sed -nE 's/.*Swift version ([0-9]+\.[0-9]+).*/\1/p' | head -n 1 || true)
	if [ -z "$$version" ]; then
	    echo "slawatch needs a Swift toolchain of 6.2 or newer, and there is no swift on PATH: see https://www.swift.org/install/linux" >&2
	    exit 1
	elif [ "$$(printf '%s\n' 6.2 "$$version" | sort -V | head -n 1)" != 6.2 ]; then
	    echo "slawatch needs a Swift toolchain of 6.2 or newer, and $$(command -v swift) is $$version: see https://www.swift.org/install/linux" >&2
	    exit 1
	fi
