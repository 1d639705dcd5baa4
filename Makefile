# Loket: sources, programs and tests are found, not listed. `make help` says what there is.
# dev rel asan tsan cov fuzz: each mode has a build folder of its own, so switching is free.
MODE ?= dev
O    ?= build/$(MODE)
-include local.mk

PKGS := fcgi libxml-2.0 libxslt libexslt libmariadb libsodium icu-i18n icu-uc zlib
CC   ?= gcc
ALL_CPPFLAGS := -Iinclude -D_GNU_SOURCE -DLOKET_VERSION='"0.1"' $(CPPFLAGS)
WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wundef \
        -Wvla -Wformat=2 -Wimplicit-fallthrough -Werror
HARD := -fstack-protector-strong -fstack-clash-protection -fcf-protection -fPIE
CFLAGS_dev  := -O1 -g
CFLAGS_rel  := -O2 -g -D_FORTIFY_SOURCE=2
CFLAGS_asan := -O1 -g -fsanitize=address,undefined -fno-omit-frame-pointer -fno-sanitize-recover=all
CFLAGS_tsan := -O1 -g -fsanitize=thread
CFLAGS_cov  := -O0 -g --coverage
CFLAGS_fuzz := -O1 -g -fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=all
ALL_CFLAGS  := -std=c17 $(WARN) $(HARD) $(CFLAGS_$(MODE)) $(shell pkg-config --cflags $(PKGS) 2>/dev/null) $(CFLAGS)
ALL_LDFLAGS := -pie -Wl,-z,relro,-z,now $(filter -fsanitize% --coverage,$(CFLAGS_$(MODE))) $(LDFLAGS)
LIBS := -lfcgi -lldap -llber $(shell pkg-config --libs libxml-2.0 libxslt libexslt libmariadb libsodium icu-i18n icu-uc zlib 2>/dev/null) -lstemmer -lm -lpthread

SRC    := $(filter-out src/cmd/%,$(wildcard src/*/*.c))
FCGI   := $(patsubst cgi-bin/%.c,$(O)/cgi-bin/%.fcgi,$(wildcard cgi-bin/*.c))
CMD    := $(patsubst src/cmd/%.c,$(O)/bin/%,$(subst _,-,$(wildcard src/cmd/*.c)))
TEST   := $(wildcard tests/unit/test_*.c)
BENCH  := $(patsubst tests/bench/%.c,$(O)/bench/%,$(wildcard tests/bench/*.c))
obj     = $(patsubst %.c,$(O)/obj/%.o,$(1))

ifndef V
Q := @
say = @echo "  $(1) $(2)";
endif

.DEFAULT_GOAL := all
all: $(FCGI) $(CMD) ## build the programs (MODE=dev|rel|asan|tsan|cov)

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

.PRECIOUS: $(O)/obj/%.o
$(O)/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) $(ALL_LDFLAGS)' | cmp -s - $@ || echo '$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) $(ALL_LDFLAGS)' > $@
FORCE:

$(O)/obj/%.o: %.c $(O)/flags
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(O)/libloket.a: $(call obj,$(SRC))
	$(Q)rm -f $@ && ar rcs $@ $^

$(O)/cgi-bin/%.fcgi: $(O)/obj/cgi-bin/%.o $(O)/libloket.a
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)

.SECONDEXPANSION:
$(O)/bin/%: $(O)/obj/src/cmd/$$(subst -,_,%).o $(O)/libloket.a
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)

# ---- unit tests: every tests/unit/test_NAME.c is the suite NAME ----
$(O)/gen/suites.h: $(TEST)
	@mkdir -p $(@D)
	@for t in $(patsubst tests/unit/test_%.c,%,$(TEST)); do echo "SUITE($$t)"; done > $@
$(O)/obj/tests/unit/main.o: ALL_CPPFLAGS += -I$(O)/gen
$(O)/obj/tests/unit/main.o: $(O)/gen/suites.h
$(O)/unit: $(O)/obj/tests/unit/main.o $(call obj,$(TEST)) $(O)/libloket.a
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS) -lcunit

unit: $(O)/unit ## unit tests; T="domain dir" runs those suites only
	@$(O)/unit $(T)

# ---- style sheet, fonts, icons: in a folder that their content names, so that browsers may keep them ----
static: ## what the web server hands out itself
	@hash=$$(cd xslt/static && find . -type f | LC_ALL=C sort | xargs sha256sum | sha256sum | cut -c1-12) && \
	if ! test -d $(O)/static/$$hash; then \
		rm -rf $(O)/static && mkdir -p $(O)/static && cp -R xslt/static $(O)/static/new && \
		find $(O)/static/new -type f \( -name '*.css' -o -name '*.js' -o -name '*.svg' \) -exec gzip -9nk {} + && \
		mv $(O)/static/new $(O)/static/$$hash; \
	fi

# ---- the sample portal: always the release build, unless MODE is said ----
RUN  := $(if $(filter command environment,$(firstword $(origin MODE))),$(MODE),rel)
SUB   = +@$(MAKE) --no-print-directory $(if $(findstring -j,$(MAKEFLAGS)),,-j$(shell nproc))
AT    = $(SUB) MODE=$(RUN)
built = $(if $(filter file,$(origin O)),build/$(1),$(O))
# What the commands below take from the command line.
export STATE PORT HTTP_PORT WEB BASE PEOPLE NOW

run: ## the sample portal in the foreground; Ctrl-C ends it (STATE PORT HTTP_PORT WEB BASE PEOPLE NOW)
	@conf/sample/instance packages build run
	$(AT) all static
	@exec env O=$(call built,$(RUN)) setpriv --pdeathsig TERM conf/sample/instance run
start: ## the same in the background
	@conf/sample/instance packages build run
	$(AT) all static
	@O=$(call built,$(RUN)) conf/sample/instance start
stop: ## ends it
	@conf/sample/instance stop
status: ## whether it runs
	@conf/sample/instance status

# ---- tests ----
test: ## sets up what it needs, then every test
	@conf/sample/instance packages build run test
	$(SUB) MODE=dev all unit-built search-built
	$(SUB) MODE=rel all static
	@tests/run
test-long: export LONG = 1
test-long: test asan tsan valgrind ## the long way (LONG=1), and again under sanitizers and valgrind
unit-built: $(O)/unit
search-built: $(O)/search/measure
asan: ## the suites under AddressSanitizer and UndefinedBehaviourSanitizer: unit, golden, fuzz, flow behind nginx
	@conf/sample/instance packages build run test
	$(SUB) MODE=asan all static unit-built
	@LONG= MODE=asan O=build/asan FRONTS="$${FRONTS:-nginx/}" tests/run unit people golden fuzz flow
tsan: ## unit tests under ThreadSanitizer
	$(SUB) MODE=tsan all unit
valgrind: ## unit tests under valgrind
	$(SUB) MODE=dev unit-built
	@valgrind -q --error-exitcode=1 --leak-check=full --errors-for-leak-kinds=definite build/dev/unit $(T)
cov: ## lines that the unit tests reach
	$(SUB) MODE=cov unit
	@find build/cov/obj/src -name '*.gcda' -exec gcov -n {} + 2>/dev/null | awk '/^File .src/ { file = $$2 } \
	  /^Lines executed/ && file { split($$0, p, /[:%]| of /); printf "%6.1f %% of %5d  %s\n", p[2], p[4], file; \
	  hit += p[2] * p[4] / 100; all += p[4]; file = "" } END { printf "%6.1f %% of %5d  together\n", 100 * hit / all, all }'
golden: ## what changed in the pages that views make
	@tests/golden/run
golden-accept: ## take it over
	@tests/golden/run --accept
screens: ## pictures of every page, in docs/screens
	@conf/sample/instance packages build run test
	$(SUB) MODE=rel all static
	@tests/browser/modules && node tests/browser/screens.mjs
bench: ## measures; a table, and bench.json in STATE
	@conf/sample/instance packages build run test
	$(AT) all static bench-built
	@O=$(call built,$(RUN)) tests/bench/run
bench-scale: ## signing in at a university of PEOPLE=200000: sets, speed, somebody in 2,500 groups
	@conf/sample/instance packages build run test
	$(AT) all static bench-built
	@O=$(call built,$(RUN)) PEOPLE=$(or $(PEOPLE),200000) WEBS=nginx T='signin|many|memory' tests/bench/run
bench-built: $(BENCH)
$(O)/search/%: $(O)/obj/tests/search/%.o $(O)/libloket.a
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)
$(O)/bench/%: $(O)/obj/tests/bench/%.o
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)
FUZZ_SECONDS ?= 60
fuzz: ## every parser with mutated input, FUZZ_SECONDS=60 each (clang)
	@conf/sample/instance packages build fuzz
	$(SUB) MODE=fuzz CC=clang fuzz-run
fuzz-run: $(patsubst tests/fuzz/%.c,$(O)/fuzz/%,$(wildcard tests/fuzz/*.c))
	@for f in $^; do mkdir -p $$f.corpus; echo "$$(basename $$f): $(FUZZ_SECONDS) s"; \
	  $$f -max_total_time=$(FUZZ_SECONDS) -timeout=5 -print_final_stats=1 -verbosity=0 -artifact_prefix=$$f- $$f.corpus \
	  $$(ls -d tests/fuzz/$$(basename $$f) 2>/dev/null) || exit 1; done
# What is kept of them, with the ordinary compiler: part of make test.
fuzz-replay: $(patsubst tests/fuzz/%.c,$(O)/replay/%,$(wildcard tests/fuzz/*.c))
$(O)/replay/%: $(O)/obj/tests/fuzz/%.o $(O)/obj/tests/fuzz/replay/main.o $(O)/libloket.a
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)
$(O)/fuzz/%: $(O)/obj/tests/fuzz/%.o $(O)/libloket.a
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(LIBS)
lint: ## layers, banned calls, headers on their own, words of one institution
	@CC="$(CC)" tests/lint
check: lint test asan ## before a push
format: ## clang-format over all sources
	@clang-format -i $(wildcard src/*/*.[ch] include/*/*.h cgi-bin/*.c tests/unit/*.[ch] tests/fuzz/*.c)

# ---- installing ----
PREFIX ?= /usr
LIB     = $(DESTDIR)$(PREFIX)/lib/loket
SHARE   = $(DESTDIR)$(PREFIX)/share/loket
DOC     = $(DESTDIR)$(PREFIX)/share/doc/loket
UNITS   = $(DESTDIR)$(PREFIX)/lib/systemd/system
MAN     = $(DESTDIR)$(PREFIX)/share/man
install: ## the release build, below DESTDIR
	$(SUB) MODE=rel all static
	$(SUB) MODE=rel install-files
install-files:
	install -d $(LIB)/bin $(LIB)/cgi-bin $(SHARE) $(DOC) $(UNITS) $(DESTDIR)$(PREFIX)/bin \
	  $(DESTDIR)$(PREFIX)/lib/sysusers.d $(DESTDIR)$(PREFIX)/lib/tmpfiles.d $(DESTDIR)/etc/loket
	install -m 755 $(filter-out %/loket-people,$(CMD)) $(LIB)/bin
	install -m 755 $(FCGI) $(LIB)/cgi-bin
	ln -sf ../lib/loket/bin/loketctl $(DESTDIR)$(PREFIX)/bin/loketctl
	rm -rf $(SHARE)/xslt $(SHARE)/schema
	cp -R xslt schema $(SHARE)
	rm -rf $(SHARE)/xslt/static
	install -d $(SHARE)/static $(SHARE)/front
	cp -R $(O)/static/. $(SHARE)/static
	ln -sfn $(notdir $(wildcard $(O)/static/*)) $(SHARE)/static/current
	install -m 644 conf/front/*.html $(SHARE)/front
	install -m 644 conf/systemd/*.service conf/systemd/*.socket conf/systemd/*.target $(UNITS)
	install -m 644 conf/systemd/sysusers.conf $(DESTDIR)$(PREFIX)/lib/sysusers.d/loket.conf
	install -m 644 conf/systemd/tmpfiles.conf $(DESTDIR)$(PREFIX)/lib/tmpfiles.d/loket.conf
	install -m 644 docs/*.md LICENSE conf/loket.xml $(DOC)
	install -d $(MAN)/man1 $(MAN)/man5 $(MAN)/man8
	install -m 644 docs/man/loketctl.1 $(MAN)/man1
	install -m 644 docs/man/*.5 $(MAN)/man5
	install -m 644 docs/man/*.8 $(MAN)/man8
	install -m 644 conf/nginx/loket.conf $(DOC)/nginx.conf
	install -m 644 conf/apache/loket.conf $(DOC)/apache.conf
	install -m 644 conf/apache/openid-connect.conf $(DOC)/apache-openid-connect.conf
	test -e $(DESTDIR)/etc/loket/loket.xml || install -m 644 conf/loket.xml $(DESTDIR)/etc/loket/loket.xml

clean: ## removes what was built (not var/)
	rm -rf build

.PHONY: FORCE all help search-built unit static run start stop status test test-long unit-built asan tsan valgrind cov golden \
  golden-accept screens bench bench-scale bench-built fuzz fuzz-run fuzz-replay lint check format install install-files clean

-include $(shell find $(O) -name '*.d' 2>/dev/null)
