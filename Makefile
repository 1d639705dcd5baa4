# Loket: one file, no recursion. Sources, programs and tests are found, not listed.
# dev rel asan tsan cov: each mode has a build folder of its own, so switching is free.
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
all: $(FCGI) $(CMD) ## build the programs

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

-include $(shell find $(O) -name '*.d' 2>/dev/null)
