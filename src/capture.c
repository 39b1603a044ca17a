/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Opens a capture, tells by its first byte which of the two readers is to
 * have it (libpcap or pcapng.c), and makes their packets and their errors
 * look the same.
 */
#include "capture.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>

#include <sys/stat.h>
#include <pcap/pcap.h>

#include "capture_link.h"
#include "core/base.h"
#include "pcapng.h"

enum {
	/* Of a pcapng file; no kind of pcap begins like this. */
	PCAPNG_FIRST_BYTE = 0x0a,
	REASON_BYTES = 320,
	/* Read at a time; stdio would read a few packets. */
	BUFFER_BYTES = 128 * 1024,
};

_Static_assert(REASON_BYTES >= PCAP_ERRBUF_SIZE, "libpcap's reasons fit");

struct capture {
	FILE *file;
	/* One of them reads the file. libpcap closes it, too. */
	pcap_t *pcap;
	struct pcapng *pcapng;
	uint32_t link_type; /* of a pcap: one for the whole file */
	uint64_t packets;   /* handed out */
	int last;           /* what capture_next() returned */
	char name[PATH_MAX];
	char error[PATH_MAX + REASON_BYTES + 64];
	char buffer[BUFFER_BYTES];
};

/* A frame, before anyone has looked into it. */
struct frame {
	const uint8_t *bytes;
	size_t len;
	uint32_t link_type;
	uint64_t time_ns;
};

static FILE *open_file(struct capture *c, const char *path)
{
	bool is_stdin = strcmp(path, "-") == 0;

	snprintf(c->name, sizeof(c->name), "%s",
		 is_stdin ? "standard input" : path);
	return is_stdin ? stdin : fopen(path, "re");
}

/* Returns 0, or -1 with why in `reason`. */
static int open_reader(struct capture *c, char *reason)
{
	int first;

	setvbuf(c->file, c->buffer, _IOFBF, sizeof(c->buffer));
	/* Ours alone, so that nothing has to be locked for each packet. */
	__fsetlocking(c->file, FSETLOCKING_BYCALLER);
	first = getc(c->file);
	if (first == EOF) {
		snprintf(reason, REASON_BYTES, "%s",
			 ferror(c->file) ? strerror(errno) : "empty file");
		return -1;
	}
	ungetc(first, c->file);
	if (first == PCAPNG_FIRST_BYTE)
		c->pcapng = pcapng_open(c->file, reason, REASON_BYTES);
	else
		c->pcap = pcap_fopen_offline_with_tstamp_precision(
			c->file, PCAP_TSTAMP_PRECISION_NANO, reason);
	if (c->pcap)
		c->link_type = (uint32_t)pcap_datalink(c->pcap);
	return c->pcap || c->pcapng ? 0 : -1;
}

struct capture *capture_open(const char *path, char *error, size_t error_bytes)
{
	struct capture *c = calloc(1, sizeof(*c));
	char reason[REASON_BYTES] = "";

	if (!c) {
		snprintf(error, error_bytes, "%s: %s", path, strerror(ENOMEM));
		return NULL;
	}
	c->last = 1;
	c->file = open_file(c, path);
	if (!c->file)
		snprintf(reason, sizeof(reason), "%s", strerror(errno));
	else if (open_reader(c, reason) == 0)
		return c;
	snprintf(error, error_bytes, "%s: %s", c->name, reason);
	capture_close(c);
	return NULL;
}

/*
 * The time is 32 bits in the file, and libpcap takes it for signed in some
 * and not in others: what is meant ends in 2106, not in 2038.
 */
static int next_of_pcap(struct capture *c, struct frame *out)
{
	struct pcap_pkthdr *head;
	int ret = pcap_next_ex(c->pcap, &head, &out->bytes);

	if (ret == PCAP_ERROR_BREAK)
		return 0;
	if (ret != 1)
		return -1;
	out->len = head->caplen;
	out->link_type = c->link_type;
	out->time_ns = (uint32_t)head->ts.tv_sec * NS_PER_S +
		       (uint32_t)head->ts.tv_usec;
	return 1;
}

static int next_of_pcapng(struct capture *c, struct frame *out)
{
	struct pcapng_packet packet;
	int ret = pcapng_next(c->pcapng, &packet);

	if (ret == 1)
		*out = (struct frame){packet.bytes, packet.len,
				      packet.link_type, packet.time_ns};
	return ret;
}

static int next_frame(struct capture *c, struct frame *out)
{
	return c->pcap ? next_of_pcap(c, out) : next_of_pcapng(c, out);
}

static void look_into(const struct frame *f, struct capture_packet *out)
{
	const uint8_t *bytes = f->bytes;
	size_t len = f->len;

	*out = (struct capture_packet){.time_ns = f->time_ns};
	switch (capture_link_strip(f->link_type, &bytes, &len)) {
	case LINK_IP:
		out->is_ip = true;
		out->ip = bytes;
		out->len = len;
		break;
	case LINK_OTHER:
		break;
	case LINK_UNKNOWN:
		out->unknown_link = f->link_type;
		break;
	}
}

int capture_next(struct capture *c, struct capture_packet *out)
{
	struct frame frame;

	if (c->last != 1)
		return c->last;
	c->last = next_frame(c, &frame);
	if (c->last == 1) {
		look_into(&frame, out);
		out->number = ++c->packets;
	} else if (c->last < 0) {
		snprintf(c->error, sizeof(c->error),
			 "%s: packet %" PRIu64 ": %s", c->name, c->packets + 1,
			 c->pcap ? pcap_geterr(c->pcap)
				 : pcapng_error(c->pcapng));
	}
	return c->last;
}

const char *capture_error(const struct capture *c)
{
	return c->error;
}

uint64_t capture_bytes_read(const struct capture *c)
{
	off_t at = ftello(c->file);

	return at < 0 ? 0 : (uint64_t)at;
}

uint64_t capture_bytes_total(const struct capture *c)
{
	struct stat st;

	if (fstat(fileno(c->file), &st) || !S_ISREG(st.st_mode))
		return 0;
	return (uint64_t)st.st_size;
}

void capture_close(struct capture *c)
{
	if (!c)
		return;
	/* It stays open, but our buffer goes. */
	if (c->file == stdin)
		setvbuf(stdin, NULL, _IONBF, 0);
	pcapng_close(c->pcapng);
	if (c->pcap)
		pcap_close(c->pcap);
	else if (c->file && c->file != stdin)
		fclose(c->file);
	free(c);
}
