/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the running daemon may ask the kernel for, and what ends it: each call
 * is made by a child that has sealed itself.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sandbox.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define IS_SANITIZED 1
#else
#define IS_SANITIZED 0
#endif

/* How the child that does it ends: 0, or the signal. */
static int sealed(void (*act)(void))
{
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (pid == 0) {
		if (sandbox_enter() || sandbox_seal())
			_exit(1);
		act();
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFSIGNALED(status))
		return WTERMSIG(status);
	assert_int_equal(WEXITSTATUS(status), 0);
	return 0;
}

static void run_a_program(void)
{
	execl("/bin/true", "true", NULL);
}

static void open_a_network_socket(void)
{
	close(socket(AF_INET, SOCK_STREAM, 0));
}

static void open_a_packet_socket(void)
{
	close(socket(AF_PACKET, SOCK_RAW, 0));
}

static void make_a_namespace(void)
{
	unshare(CLONE_NEWUSER);
}

static void look_into_another(void)
{
	ptrace(PTRACE_ATTACH, getppid(), 0, 0);
}

static void end_another(void)
{
	kill(getppid(), 0);
}

static void become_another(void)
{
	if (setuid(1) < 0)
		return;
}

static void change_the_owner(void)
{
	if (chown("/dev/null", 0, 0) < 0)
		return;
}

static void *nothing(void *arg)
{
	return arg;
}

/* getpid() as a program of 32 bits asks for it; 0 on another machine. */
static long getpid_of_32_bits(void)
{
#ifdef __x86_64__
	long result = 20;

	__asm__ volatile("int $0x80" : "+a"(result) : : "memory");
	return result;
#else
	return 0;
#endif
}

/* A kernel may have been built or started without such calls. */
static bool kernel_takes_calls_of_32_bits(void)
{
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (pid == 0) {
		/* cmocka's handler would report a failed test. */
		signal(SIGSEGV, SIG_DFL);
		_exit(getpid_of_32_bits() == getpid() ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void *call_as_another_machine(void *arg)
{
	getpid_of_32_bits();
	return arg;
}

static void *end_another_from_here(void *arg)
{
	end_another();
	return arg;
}

/* From one thread of several: it must not end alone, without the others. */
static void act_in_a_thread(void *(*act)(void *))
{
	pthread_t thread;

	if (!pthread_create(&thread, NULL, act, NULL))
		sleep(2);
}

static void call_as_another_machine_from_a_thread(void)
{
	act_in_a_thread(call_as_another_machine);
}

static void end_another_from_a_thread(void)
{
	act_in_a_thread(end_another_from_here);
}

/* What the daemon does all the time. */
static void do_its_work(void)
{
	FILE *file = fopen("/proc/self/status", "re");
	pthread_t thread;
	void *page;

	close(socket(AF_NETLINK, SOCK_RAW, 0));
	close(socket(AF_UNIX, SOCK_DGRAM, 0));
	page = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	munmap(page, 1 << 20);
	if (!file || getc(file) == EOF || fclose(file) ||
	    pthread_create(&thread, NULL, nothing, NULL) ||
	    pthread_join(thread, NULL))
		_exit(2);
	sched_yield();
}

static void what_it_needs_is_allowed(void **state)
{
	(void)state;
	assert_int_equal(sealed(do_its_work), 0);
}

static void what_it_does_not_need_ends_it(void **state)
{
	static void (*const acts[])(void) = {
		run_a_program,        open_a_network_socket,
		open_a_packet_socket, make_a_namespace,
		look_into_another,    end_another,
		become_another,       change_the_owner,
		end_another_from_a_thread,
	};

	(void)state;
	if (IS_SANITIZED)
		skip();
	for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++)
		assert_int_equal(sealed(acts[i]), SIGSYS);
}

static void a_call_as_another_machine_ends_it(void **state)
{
	(void)state;
	if (IS_SANITIZED)
		skip();
	if (!kernel_takes_calls_of_32_bits()) {
		print_message("this kernel takes no calls of 32 bits\n");
		skip();
	}
	assert_int_equal(sealed(call_as_another_machine_from_a_thread), SIGSYS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_it_needs_is_allowed),
		cmocka_unit_test(what_it_does_not_need_ends_it),
		cmocka_unit_test(a_call_as_another_machine_ends_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
