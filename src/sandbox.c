/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Capabilities, by libcap-ng. */
#include "sandbox.h"

#include <cap-ng.h>
#include <errno.h>
#include <sys/prctl.h>

bool sandbox_may_administer(void)
{
	return capng_have_capability(CAPNG_EFFECTIVE, CAP_NET_ADMIN) == 1;
}

int sandbox_enter(void)
{
	capng_clear(CAPNG_SELECT_CAPS);
	if (capng_update(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED,
			 CAP_NET_ADMIN) < 0)
		return -EINVAL;
	if (capng_apply(CAPNG_SELECT_CAPS) < 0)
		return -EPERM;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -errno;
	return 0;
}
