/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Capabilities by libcap-ng, system calls by libseccomp. */
#include "sandbox.h"

#include <cap-ng.h>
#include <errno.h>
#include <sched.h>
#include <seccomp.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include "sandbox_calls.h"

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

/* Those that clone() could begin with. */
#define NEW_NAMESPACES                                                 \
	(CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | \
	 CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET)

/* Calls that this machine does not have are left out. */
static int allow(scmp_filter_ctx filter, const char *const *names, size_t count)
{
	int error = 0;

	for (size_t i = 0; i < count && !error; i++) {
		int call = seccomp_syscall_resolve_name(names[i]);

		if (call >= 0)
			error = seccomp_rule_add(filter, SCMP_ACT_ALLOW, call,
						 0);
	}
	return error;
}

static int allow_some(scmp_filter_ctx filter)
{
	int error = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(socket),
				     1, SCMP_A0(SCMP_CMP_EQ, AF_UNIX));

	if (!error)
		error = seccomp_rule_add(filter, SCMP_ACT_ALLOW,
					 SCMP_SYS(socket), 1,
					 SCMP_A0(SCMP_CMP_EQ, AF_NETLINK));
	/* Is this a terminal? */
	if (!error)
		error = seccomp_rule_add(filter, SCMP_ACT_ALLOW,
					 SCMP_SYS(ioctl), 1,
					 SCMP_A1(SCMP_CMP_EQ, TCGETS));
	if (!error)
		error = seccomp_rule_add(
			filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
			SCMP_A0(SCMP_CMP_MASKED_EQ, NEW_NAMESPACES, 0));
	/* Its arguments are out of reach here; the C library takes clone(). */
	if (!error)
		error = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS),
					 SCMP_SYS(clone3), 0);
	return error;
}

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

int sandbox_seal(void)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
	int error;

	if (!filter)
		return -ENOMEM;
	/* All threads; and a tree, not a walk through the whole list. */
	error = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);
	if (!error)
		error = seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	if (!error)
		error = allow(filter, calls_seen, COUNT(calls_seen));
	if (!error)
		error = allow(filter, calls_alike, COUNT(calls_alike));
	if (!error)
		error = allow_some(filter);
	if (!error)
		error = seccomp_load(filter);
	seccomp_release(filter);
	return error;
}

#endif
