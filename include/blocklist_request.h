/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The bytes of a netlink request about blocklist elements. Only blocklist.c
 * sends them; kept apart because building them needs no socket and no root.
 */
#ifndef HANDSHAKED_BLOCKLIST_REQUEST_H
#define HANDSHAKED_BLOCKLIST_REQUEST_H

#include "blocklist.h"

struct blocklist_element {
	struct prefix source;
	uint64_t timeout_ms;                   /* 0: it does not expire */
	uint64_t left_ms;                      /* 0: all of it */
	char comment[BLOCKLIST_COMMENT_BYTES]; /* empty: none */
};

/* As blocklist_add() takes it; 0, or -EINVAL as it returns. */
int blocklist_element_set(struct blocklist_element *e,
			  const struct prefix *source, uint32_t timeout_s,
			  uint64_t left_ms, const char *comment);

enum {
	BLOCKLIST_REQUEST_MAX_ELEMENTS = 256,
	BLOCKLIST_MESSAGES_PER_ELEMENT = 3,
	/* The elements' messages stand between a beginning and an end. */
	BLOCKLIST_REQUEST_MAX_MESSAGES =
		BLOCKLIST_REQUEST_MAX_ELEMENTS *
			BLOCKLIST_MESSAGES_PER_ELEMENT +
		2,
	/* The longest, a /64 put back with a full comment, takes 284. */
	BLOCKLIST_MESSAGE_BYTES = 304,
	BLOCKLIST_REQUEST_BYTES =
		BLOCKLIST_REQUEST_MAX_MESSAGES * BLOCKLIST_MESSAGE_BYTES,
};

/* Its i-th message, from 0, has the sequence number first_seq + i. */
struct blocklist_request {
	uint32_t first_seq;
	uint32_t num_messages;
	size_t bytes;
	char data[BLOCKLIST_REQUEST_BYTES];
};

/* Empties the request; its sequence numbers follow those of the last one. */
void blocklist_request_start(struct blocklist_request *r);

/* A request is one question about a set, by its name, */
void blocklist_request_get_set(struct blocklist_request *r, const char *set);

/*
 * or a transaction: begin, up to BLOCKLIST_REQUEST_MAX_ELEMENTS renewals or
 * deletions, end. Those in the middle return 0 or -ENOMEM, and then the
 * request is not fit to be sent. An addition is for an element that is not
 * there yet; a set can also be emptied as a whole.
 */
void blocklist_request_begin(struct blocklist_request *r);
int blocklist_request_renew(struct blocklist_request *r,
			    const struct blocklist_element *e);
int blocklist_request_delete(struct blocklist_request *r,
			     const struct prefix *source);
int blocklist_request_add(struct blocklist_request *r,
			  const struct blocklist_element *e);
void blocklist_request_empty(struct blocklist_request *r, const char *set);
void blocklist_request_end(struct blocklist_request *r);

#endif
