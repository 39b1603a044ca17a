/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who probed what, for the maps of a report: sources, and of each of them the
 * ports, the hosts and a sample of its probes.
 *
 * Memory is bounded. 65536 sources have a place; a newcomer that finds none
 * takes that of the source with the fewest probes of eight, the longest unseen
 * of these, and that is counted. Of a source 2048 probes are kept: when there
 * are more, every other one is thrown out, and of those to come every other
 * one is taken, so that what is left shows all of its time. 1024 of its hosts
 * are told apart. All sources together have 64 MB for this; who gets none is
 * still counted, in numbers of probes.
 */
#ifndef HANDSHAKED_REPORT_SCAN_H
#define HANDSHAKED_REPORT_SCAN_H

#include "core/address.h"
#include "core/finding.h"

#define SCAN_WAYS      8
#define SCAN_SETS      8192
#define SCAN_POINTS    2048
#define SCAN_HOSTS     1024
#define SCAN_MAX_BYTES (64U * 1024 * 1024)

/* So many are drawn, and from so many probes on a source is called a scan. */
#define SCAN_WORST      12
#define SCAN_MIN_PROBES 3

/* A probe of source, at a port of host. */
struct scan_probe {
	struct address source, host;
	uint16_t port;
	enum finding finding;
};

/* One that is kept. */
struct scan_point {
	int64_t time_us; /* REPORT_NO_TIME: not told */
	uint16_t host;   /* of the source's hosts; SCAN_HOSTS: none of them */
	uint16_t port;
	uint8_t finding;
};

struct scan_source {
	struct address address;
	uint64_t probes; /* 0: this place is free */
	uint64_t finding[NUM_FINDINGS];
	int64_t first_us, last_us; /* REPORT_NO_TIME: not told */
	uint64_t seen;             /* the table's count when it was last */
	bool listed;
	bool hosts_left_out, ports_left_out; /* there are more than told */
	uint8_t thinned;                     /* one of 2^thinned is kept */
	uint32_t num_points, room_points;
	uint32_t num_hosts, room_hosts;
	uint32_t num_ports;
	struct scan_point *points;
	struct address *hosts;
	uint16_t *host_index; /* open addressing: host + 1, 0 for free */
	uint8_t *port_bits;   /* 65536 */
};

struct scan_table {
	struct scan_source *sources; /* SCAN_SETS * SCAN_WAYS */
	size_t bytes;                /* taken by what the sources keep */
	uint64_t probes;
	uint64_t num_sources; /* that have a place */
	uint64_t replaced;    /* sources that had one */
	/* After scan_rank(): */
	const struct scan_source *worst[SCAN_WORST];
	size_t num_worst;
	uint64_t num_scans; /* sources with SCAN_MIN_PROBES, or listed */
};

/* What a scan looks like, from its number of ports and hosts. */
enum scan_shape {
	SCAN_VERTICAL,   /* many ports of few hosts */
	SCAN_HORIZONTAL, /* few ports of many hosts */
	SCAN_BLOCK,      /* many of both */
	SCAN_FEW         /* too little to tell */
};

/* False without memory. */
bool scan_table_init(struct scan_table *t);
void scan_table_fini(struct scan_table *t);

void scan_add(struct scan_table *t, int64_t time_us,
	      const struct scan_probe *probe);

/* NULL if it has no place. */
struct scan_source *scan_find(struct scan_table *t,
			      const struct address *address);

/* Who is the worst: the listed first, then by number of probes. */
void scan_rank(struct scan_table *t);

/* "vertical", "slow horizontal", ... A static string. */
enum scan_shape scan_shape(const struct scan_source *s);
const char *scan_shape_name(const struct scan_source *s);

/* Five seconds or more from a probe to the next, on average. */
bool scan_is_slow(const struct scan_source *s);

/* The finding that it has most of. */
enum finding scan_finding(const struct scan_source *s);

#endif
