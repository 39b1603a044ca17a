/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sources and what they probed, in memory that does not grow past a bound. */
#include "report_scan.h"

#include <stdlib.h>

#include "core/siphash.h"
#include "report.h"

/*
 * A report of the same events is the same page. Who knows the key can choose
 * addresses that share a set, but has to probe more with each of them than the
 * one he wants to hide.
 */
static const uint8_t key[16] = "handshake report";

#define HOST_SLOTS (2 * SCAN_HOSTS)
#define PORT_BYTES (65536 / 8)

#define FIRST_ROOM  4
#define SLOW_GAP_US (5 * INT64_C(1000000))

bool scan_table_init(struct scan_table *t)
{
	*t = (struct scan_table){
		.sources = calloc((size_t)SCAN_SETS * SCAN_WAYS,
				  sizeof(*t->sources)),
	};
	return t->sources;
}

static void empty(struct scan_table *t, struct scan_source *s)
{
	t->bytes -= s->room_points * sizeof(*s->points) +
		    s->room_hosts * sizeof(*s->hosts);
	if (s->host_index)
		t->bytes -= HOST_SLOTS * sizeof(*s->host_index);
	if (s->port_bits)
		t->bytes -= PORT_BYTES;
	free(s->points);
	free(s->hosts);
	free(s->host_index);
	free(s->port_bits);
	*s = (struct scan_source){0};
}

void scan_table_fini(struct scan_table *t)
{
	if (!t->sources)
		return;
	for (size_t i = 0; i < (size_t)SCAN_SETS * SCAN_WAYS; i++)
		empty(t, &t->sources[i]);
	free(t->sources);
	t->sources = NULL;
}

/* ---- room ---- */

/* Zeroed memory within the bound, or NULL. */
static void *take(struct scan_table *t, size_t bytes)
{
	void *memory = NULL;

	if (bytes <= SCAN_MAX_BYTES - t->bytes)
		memory = calloc(1, bytes);
	if (memory)
		t->bytes += bytes;
	return memory;
}

/* Doubles an array of *room elements; false if it stays as it is. */
static bool grow(struct scan_table *t, void **array, uint32_t *room,
		 size_t element, uint32_t most)
{
	uint32_t wanted = *room ? *room * 2 : FIRST_ROOM;
	size_t more;
	void *grown;

	if (wanted > most)
		return false;
	more = (wanted - *room) * element;
	if (more > SCAN_MAX_BYTES - t->bytes)
		return false;
	grown = realloc(*array, wanted * element);
	if (!grown)
		return false;
	t->bytes += more;
	*array = grown;
	*room = wanted;
	return true;
}

/* ---- sources ---- */

static struct scan_source *set_of(struct scan_table *t,
				  const struct address *address)
{
	uint64_t hash = siphash13(key, address->byte, sizeof(address->byte));

	return &t->sources[hash % SCAN_SETS * SCAN_WAYS];
}

struct scan_source *scan_find(struct scan_table *t,
			      const struct address *address)
{
	struct scan_source *set = set_of(t, address);

	for (int i = 0; i < SCAN_WAYS; i++)
		if (set[i].probes && address_equal(&set[i].address, address))
			return &set[i];
	return NULL;
}

/* Is a to go before b, when one has to? */
static bool gives_way(const struct scan_source *a, const struct scan_source *b)
{
	if (a->probes != b->probes)
		return a->probes < b->probes;
	return a->seen < b->seen;
}

static struct scan_source *add_source(struct scan_table *t,
				      const struct address *address)
{
	struct scan_source *set = set_of(t, address), *place = set;

	for (int i = 1; i < SCAN_WAYS; i++)
		if (gives_way(&set[i], place))
			place = &set[i];
	if (place->probes)
		t->replaced++;
	else
		t->num_sources++;
	empty(t, place);
	place->address = *address;
	place->first_us = place->last_us = REPORT_NO_TIME;
	return place;
}

/* ---- its hosts and ports ---- */

static bool is_there(const struct scan_source *s, uint32_t host,
		     const struct address *address)
{
	return address_equal(&s->hosts[host], address);
}

/* Its index is built when the first host comes. */
static uint16_t host_of(struct scan_table *t, struct scan_source *s,
			const struct address *address)
{
	uint64_t slot = siphash13(key, address->byte, sizeof(address->byte));

	if (s->num_hosts > 0 && is_there(s, s->num_hosts - 1, address))
		return (uint16_t)(s->num_hosts - 1); /* as most often */
	if (!s->host_index && s->num_hosts > 0)
		s->host_index = take(t, HOST_SLOTS * sizeof(*s->host_index));
	if (s->num_hosts > 0 && !s->host_index)
		goto none;
	if (s->num_hosts == 1)
		s->host_index[siphash13(key, s->hosts[0].byte, 16) %
			      HOST_SLOTS] = 1;
	for (slot %= HOST_SLOTS; s->host_index && s->host_index[slot];
	     slot = (slot + 1) % HOST_SLOTS)
		if (is_there(s, s->host_index[slot] - 1U, address))
			return (uint16_t)(s->host_index[slot] - 1);
	if (s->num_hosts == s->room_hosts &&
	    !grow(t, (void **)&s->hosts, &s->room_hosts, sizeof(*s->hosts),
		  SCAN_HOSTS))
		goto none;
	s->hosts[s->num_hosts++] = *address;
	if (s->host_index)
		s->host_index[slot] = (uint16_t)s->num_hosts;
	return (uint16_t)(s->num_hosts - 1);
none:
	s->hosts_left_out = true;
	return SCAN_HOSTS;
}

static bool has_port(const struct scan_source *s, uint16_t port)
{
	if (s->port_bits)
		return s->port_bits[port / 8] & 1 << port % 8;
	for (uint32_t i = 0; i < s->num_points; i++)
		if (s->points[i].port == port)
			return true;
	return false;
}

static void mark_port(struct scan_source *s, uint16_t port)
{
	s->port_bits[port / 8] |= (uint8_t)(1 << port % 8);
}

/* While there are few points they tell which ports there were. */
static void count_port(struct scan_table *t, struct scan_source *s,
		       uint16_t port)
{
	if (!s->port_bits && s->num_points >= 32 &&
	    s->num_points == s->probes) {
		s->port_bits = take(t, PORT_BYTES);
		for (uint32_t i = 0; s->port_bits && i < s->num_points; i++)
			mark_port(s, s->points[i].port);
	}
	if (!has_port(s, port)) {
		/* Once a point is left out the others cannot tell. */
		if (!s->port_bits && s->num_points < s->probes)
			s->ports_left_out = true;
		else
			s->num_ports++;
	}
	if (s->port_bits)
		mark_port(s, port);
}

/* ---- its points ---- */

static void thin_out(struct scan_source *s)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < s->num_points; i += 2)
		s->points[kept++] = s->points[i];
	s->num_points = kept;
	s->thinned++;
}

static void add_point(struct scan_table *t, struct scan_source *s,
		      const struct scan_point *point)
{
	if (s->thinned > 62 || s->probes & ((UINT64_C(1) << s->thinned) - 1))
		return;
	if (s->num_points == s->room_points &&
	    !grow(t, (void **)&s->points, &s->room_points, sizeof(*s->points),
		  SCAN_POINTS)) {
		if (s->num_points == 0)
			return;
		thin_out(s);
		if (s->probes & ((UINT64_C(1) << s->thinned) - 1))
			return;
	}
	s->points[s->num_points++] = *point;
}

void scan_add(struct scan_table *t, int64_t time_us,
	      const struct scan_probe *probe)
{
	struct scan_source *s = scan_find(t, &probe->source);
	struct scan_point point = {
		.time_us = time_us,
		.port = probe->port,
		.finding = (uint8_t)probe->finding,
	};

	if (!s)
		s = add_source(t, &probe->source);
	point.host = host_of(t, s, &probe->host);
	count_port(t, s, probe->port);
	add_point(t, s, &point);
	s->probes++;
	s->finding[probe->finding]++;
	s->seen = ++t->probes;
	if (time_us == REPORT_NO_TIME)
		return;
	if (s->first_us == REPORT_NO_TIME || time_us < s->first_us)
		s->first_us = time_us;
	if (s->last_us == REPORT_NO_TIME || time_us > s->last_us)
		s->last_us = time_us;
}

/* ---- what it comes to ---- */

static bool is_worse(const struct scan_source *a, const struct scan_source *b)
{
	if (a->listed != b->listed)
		return a->listed;
	if (a->probes != b->probes)
		return a->probes > b->probes;
	return address_before(&a->address, &b->address);
}

static void place_among_worst(struct scan_table *t, const struct scan_source *s)
{
	size_t at = t->num_worst;

	if (at == SCAN_WORST && !is_worse(s, t->worst[--at]))
		return;
	for (; at > 0 && is_worse(s, t->worst[at - 1]); at--)
		t->worst[at] = t->worst[at - 1];
	t->worst[at] = s;
	if (t->num_worst < SCAN_WORST)
		t->num_worst++;
}

void scan_rank(struct scan_table *t)
{
	t->num_worst = t->num_scans = 0;
	for (size_t i = 0; i < (size_t)SCAN_SETS * SCAN_WAYS; i++) {
		const struct scan_source *s = &t->sources[i];

		if (s->probes < SCAN_MIN_PROBES && !(s->probes && s->listed))
			continue;
		t->num_scans++;
		place_among_worst(t, s);
	}
}

enum scan_shape scan_shape(const struct scan_source *s)
{
	bool many_hosts = s->num_hosts >= 5, many_ports = s->num_ports >= 3;

	if (many_hosts && many_ports && s->num_hosts < 8 * s->num_ports &&
	    s->num_ports < 8 * s->num_hosts)
		return SCAN_BLOCK;
	if (many_ports && s->num_ports >= s->num_hosts)
		return SCAN_VERTICAL;
	if (s->num_hosts >= 3)
		return SCAN_HORIZONTAL;
	return many_ports ? SCAN_VERTICAL : SCAN_FEW;
}

bool scan_is_slow(const struct scan_source *s)
{
	return s->probes >= SCAN_MIN_PROBES && s->first_us != REPORT_NO_TIME &&
	       (s->last_us - s->first_us) / (int64_t)(s->probes - 1) >=
		       SLOW_GAP_US;
}

const char *scan_shape_name(const struct scan_source *s)
{
	static const char *const name[][2] = {
		[SCAN_VERTICAL] = {"vertical", "slow vertical"},
		[SCAN_HORIZONTAL] = {"horizontal", "slow horizontal"},
		[SCAN_BLOCK] = {"block", "slow block"},
		[SCAN_FEW] = {"few targets", "few targets, slow"},
	};

	return name[scan_shape(s)][scan_is_slow(s)];
}

enum finding scan_finding(const struct scan_source *s)
{
	enum finding most = FINDING_NONE;

	for (enum finding f = 0; f < NUM_FINDINGS; f++)
		if (s->finding[f] > s->finding[most])
			most = f;
	return most;
}
