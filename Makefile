# SPDX-License-Identifier: GPL-2.0-or-later
#
# make            build/handshaked, handshakectl and handshaked-exporter
# make check      installs what is missing, builds with warnings as errors,
#                 runs the tests of ten minutes (root)
# make check-full runs every test this machine can run (root);
#                 tests/check --table says what each of the two runs
# make packages   installs all that check-full needs (root)
# make bench-engine  what the engine takes for a packet
# make demo       a small network in namespaces, scanned and guarded (root)
# make bench      what the daemon costs beside an empty loop (root)
# make load       all at once for ROUNDS=10, memory and counters watched (root)
# make fuzz       each fuzz target for SECONDS=60 (root, for what it installs)
# make install    under DESTDIR and prefix; see README.md
# make deb        build/handshaked_VERSION_ARCHITECTURE.deb, on Debian
#
# V=1 shows the commands, SANITIZE=1 builds with ASan and UBSan, =thread with TSan,
# WERROR=1 makes warnings errors. Everything built is under BUILD. CPPFLAGS, CFLAGS
# and LDFLAGS are added to ours. For another machine: CC=aarch64-linux-gnu-gcc and a
# PKG_CONFIG that finds its libraries; CC_FOR_BUILD is this machine's compiler.

CC         ?= gcc
PKG_CONFIG ?= pkg-config
CFLAGS     ?= -O2 -g
prefix   ?= /usr
BUILD    ?= build

sbindir  = $(prefix)/sbin
bindir   = $(prefix)/bin
sharedir = $(prefix)/share/handshaked
bashdir  = $(prefix)/share/bash-completion/completions
zshdir   = $(prefix)/share/zsh/vendor-completions
mandir   = $(prefix)/share/man
unitdir  = $(prefix)/lib/systemd/system
usersdir = $(prefix)/lib/sysusers.d
confdir  = /etc/handshaked
rotatedir = /etc/logrotate.d

libs      = libmnl libnetfilter_queue libnftnl libnetfilter_conntrack \
	    libnfnetlink \
	    inih jansson libsystemd libcap-ng libpcap
ctl_libs  = jansson inih libpcap
test_libs = cmocka

warnings = -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	   -Wswitch-enum -Wformat=2 -Wvla -Wpointer-arith -Wwrite-strings
# _FORTIFY_SOURCE needs an optimizing compiler; a level given from outside holds.
optimizes = $(filter-out -O0,$(lastword $(filter -O%,$(CFLAGS))))
fortify = $(if $(findstring _FORTIFY_SOURCE,$(CPPFLAGS) $(CFLAGS)),,\
	  $(if $(optimizes),-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2))
hardening = -fstack-protector-strong -fPIE $(fortify)
# Asked once, when the first file is compiled.
libs_cflags = $(eval libs_cflags := $(shell $(PKG_CONFIG) --cflags $(libs) \
	      libmicrohttpd))$(libs_cflags)
all_cflags = -std=gnu11 -pthread -D_GNU_SOURCE -Iinclude $(warnings) \
	     $(libs_cflags) $(CPPFLAGS) $(CFLAGS) -MMD -MP
all_ldflags = -pie -pthread -Wl,-z,relro,-z,now $(LDFLAGS)

ifeq ($(SANITIZE),thread)
all_cflags += -fsanitize=thread -fPIE
all_ldflags += -fsanitize=thread
else ifdef SANITIZE
ifeq ($(SANITIZE),fuzz)
all_cflags += -fsanitize=fuzzer-no-link
endif
all_cflags += -fsanitize=address,undefined -fno-sanitize-recover=undefined \
	      -fno-omit-frame-pointer -fPIE
all_ldflags += -fsanitize=address,undefined
else
all_cflags += $(hardening)
endif
ifdef WERROR
all_cflags += -Werror
endif
ifndef V
q = @
say = @printf '  %-7s %s\n'
else
say = @:
endif

core     := $(patsubst %.c,$(BUILD)/%.o,$(wildcard src/core/*.c))
adapters := $(patsubst %.c,$(BUILD)/%.o,\
	    $(filter-out src/main.c src/handshakectl.c src/exporter% \
	    src/sandbox_compile.c,$(wildcard src/*.c)))
# What only handshakectl needs.
replay   := $(addprefix $(BUILD)/src/,capture.o capture_link.o pcapng.o \
	    replay.o replay_nearest.o replay_json.o replay_text.o)
report   := $(patsubst %.c,$(BUILD)/%.o,$(wildcard src/report*.c))
show     := $(patsubst %.c,$(BUILD)/%.o,$(wildcard src/show_*.c))
commands := $(addprefix $(BUILD)/src/,allowlist_file.o check_config.o \
	    ctl_allow.o ctl_block.o ctl_commands.o ctl_help.o ctl_top.o \
	    metrics.o) $(report)
daemon   := $(BUILD)/src/main.o $(core) \
	    $(filter-out $(replay) $(show) $(commands),$(adapters))
ctl      := $(addprefix $(BUILD)/src/,handshakectl.o control_client.o \
	    config.o config_change.o config_errors.o config_lines.o \
	    config_value.o duration.o eve.o options.o suggest.o) \
	    $(show) $(commands) $(replay) $(core)
exporter := $(addprefix $(BUILD)/src/,exporter.o exporter_options.o \
	    control_client.o metrics.o \
	    log.o loop.o options.o suggest.o) $(core)

core_tests    := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/core/test_*.c))
adapter_tests := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/test_*.c))
lab_tools     := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/lab/*.c))
lab_preloads  := $(patsubst tests/lab/preload/%.c,$(BUILD)/tests/lab/%.so,\
		 $(wildcard tests/lab/preload/*.c))
engine        := $(BUILD)/tests/bench/engine
fuzzers       := $(patsubst %.c,$(BUILD)/%,\
		 $(filter-out tests/fuzz/fake_netlink.c,\
		 $(wildcard tests/fuzz/*.c)))
bench_tools   := $(addprefix $(BUILD)/tests/bench/,connections fill_conntrack \
		 fill_set generator list_latency reference)

.PHONY: all check check-full demo lint format bench bench-engine bench-replay load install \
	uninstall clean tests packages deb fuzz fuzzers
all: $(BUILD)/handshaked $(BUILD)/handshakectl $(BUILD)/handshaked-exporter

$(BUILD)/handshaked: $(daemon)
	$(say) LD $@
	$(q)$(CC) $(all_ldflags) -o $@ $^ \
		`$(PKG_CONFIG) --libs $(filter-out libpcap,$(libs))` -lm

$(BUILD)/handshakectl: $(ctl)
	$(say) LD $@
	$(q)$(CC) $(all_ldflags) -o $@ $^ `$(PKG_CONFIG) --libs $(ctl_libs)` -lm

$(BUILD)/handshaked-exporter: $(exporter)
	$(say) LD $@
	$(q)$(CC) $(all_ldflags) -o $@ $^ \
		`$(PKG_CONFIG) --libs jansson libmicrohttpd libsystemd` -lm

$(BUILD)/%.o: %.c
	$(say) CC $<
	$(q)mkdir -p $(@D)
	$(q)$(CC) $(all_cflags) -c -o $@ $<

# The list of system calls as a filter program for the machine that CC compiles
# for. The program that writes it runs on this machine: it takes nothing of CFLAGS,
# and none of what PKG_CONFIG is told of another machine's libraries.
CC_FOR_BUILD ?= cc
libseccomp := env -u PKG_CONFIG_SYSROOT_DIR -u PKG_CONFIG_LIBDIR \
	      -u PKG_CONFIG_PATH pkg-config --cflags --libs libseccomp

$(BUILD)/sandbox_compile: src/sandbox_compile.c src/sandbox_calls.h
	$(say) CC $@
	$(q)mkdir -p $(@D)
	$(q)$(CC_FOR_BUILD) -std=gnu11 -D_GNU_SOURCE $(warnings) \
		$(if $(WERROR),-Werror) -o $@ $< `$(libseccomp)`

$(BUILD)/sandbox_filter.inc: $(BUILD)/sandbox_compile
	$(say) GEN $@
	$(q)$< "`$(CC) -dumpmachine`" > $@.new && mv $@.new $@

$(BUILD)/src/sandbox.o: all_cflags += -I$(BUILD)
$(BUILD)/src/sandbox.o: $(BUILD)/sandbox_filter.inc

# ---- tests ----

$(core_tests): $(BUILD)/%: $(BUILD)/%.o $(core)
	$(say) LD $@
	$(q)$(CC) $(all_ldflags) -o $@ $^ `$(PKG_CONFIG) --libs $(test_libs)`

$(adapter_tests): $(BUILD)/%: $(BUILD)/%.o \
	$(filter-out $(BUILD)/src/ctl_%,$(adapters)) $(core)
	$(say) LD $@
	$(q)$(CC) $(all_ldflags) -o $@ $^ \
		`$(PKG_CONFIG) --libs $(libs) $(test_libs)` -lm

$(lab_tools): $(BUILD)/%: $(BUILD)/%.o
	$(say) LD $@
	$(q)$(CC) $(all_ldflags) -o $@ $^ `$(PKG_CONFIG) --libs libmnl libnftnl`

$(engine): %: %.o $(core)
	$(say) LD $@
	$(q)$(CC) $(all_ldflags) -o $@ $^

# fill_set adds elements with the daemon's own code.
$(BUILD)/tests/bench/fill_set: $(addprefix $(BUILD)/src/,blocklist.o netlink.o \
	blocklist_request.o nft_message.o) $(core)

$(bench_tools): $(BUILD)/%: $(BUILD)/%.o
	$(say) LD $@
	$(q)$(CC) $(all_ldflags) -o $@ $^ `$(PKG_CONFIG) --libs libmnl libnftnl \
		libnetfilter_queue libnetfilter_conntrack`

# With CC=clang and SANITIZE=fuzz: see tests/fuzz/run.
$(BUILD)/tests/fuzz/nfqueue $(BUILD)/tests/fuzz/conntrack_events \
	$(BUILD)/tests/fuzz/nft_events: $(BUILD)/tests/fuzz/fake_netlink.o
$(fuzzers): %: %.o $(filter-out $(BUILD)/src/ctl_%,$(adapters)) $(core)
	$(say) LD $@
	$(q)$(CC) $(all_ldflags) -fsanitize=fuzzer -o $@ $^ \
		`$(PKG_CONFIG) --libs $(libs)` -lm

fuzzers: $(fuzzers)

# Each target for so many SECONDS.
fuzz:
	$(q)tests/packages build fuzz
	$(q)tests/fuzz/run $(or $(SECONDS),60)

# What a lab preloads: plain, whatever else is built with.
$(lab_preloads): $(BUILD)/tests/lab/%.so: tests/lab/preload/%.c
	$(say) CC $@
	$(q)mkdir -p $(@D)
	$(q)$(CC) -std=gnu11 -O2 -Wall -Wextra -Wshadow \
		$(if $(WERROR),-Werror) -shared -fPIC -o $@ $<

tests: all $(lab_preloads) $(core_tests) $(adapter_tests) $(lab_tools) $(engine) $(bench_tools)

packages:
	$(q)tests/check --packages

# Each installs what its stages need, a group at a time if it has to.
check:
	$(q)tests/check quick

check-full:
	$(q)tests/check full

demo:
	$(q)tests/packages build lab
	$(q)$(MAKE) --no-print-directory all $(lab_tools)
	$(q)tests/demo.sh

lint:
	$(q)tests/lint/run

bench:
	$(q)tests/packages build lab bench
	$(q)$(MAKE) --no-print-directory all $(lab_tools) $(bench_tools)
	$(q)tests/bench/run $(PARTS)

# About a minute a round.
load:
	$(q)tests/packages build lab
	$(q)$(MAKE) --no-print-directory all $(lab_tools) $(bench_tools)
	$(q)tests/lab/85-load.sh $(or $(ROUNDS),10)

bench-replay: all
	$(q)tests/bench/replay

bench-engine: $(engine)
	$(q)BUILD=$(BUILD) tests/bench/engine.sh

format:
	clang-format -i $(filter-out src/core/handshake.c,\
		$(wildcard src/*.[ch] src/core/*.[ch] include/*.h \
		include/core/*.h tests/*.[ch] tests/core/*.[ch] tests/lab/*.c \
		tests/bench/*.[ch]))

# ---- installation ----

# Units and the sample configuration are installed as they are for prefix
# /usr; for another prefix the paths in them are changed.
install_unit = sed 's,/usr/sbin/handshaked,$(sbindir)/handshaked,; \
	s,/usr/bin/handshakectl,$(bindir)/handshakectl,; \
	s,/usr/share/handshaked,$(sharedir),' systemd/$(1) \
	> $(DESTDIR)$(unitdir)/$(1)

install: all
	install -d $(DESTDIR)$(sbindir) $(DESTDIR)$(bindir) \
		$(DESTDIR)$(sharedir) $(DESTDIR)$(mandir)/man8 \
		$(DESTDIR)$(mandir)/man5 $(DESTDIR)$(unitdir) \
		$(DESTDIR)$(usersdir) $(DESTDIR)$(confdir) \
		$(DESTDIR)$(bashdir) $(DESTDIR)$(zshdir) $(DESTDIR)$(rotatedir)
	install -m 755 $(BUILD)/handshaked $(BUILD)/handshaked-exporter \
		$(DESTDIR)$(sbindir)
	install -m 755 $(BUILD)/handshakectl $(DESTDIR)$(bindir)
	install -m 644 nft/handshaked.nft nft/remove.nft \
		src/events.schema.json systemd/grafana.json systemd/alerts.yml \
		$(DESTDIR)$(sharedir)
	install -m 644 systemd/completion.bash $(DESTDIR)$(bashdir)/handshakectl
	install -m 644 systemd/completion.zsh $(DESTDIR)$(zshdir)/_handshakectl
	install -m 644 src/handshaked.8 src/handshakectl.8 \
		src/handshaked-exporter.8 $(DESTDIR)$(mandir)/man8
	install -m 644 src/handshaked.conf.5 $(DESTDIR)$(mandir)/man5
	$(call install_unit,handshaked.service)
	$(call install_unit,handshaked-rules.service)
	$(call install_unit,handshaked-exporter.service)
	install -m 644 systemd/sysusers.conf \
		$(DESTDIR)$(usersdir)/handshaked.conf
	[ -e $(DESTDIR)$(rotatedir)/handshaked ] || \
		install -m 644 systemd/logrotate.conf \
			$(DESTDIR)$(rotatedir)/handshaked
	[ -e $(DESTDIR)$(confdir)/handshaked.conf ] || \
		install -m 644 systemd/handshaked.conf $(DESTDIR)$(confdir)
	[ -e $(DESTDIR)$(confdir)/queues.nft ] || \
		install -m 644 nft/queues.nft $(DESTDIR)$(confdir)

uninstall:
	rm -f $(DESTDIR)$(sbindir)/handshaked $(DESTDIR)$(bindir)/handshakectl \
		$(DESTDIR)$(sbindir)/handshaked-exporter \
		$(DESTDIR)$(sharedir)/grafana.json \
		$(DESTDIR)$(sharedir)/alerts.yml \
		$(DESTDIR)$(bashdir)/handshakectl \
		$(DESTDIR)$(zshdir)/_handshakectl \
		$(DESTDIR)$(mandir)/man8/handshaked-exporter.8 \
		$(DESTDIR)$(unitdir)/handshaked-exporter.service \
		$(DESTDIR)$(sharedir)/handshaked.nft \
		$(DESTDIR)$(sharedir)/remove.nft \
		$(DESTDIR)$(sharedir)/events.schema.json \
		$(DESTDIR)$(rotatedir)/handshaked \
		$(DESTDIR)$(mandir)/man8/handshaked.8 \
		$(DESTDIR)$(mandir)/man8/handshakectl.8 \
		$(DESTDIR)$(mandir)/man5/handshaked.conf.5 \
		$(DESTDIR)$(unitdir)/handshaked.service \
		$(DESTDIR)$(unitdir)/handshaked-rules.service \
		$(DESTDIR)$(usersdir)/handshaked.conf
	-rmdir $(DESTDIR)$(sharedir)

# In a copy, because debhelper works in place and wants its folder at the top.
deb:
	$(q)tests/packages build deb
	$(q)grep -qx "#define HANDSHAKED_VERSION \"`dpkg-parsechangelog \
		-l systemd/debian/changelog -S Version | sed 's,-.*,,'`\"" \
		include/version.h || { echo "deb: systemd/debian/changelog and" \
		"HANDSHAKED_VERSION in include/version.h differ" >&2; false; }
	$(q)rm -rf $(BUILD)/deb $(BUILD)/handshaked_*.deb
	$(q)mkdir -p $(BUILD)/deb/source
	$(q)cp -r Makefile LICENSE README.md include nft src systemd \
		$(BUILD)/deb/source
	$(q)mv $(BUILD)/deb/source/systemd/debian $(BUILD)/deb/source
	$(say) DEB $(BUILD)/deb/log
	$(q)cd $(BUILD)/deb/source && env -u MAKEFLAGS -u MAKELEVEL \
		dpkg-buildpackage -us -uc -b >../log 2>&1 || \
		{ tail -n 40 ../log; false; }
	$(q)mv $(BUILD)/deb/handshaked_*.deb $(BUILD)

clean:
	rm -rf $(BUILD)

-include $(shell find $(BUILD)/src $(BUILD)/tests -name '*.d' 2>/dev/null)
