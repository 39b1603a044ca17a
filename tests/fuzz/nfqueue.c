/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any datagrams as the kernel's of a queue: every packet that has an id gets
 * one verdict, whatever else is wrong with its message.
 */
#include "fake_netlink.h"

#include <libmnl/libmnl.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_queue.h>

#include "nfqueue.h"

#define TYPE(message) (uint16_t)(NFNL_SUBSYS_QUEUE << 8 | (message))

static struct sighting_ring sightings;

/* The kernel's answer to the binding: an NLMSG_ERROR of no error. */
static struct nfqueue *open_queue(struct judge *j)
{
	static const uint8_t ack[2 + sizeof(struct nlmsgerr)] = {
		0, sizeof(struct nlmsgerr)};
	struct input in = {ack, sizeof(ack)};
	struct nfqueue *q;

	fake_netlink_receive(&in, NLMSG_ERROR);
	q = nfqueue_open(0, 1024, j, &sightings, 0);
	CLAIM(q);
	return q;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t key[16];
	static struct judge *j;
	struct input in = {data, size};
	const struct nfqueue_counters *c;
	struct judge_config config;
	struct notice n;
	struct sighting s;
	struct nfqueue *q;
	int num;

	judge_config_default(&config);
	config.flows = config.sources = 1024;
	if (!j)
		j = judge_new(&config, key);
	CLAIM(j);
	q = open_queue(j);
	c = nfqueue_counters(q);
	fake_netlink_receive(&in, TYPE(NFQNL_MSG_PACKET));
	do {
		num = nfqueue_receive(q);
		CLAIM(num >= 0);
		nfqueue_judge(q, NS_PER_S);
		nfqueue_answer(q);
	} while (in.left > 0);
	CLAIM(c->received == c->accepted + c->dropped);
	nfqueue_close(q);
	while (judge_next_notice(j, &n))
		;
	while (sighting_next(&sightings, &s))
		CLAIM(s.finding > FINDING_NONE && s.finding < NUM_FINDINGS);
	return 0;
}
