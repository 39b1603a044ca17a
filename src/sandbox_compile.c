/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Run while the daemon is built: prints the list of sandbox_calls.h as the
 * kernel's filter program, the inside of an array of struct sock_filter. Its
 * argument names the machine that will run the daemon as `gcc -dumpmachine`
 * does ("aarch64-linux-gnu"). Uses libseccomp.
 */
#include <errno.h>
#include <linux/filter.h>
#include <sched.h>
#include <seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "sandbox_calls.h"

/* Those that clone() could begin with. */
#define NEW_NAMESPACES                                                 \
	(CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | \
	 CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET)

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/*
 * The machines that the daemon can be built for. TCGETS is Linux's number in
 * asm/ioctls.h of each; the other numbers in allow_some() are the same on all.
 * Not s390x, where clone() has its flags in the second argument.
 */
static const struct machine {
	const char *gnu; /* first part of the triplet */
	const char *seccomp;
	unsigned int tcgets;
} machines[] = {
	{"x86_64", "x86_64", 0x5401},
	{"aarch64", "aarch64", 0x5401},
	{"arm", "arm", 0x5401},
	{"riscv64", "riscv64", 0x5401},
	{"i386", "x86", 0x5401},
	{"i486", "x86", 0x5401},
	{"i586", "x86", 0x5401},
	{"i686", "x86", 0x5401},
	{"powerpc64le", "ppc64le", 0x402c7413},
};

static const struct machine *find_machine(const char *triplet)
{
	size_t length = strcspn(triplet, "-");

	/* x32 numbers its system calls in a way of its own. */
	if (strstr(triplet, "gnux32"))
		return NULL;
	for (size_t i = 0; i < COUNT(machines); i++)
		if (strlen(machines[i].gnu) == length &&
		    strncmp(machines[i].gnu, triplet, length) == 0)
			return &machines[i];
	return NULL;
}

/*
 * A call that only the target has gets a number below 0 here, which libseccomp
 * translates; a call that the target does not have is left out.
 */
static int allow(scmp_filter_ctx filter, const char *const *names, size_t count)
{
	int error = 0;

	for (size_t i = 0; i < count && !error; i++) {
		int call = seccomp_syscall_resolve_name(names[i]);

		if (call != __NR_SCMP_ERROR)
			error = seccomp_rule_add(filter, SCMP_ACT_ALLOW, call,
						 0);
	}
	return error;
}

static int allow_some(scmp_filter_ctx filter, const struct machine *machine)
{
	int error = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(socket),
				     1, SCMP_A0(SCMP_CMP_EQ, AF_UNIX, 0));

	if (!error)
		error = seccomp_rule_add(filter, SCMP_ACT_ALLOW,
					 SCMP_SYS(socket), 1,
					 SCMP_A0(SCMP_CMP_EQ, AF_NETLINK, 0));
	/* Is this a terminal? */
	if (!error)
		error = seccomp_rule_add(
			filter, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1,
			SCMP_A1(SCMP_CMP_EQ, machine->tcgets, 0));
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

static int fill(scmp_filter_ctx filter, const struct machine *machine)
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
		error = allow_some(filter, machine);
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

/* seccomp_init() has made a filter for the machine that runs this program. */
static int set_target(scmp_filter_ctx filter, const struct machine *machine)
{
	uint32_t target = seccomp_arch_resolve_name(machine->seccomp);
	int error;

	if (target == seccomp_arch_native())
		return 0;
	error = seccomp_arch_add(filter, target);
	return error ? error : seccomp_arch_remove(filter, SCMP_ARCH_NATIVE);
}

int main(int argc, char **argv)
{
	const struct machine *machine =
		argc == 2 ? find_machine(argv[1]) : NULL;
	scmp_filter_ctx filter;
	int error;

	if (!machine) {
		fprintf(stderr,
			"sandbox_compile: no system calls are known for the"
			" machine \"%s\"\n",
			argc > 1 ? argv[1] : "");
		return 1;
	}
	filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
	error = filter ? set_target(filter, machine) : -ENOMEM;
	if (!error)
		error = fill(filter, machine);
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
