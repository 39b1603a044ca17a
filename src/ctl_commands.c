/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The commands of handshakectl: one table with what runs and what its help
 * says. handshakectl(8) has more words; the completions read the help.
 */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "ctl.h"
#include "suggest.h"

/* What both read. */
#define ENGINE_OPTIONS                                                      \
	"  -c FILE                use the limits and weights of a "         \
	"configuration\n"                                                   \
	"      --local PREFIX     the protected side, never listed; may be" \
	" repeated\n"                                                       \
	"      --verify-checksums refuse segments with a wrong TCP checksum\n"

const struct command ctl_commands[] = {
	{
		.name = "status",
		.run = status_main,
		.arguments = "",
		.summary = "what the daemon sees and does",
		.about =
			"Prints what the daemon has seen and done since it "
			"started: mode, queues,\npackets, verdicts, tables and "
			"the latest listings. --json has all counters.",
		.example = "handshakectl --json status | jq .queue.dropped",
	},
	{
		.name = "top",
		.run = top_main,
		.arguments = "",
		.summary = "rates, the worst and the newest, live",
		.flags = CTL_NO_JSON,
		.about = "Prints rates, the worst sources and the newest on "
			 "the list once a second, until\nq is pressed. The key "
			 "h lists the keys, which also sort. Where standard "
			 "output\nis no terminal, prints one screen and ends.",
		.example = "handshakectl top",
	},
	{
		.name = "sources",
		.run = list_main,
		.max_arguments = 1,
		.arguments = "[N]",
		.summary = "against whom there is evidence",
		.about = "Prints the N sources with the highest scores: 20, or "
			 "1 to 1000.",
		.example = "handshakectl sources 50",
	},
	{
		.name = "explain",
		.run = explain_main,
		.max_arguments = 1,
		.arguments = "ADDRESS",
		.summary = "what is known of it",
		.about = "Prints what the daemon knows of ADDRESS: score, "
			 "listing, standing, each piece of\nevidence, and what "
			 "would be next. Of networks only blocked ones and "
			 "IPv6\n/64s can be explained.",
		.example = "handshakectl explain 203.0.113.9",
	},
	{
		.name = "blocklist",
		.run = list_main,
		.max_arguments = 1,
		.arguments = "[N]",
		.summary = "who is listed, and why",
		.about = "Prints the newest N elements of the kernel's sets, 1 "
			 "to 1000, with the time\nleft, what was dropped, and "
			 "the reason.",
		.example = "handshakectl --json blocklist | jq -r "
			   "'.entries[].source'",
	},
	{
		.name = "block",
		.run = block_main,
		.max_arguments = INT_MAX - 1,
		.arguments = "[OPTION]... SOURCE... [DURATION]",
		.summary = "drop all from them, for 2h or so",
		.flags = CTL_OWN_OPTIONS,
		.about = "Drops everything from each SOURCE, an address or a "
			 "network such as\n198.51.100.0/24, for DURATION (90, "
			 "10m, 1h30m, 2d12h, permanent), or else for\nthe "
			 "block_time of the configuration.",
		.options = "      --reason TEXT      show this in the set, in "
			   "explain and in events\n"
			   "      --permanent        block without an end\n",
		.example = "handshakectl block 198.51.100.0/24 1h30m --reason "
			   "\"scans of our mail servers\"",
	},
	{
		.name = "unblock",
		.run = unblock_main,
		.max_arguments = INT_MAX - 1,
		.arguments = "SOURCE... | --all",
		.summary = "take them off the list, forget them",
		.flags = CTL_OWN_OPTIONS,
		.about = "Takes each SOURCE off the list, an address with the "
			 "/64 that it is in, and\nforgets what it did.",
		.options = "      --all              take every source off\n",
		.example = "handshakectl unblock 203.0.113.9 198.51.100.0/24",
	},
	{
		.name = "allow",
		.run = allow_main,
		.max_arguments = 1,
		.arguments = "[ADDRESS|PREFIX]",
		.summary = "never judge it; or show who is allowed",
		.about = "Never judges nor drops what ADDRESS or the network "
			 "PREFIX opens, and writes that\ninto "
			 "/etc/handshaked/allowlist.nft. Without an argument, "
			 "prints what is allowed.",
		.example = "handshakectl allow 192.0.2.0/24",
	},
	{
		.name = "disallow",
		.run = allow_main,
		.max_arguments = 1,
		.arguments = "ADDRESS|PREFIX",
		.summary = "judge it again",
		.about = "Judges ADDRESS or PREFIX again and takes its line "
			 "out of\n/etc/handshaked/allowlist.nft.",
		.example = "handshakectl disallow 192.0.2.0/24",
	},
	{
		.name = "mode",
		.run = mode_main,
		.max_arguments = 1,
		.arguments = "[enforce|observe]",
		.summary = "show the mode, or change it",
		.about = "Prints the mode, or changes it until the daemon "
			 "ends: enforce drops packets and\nlists sources, "
			 "observe only reports what it would have done.",
		.example = "handshakectl mode observe",
	},
	{
		.name = "reload",
		.run = reload_main,
		.arguments = "",
		.summary = "read the configuration again",
		.about = "Has the daemon read its configuration again, and "
			 "prints what was changed. A file\nwith errors changes "
			 "nothing; all of them are printed.",
		.example = "handshakectl check-config && handshakectl reload",
	},
	{
		.name = "metrics",
		.run = metrics_main,
		.arguments = "",
		.summary = "the status, for Prometheus",
		.about = "Prints the counters of status in the text format of "
			 "Prometheus. With --json it\nprints the answer to "
			 "status.",
		.example = "handshakectl metrics",
	},
	{
		.name = "check-config",
		.run = check_config_main,
		.max_arguments = 1,
		.arguments = "[FILE]",
		.summary = "is that file right? needs no daemon",
		.flags = CTL_OFFLINE,
		.about = "Checks a configuration file, "
			 "/etc/handshaked/handshaked.conf by default, and\n"
			 "prints every error in it. Needs neither root nor a "
			 "daemon.",
		.example = "handshakectl check-config ./handshaked.conf",
	},
	{
		.name = "replay",
		.run = replay_command,
		.max_arguments = INT_MAX - 1,
		.arguments = "[OPTION]... FILE...",
		.summary = "judge a capture",
		.flags = CTL_OWN_OPTIONS | CTL_OFFLINE,
		.about = "Sends captures (pcap or pcapng, - for standard "
			 "input) through the engine and\nprints what would "
			 "have been found, dropped and listed. Needs neither "
			 "root nor a\ndaemon. With --json it prints an object "
			 "a line.",
		.options = ENGINE_OPTIONS,
		.example = "handshakectl replay --local 192.0.2.0/24 "
			   "evening.pcap",
	},
	{
		.name = "report",
		.run = report_command,
		.max_arguments = INT_MAX - 1,
		.arguments = "[OPTION]... [FILE]",
		.summary = "a capture or events at a glance",
		.flags = CTL_OWN_OPTIONS | CTL_OFFLINE,
		.about =
			"Sums up a capture or a file of events, "
			"/var/log/handshaked/events.json by\ndefault, as a few "
			"lines, as a page of HTML, or with --json as one JSON "
			"object.",
		.options = "      --html FILE        write a page of HTML; - "
			   "is standard output\n" ENGINE_OPTIONS,
		.example = "handshakectl report --html evening.html "
			   "evening.pcap",
	},
	{
		.name = "help",
		.run = help_main,
		.max_arguments = 1,
		.arguments = "[COMMAND]",
		.summary = "this text, or that of a command",
		.flags = CTL_OFFLINE,
		.about = "Prints the commands, or all about COMMAND, as "
			 "COMMAND --help does.",
		.example = "handshakectl help block",
	},
	{0},
};

const struct command *ctl_find_command(const char *name)
{
	char text[SUGGEST_BYTES];
	struct suggestion s;

	suggest_start(&s, name);
	for (const struct command *c = ctl_commands; c->name; c++) {
		if (strcmp(name, c->name) == 0)
			return c;
		suggest_offer(&s, c->name);
	}
	suggest_text(&s, text);
	fprintf(stderr, "handshakectl: unknown command \"%s\"%s\n", name,
		*text ? text : "; try \"handshakectl --help\"");
	return NULL;
}
