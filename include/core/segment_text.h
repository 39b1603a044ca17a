/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A segment as one line of text, in the manner of packetdrill and tcpdump:
 *
 *	203.0.113.9.40000 > 192.0.2.1.22: S 1:1(0) win 1024 <mss,sackOK>
 *
 * for tests, logs and documentation. The parts, one space between them:
 *
 *	SRC > DST:	address and port of either end with a dot between:
 *			192.0.2.1.22, 2001:db8::1.22
 *	FLAGS		letters in the order F S R P . U E W N: FIN, SYN, RST,
 *			PSH, ACK, URG, ECE, CWR, AE; "-" for none
 *	START:END(LEN)	SEG.SEQ, SEG.SEQ + LEN, bytes of payload; neither SYN
 *			nor FIN counts
 *	ack N		SEG.ACK: with ACK always, without it if it is not 0
 *	win N		the window as on the wire
 *	ttl N		TTL or hop limit; left out when it is 64
 *	<NAME,...>	which options there are: mss wscale sackOK sack TS FO
 *			other malformed; left out when there are none
 *	local		this machine sent it
 *	routed		source_routed is set
 *
 * Numbers are decimal without leading zeros. All of struct segment has its
 * place but tcp_offset, which belongs to the bytes of a packet.
 */
#ifndef HANDSHAKED_CORE_SEGMENT_TEXT_H
#define HANDSHAKED_CORE_SEGMENT_TEXT_H

#include "core/segment.h"

/* Longest text of a segment, with the closing NUL. */
#define SEGMENT_TEXT_BYTES 256

/* Room for any message of segment_text_parse(), with the closing NUL. */
#define SEGMENT_TEXT_ERROR_BYTES 160

/* Writes the text, in the order above, and returns it. */
char *segment_text_format(const struct segment *seg,
			  char text[static SEGMENT_TEXT_BYTES]);

/*
 * Reads what segment_text_format() writes; letters of FLAGS and names of
 * options may come in any order, and more than one space between parts.
 * Returns false, leaves *out alone and says in `error` what was expected and
 * what stands there instead when the text is anything else:
 *
 *	column 19: expected a port (0 to 65535), not "70000"
 */
bool segment_text_parse(const char *text, struct segment *out,
			char error[static SEGMENT_TEXT_ERROR_BYTES]);

/*
 * One end alone, "192.0.2.1.22" up to the end of the text. Returns false and
 * leaves both alone when it is anything else.
 */
bool segment_text_endpoint(const char *text, struct address *address,
			   uint16_t *port);

#endif
