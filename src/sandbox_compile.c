/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Run while the daemon is built: prints the list of sandbox_calls.h as the
 * kernel's filter program, the inside of an array of struct sock_filter, for
 * the kind of machine that builds. Uses libseccomp.
 */
#include <errno.h>
#include <linux/filter.h>
#include <sched.h>
#include <seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "sandbox_calls.h"

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

static int fill(scmp_filter_ctx filter)
{
	/* Another machine's call ends all, too: a thread alone would leave the
	   queues with nobody to answer. */
	int error = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH,
				     SCMP_ACT_KILL_PROCESS);

	/* A tree, not a walk through the whole list. */
	if (!error)
		error = seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	if (!error)
		error = allow(filter, calls_seen, COUNT(calls_seen));
	if (!error)
		error = allow(filter, calls_alike, COUNT(calls_alike));
	if (!error)
		error = allow_some(filter);
	return error;
}

/* As C, by way of a file, for libseccomp writes to descriptors only. */
static int print(scmp_filter_ctx filter)
{
	FILE *file = tmpfile();
	struct sock_filter step;
	int error;

	if (!file)
		return -errno;
	error = seccomp_export_bpf(filter, fileno(file));
	rewind(file);
	while (!error && fread(&step, sizeof(step), 1, file) == 1)
		printf("{%#x, %u, %u, %#x},\n", step.code, step.jt, step.jf,
		       step.k);
	fclose(file);
	return error;
}

int main(void)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
	int error = filter ? fill(filter) : -ENOMEM;

	if (!error)
		error = print(filter);
	if (!error && fflush(stdout))
		error = -errno;
	seccomp_release(filter);
	if (error) {
		fprintf(stderr, "sandbox_compile: %s\n", strerror(-error));
		return 1;
	}
	return 0;
}
