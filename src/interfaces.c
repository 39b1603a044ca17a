/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A thin cover of libnfnetlink's table of interfaces. */
#include "interfaces.h"

#include <errno.h>
#include <stdlib.h>

#include <libnfnetlink/libnfnetlink.h>

struct interfaces {
	struct nlif_handle *nlif;
};

struct interfaces *interfaces_open(void)
{
	struct interfaces *i = calloc(1, sizeof(*i));
	int error;

	if (!i)
		return NULL;
	i->nlif = nlif_open();
	if (i->nlif && nlif_query(i->nlif) >= 0)
		return i;
	error = errno;
	interfaces_close(i);
	errno = error;
	return NULL;
}

void interfaces_close(struct interfaces *i)
{
	if (i && i->nlif)
		nlif_close(i->nlif);
	free(i);
}

int interfaces_fd(struct interfaces *i)
{
	return nlif_fd(i->nlif);
}

/* What was missed is asked for again. */
void interfaces_read(struct interfaces *i)
{
	if (nlif_catch(i->nlif) < 0 && errno == ENOBUFS)
		nlif_query(i->nlif);
}

char *interfaces_name(struct interfaces *i, uint32_t index,
		      char name[static IF_NAMESIZE])
{
	if (index == 0 || nlif_index2name(i->nlif, index, name) <= 0)
		return NULL;
	return name;
}
