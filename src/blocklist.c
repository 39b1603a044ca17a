/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Gathers elements, sends them to the kernel as one transaction, and finds
 * out what became of each. blocklist_request.c knows what the messages say.
 *
 * The kernel works a transaction off inside sendmsg() and looks at every
 * message even after one has failed. When the call returns, all errors wait
 * in the socket, each with the sequence number of its message; none means
 * done. What was refused is taken out and the rest sent again in one piece:
 * every refused transaction costs an RCU grace period, some milliseconds, so
 * trying each element alone against a full set would halt the packet path.
 */
#include "blocklist.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <sys/socket.h>
#include <libmnl/libmnl.h>

#include "blocklist_request.h"
#include "netlink.h"

enum {
	REPLY_BYTES = 16384,
	/* Room for an error per message, each about 1 KiB of kernel memory. */
	RECEIVE_BYTES = 1024 * BLOCKLIST_REQUEST_MAX_MESSAGES,
};

struct blocklist {
	struct mnl_socket *socket;
	struct blocklist_counters counters;
	blocklist_refused_fn refused;
	void *refused_arg;
	struct blocklist_element pending[BLOCKLIST_REQUEST_MAX_ELEMENTS];
	size_t num_pending;
	struct blocklist_request request;
	/* The first complaint about the request's i-th message, -errno or 0. */
	int refusal[BLOCKLIST_REQUEST_MAX_MESSAGES];
};

/* Returns the error of a reply, or 0 if it is none or not about us. */
static int note_refusal(struct blocklist *b, const struct nlmsghdr *nlh)
{
	const struct nlmsgerr *error = mnl_nlmsg_get_payload(nlh);
	uint32_t i = nlh->nlmsg_seq - b->request.first_seq;

	if (nlh->nlmsg_type != NLMSG_ERROR ||
	    mnl_nlmsg_get_payload_len(nlh) < sizeof(*error) ||
	    i >= b->request.num_messages)
		return 0;
	if (!b->refusal[i])
		b->refusal[i] = error->error;
	return error->error;
}

/* Empties the socket, which does not block. Returns the last error in it. */
static int read_refusals(struct blocklist *b)
{
	char reply[REPLY_BYTES];
	const struct nlmsghdr *nlh;
	ssize_t received;
	int len, err, last = 0;

	for (;;) {
		received = netlink_receive(b->socket, reply, sizeof(reply));
		if (received < 0)
			return errno == EAGAIN ? last : -errno;
		len = (int)received;
		for (nlh = (const struct nlmsghdr *)reply;
		     mnl_nlmsg_ok(nlh, len); nlh = mnl_nlmsg_next(nlh, &len)) {
			err = note_refusal(b, nlh);
			if (err)
				last = err;
		}
	}
}

static void start_request(struct blocklist *b)
{
	blocklist_request_start(&b->request);
	memset(b->refusal, 0, sizeof(b->refusal));
}

/* Returns 0 or the last error; refusal[] tells where it belongs, if known. */
static int send_request(struct blocklist *b)
{
	if (mnl_socket_sendto(b->socket, b->request.data, b->request.bytes) < 0)
		return -errno;
	return read_refusals(b);
}

static int send_transaction(struct blocklist *b)
{
	blocklist_request_end(&b->request);
	b->counters.transactions++;
	return send_request(b);
}

static int send_pending(struct blocklist *b)
{
	size_t i;
	int err;

	start_request(b);
	blocklist_request_begin(&b->request);
	for (i = 0; i < b->num_pending; i++) {
		err = blocklist_request_renew(&b->request, &b->pending[i]);
		if (err)
			return err;
	}
	return send_transaction(b);
}

/* The first complaint about the first so many messages of an element. */
static int refusal_of(const struct blocklist *b, size_t i, size_t messages)
{
	const int *refusal =
		&b->refusal[1 + i * BLOCKLIST_MESSAGES_PER_ELEMENT];
	size_t m;

	for (m = 0; m < messages; m++)
		if (refusal[m])
			return refusal[m];
	return 0;
}

static void count_refusal(struct blocklist *b, const struct prefix *source,
			  int err)
{
	if (b->refused)
		b->refused(b->refused_arg, source, err);
	switch (err) {
	case -ENFILE:
		b->counters.set_full++;
		break;
	case -ENOENT:
		b->counters.table_missing++;
		break;
	default:
		b->counters.failed++;
	}
}

/* Drops what was refused in its first so many messages, if anything was. */
static bool drop_refused(struct blocklist *b, size_t messages)
{
	size_t i, kept = 0, before = b->num_pending;
	int refusal;

	for (i = 0; i < before; i++) {
		refusal = refusal_of(b, i, messages);
		if (refusal)
			count_refusal(b, &b->pending[i].source, refusal);
		else
			b->pending[kept++] = b->pending[i];
	}
	b->num_pending = kept;
	return kept < before;
}

static void drop_all(struct blocklist *b, int err)
{
	for (; b->num_pending; b->num_pending--)
		count_refusal(b, &b->pending[b->num_pending - 1].source, err);
}

/*
 * Drops at least one pending element. One refused at its first message is to
 * blame itself. At a later one it may be the victim of another: Linux 6.18
 * counts an element it has no room for until the transaction is undone, and
 * so lacks the room for a renewal that comes after it. No element to blame
 * means no memory, or no permission.
 */
static void drop_blamed(struct blocklist *b, int err)
{
	if (!drop_refused(b, 1) &&
	    !drop_refused(b, BLOCKLIST_MESSAGES_PER_ELEMENT))
		drop_all(b, err);
}

int blocklist_flush(struct blocklist *b)
{
	int err, last = 0;

	while (b->num_pending) {
		err = send_pending(b);
		if (!err) {
			b->counters.added += b->num_pending;
			b->num_pending = 0;
		} else {
			drop_blamed(b, err);
			last = err;
		}
	}
	return last;
}

static int add_element(struct blocklist *b, const struct prefix *source,
		       uint32_t timeout_s, uint64_t left_ms,
		       const char *comment)
{
	struct blocklist_element e;
	int err =
		blocklist_element_set(&e, source, timeout_s, left_ms, comment);

	if (err)
		return err;
	if (b->num_pending == ARRAY_SIZE(b->pending))
		blocklist_flush(b);
	b->pending[b->num_pending++] = e;
	return 0;
}

int blocklist_add(struct blocklist *b, const struct prefix *source,
		  uint32_t timeout_s, const char *comment)
{
	return add_element(b, source, timeout_s, 0, comment);
}

int blocklist_put_back(struct blocklist *b, const struct prefix *source,
		       uint32_t timeout_s, uint64_t left_ms,
		       const char *comment)
{
	if (left_ms < 1)
		return -EINVAL;
	return add_element(b, source, timeout_s, left_ms, comment);
}

/* Sends a transaction that has no pending elements, unless `err` is set. */
static int send_alone(struct blocklist *b, int err)
{
	if (!err)
		err = send_transaction(b);
	if (err && err != -ENOENT)
		b->counters.failed++;
	return err;
}

static void begin_alone(struct blocklist *b)
{
	blocklist_flush(b);
	start_request(b);
	blocklist_request_begin(&b->request);
}

int blocklist_cover(struct blocklist *b, const struct prefix *net,
		    uint32_t timeout_s, const char *comment,
		    const struct prefix *in_it, size_t num)
{
	struct blocklist_element e;
	int err = blocklist_element_set(&e, net, timeout_s, 0, comment);
	size_t n;

	if (!err && !num) {
		err = add_element(b, net, timeout_s, 0, comment);
		return err ? err : blocklist_flush(b);
	}

	while (!err) {
		n = num < BLOCKLIST_COVER_AT_ONCE ? num
						  : BLOCKLIST_COVER_AT_ONCE;
		begin_alone(b);
		for (num -= n; n && !err; n--)
			err = blocklist_request_delete(&b->request, in_it++);
		if (!err && !num)
			err = blocklist_request_add(&b->request, &e);
		err = send_alone(b, err);
		if (!num)
			break;
	}
	if (!err)
		b->counters.added++;
	return err;
}

int blocklist_clear(struct blocklist *b)
{
	begin_alone(b);
	blocklist_request_empty(&b->request, BLOCKLIST_SET4);
	blocklist_request_empty(&b->request, BLOCKLIST_SET6);
	blocklist_request_empty(&b->request, BLOCKLIST_NETS4);
	blocklist_request_empty(&b->request, BLOCKLIST_NETS6);
	return send_alone(b, 0);
}

int blocklist_del(struct blocklist *b, const struct prefix *source)
{
	struct prefix element;
	int err;

	if (!blocklist_takes(source))
		return -EINVAL;
	element = prefix_network(source);
	begin_alone(b);
	err = send_alone(b, blocklist_request_delete(&b->request, &element));
	if (!err)
		b->counters.deleted++;
	return err;
}

/* The kernel takes a transaction only as one send, however long. */
static int open_socket(struct blocklist *b)
{
	const int send_bytes = BLOCKLIST_REQUEST_BYTES;
	const int receive_bytes = RECEIVE_BYTES;
	const int on = 1;
	int fd;

	b->socket = mnl_socket_open2(NETLINK_NETFILTER,
				     SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (!b->socket)
		return -errno;
	fd = mnl_socket_get_fd(b->socket);
	if (mnl_socket_bind(b->socket, 0, MNL_SOCKET_AUTOPID) < 0 ||
	    /* An error need not repeat the message it is about. */
	    mnl_socket_setsockopt(b->socket, NETLINK_CAP_ACK, (void *)&on,
				  sizeof(on)) < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &send_bytes,
		       sizeof(send_bytes)) < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &receive_bytes,
		       sizeof(receive_bytes)) < 0)
		return -errno;
	return 0;
}

static int find_set(struct blocklist *b, const char *set)
{
	start_request(b);
	blocklist_request_get_set(&b->request, set);
	return send_request(b);
}

struct blocklist *blocklist_open(void)
{
	struct blocklist *b = calloc(1, sizeof(*b));
	int err;

	if (!b)
		return NULL;
	err = open_socket(b);
	if (!err)
		err = find_set(b, BLOCKLIST_SET4);
	if (!err)
		err = find_set(b, BLOCKLIST_SET6);
	if (!err)
		err = find_set(b, BLOCKLIST_NETS4);
	if (!err)
		err = find_set(b, BLOCKLIST_NETS6);
	if (err) {
		blocklist_close(b);
		errno = -err;
		return NULL;
	}
	return b;
}

void blocklist_close(struct blocklist *b)
{
	if (!b)
		return;
	if (b->socket)
		mnl_socket_close(b->socket);
	free(b);
}

void blocklist_on_refused(struct blocklist *b, blocklist_refused_fn fn,
			  void *arg)
{
	b->refused = fn;
	b->refused_arg = arg;
}

const struct blocklist_counters *blocklist_counters(const struct blocklist *b)
{
	return &b->counters;
}

uint32_t blocklist_portid(const struct blocklist *b)
{
	return mnl_socket_get_portid(b->socket);
}
