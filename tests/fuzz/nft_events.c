/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any datagrams as nf_tables' notifications. */
#include "fake_netlink.h"

#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>

#include "nft_events.h"

static void note(void *arg, const struct nft_event *e)
{
	(void)arg;
	CLAIM(memchr(e->process, '\0', sizeof(e->process)));
	if (e->kind == NFT_EVENT_DELETED)
		CLAIM(e->source.bits == 64 || e->source.bits == 128);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t type[] = {NFT_MSG_NEWTABLE, NFT_MSG_DELTABLE,
				       NFT_MSG_NEWSET,   NFT_MSG_DELSETELEM,
				       NFT_MSG_NEWGEN,   NFT_MSG_DELSET};
	struct input in = {data, size};
	struct nft_events *e = nft_events_open(1, note, NULL);

	CLAIM(e);
	do {
		uint8_t which = (uint8_t)input_number(&in, 1) % sizeof(type);

		fake_netlink_receive(&in,
				     NFNL_SUBSYS_NFTABLES << 8 | type[which]);
		nft_events_read(e);
	} while (in.left > 0);
	nft_events_close(e);
	return 0;
}
