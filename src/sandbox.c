/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Capabilities by libcap-ng, system calls by what libseccomp has compiled. */
#include "sandbox.h"

#include <cap-ng.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

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

/* ---- system calls ---- */

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || \
	defined(HANDSHAKED_UNSEALED)

/* The sanitizers' and valgrind's own calls are on no list of ours. */
int sandbox_seal(void)
{
	return 0;
}

#else

/*
 * Compiled when we are, by sandbox_compile.c: libseccomp, when it runs out of
 * memory, may leave something out and not say so.
 */
static const struct sock_filter filter[] = {
#include "sandbox_filter.inc"
};

int sandbox_seal(void)
{
	struct sock_fprog program = {
		.len = sizeof(filter) / sizeof(filter[0]),
		.filter = (struct sock_filter *)filter,
	};
	long result = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
			      SECCOMP_FILTER_FLAG_TSYNC, &program);

	/* Above 0 it is the thread that cannot follow. */
	return result < 0 ? -errno : result > 0 ? -EBUSY : 0;
}

#endif
