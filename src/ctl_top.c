/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * "handshakectl top": asks once a second and draws the screen anew, by plain
 * ANSI sequences, until q or Ctrl-C. Where standard output is no terminal it
 * prints one screen, of one second, without any of that.
 */
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "ctl.h"

#define PERIOD_MS 1000

/* Rows that are not of one of the two tables, and those of a plain screen. */
#define OTHER_ROWS 15
#define PLAIN_ROWS 35

/* The other screen, no cursor, lines that are cut and not wrapped; and back. */
#define ENTER "\033[?1049h\033[?25l\033[?7l"
#define LEAVE "\033[?7h\033[?25h\033[?1049l"
#define CLEAR "\033[H\033[2J"

static volatile sig_atomic_t is_over;

static void on_signal(int signal)
{
	(void)signal;
	is_over = 1;
}

static double now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static json_t *ask(const char *request, int entries)
{
	char name[16], number[16];
	char *words[] = {name, number, NULL};

	snprintf(name, sizeof(name), "%s", request);
	snprintf(number, sizeof(number), "%d", entries);
	return ctl_request(entries ? 2 : 1, words);
}

/* So many entries of each of the two tables as the screen has room for. */
static int entries_for(int rows)
{
	int entries = (rows - OTHER_ROWS) / 2;

	return entries < 1 ? 1 : entries;
}

static int terminal_rows(void)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_row == 0)
		return PLAIN_ROWS;
	return size.ws_row;
}

struct sample {
	json_t *status;
	double at_s;
};

static void take_sample(struct sample *s)
{
	s->status = ask("status", 0);
	s->at_s = now_s();
}

/*
 * A full set takes the kernel half a second to tell: such are asked about no
 * more often than to keep it busy for a twentieth of the time.
 */
static const json_t *newest(int rows)
{
	static json_t *answer;
	static double again_s;
	double begun_s = now_s();

	if (!answer || begun_s >= again_s) {
		json_decref(answer);
		answer = ask("blocklist", entries_for(rows));
		again_s = now_s() + 19 * (now_s() - begun_s);
	}
	return answer;
}

/* Draws what is new since `before`. False when the daemon did not answer. */
static bool draw(const struct sample *before, const struct sample *now,
		 int rows, const char *clear)
{
	struct top top = {
		.before = before->status,
		.now = now->status,
		.seconds = now->at_s - before->at_s,
	};
	json_t *sources = NULL;

	if (now->status)
		sources = ask("sources", entries_for(rows));
	if (sources)
		top.blocklist = newest(rows);
	top.sources = sources;
	if (top.blocklist) {
		fputs(clear, stdout);
		show_top(&top, stdout);
		fflush(stdout);
	}
	json_decref(sources);
	return top.blocklist;
}

/* ---- once ---- */

static int print_once(void)
{
	struct sample before, now = {NULL, 0};
	bool done = false;

	take_sample(&before);
	if (before.status) {
		poll(NULL, 0, PERIOD_MS);
		take_sample(&now);
		done = draw(&before, &now, PLAIN_ROWS, "");
	}
	json_decref(before.status);
	json_decref(now.status);
	return done ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* ---- live ---- */

/* Waits for the next second; true when the operator has had enough. */
static bool wait_for_key(bool has_keys)
{
	struct pollfd keys = {.fd = has_keys ? STDIN_FILENO : -1,
			      .events = POLLIN};
	char key = 0;

	if (poll(&keys, 1, PERIOD_MS) > 0 &&
	    (read(STDIN_FILENO, &key, 1) <= 0 || key == 'q' || key == 'Q'))
		return true;
	return is_over;
}

/* False when the daemon stopped answering. */
static bool run_live(bool has_keys)
{
	struct sample before = {NULL, 0}, now;
	bool drawn;

	do {
		take_sample(&now);
		drawn = draw(&before, &now, terminal_rows(), CLEAR);
		json_decref(before.status);
		before = now;
	} while (drawn && !wait_for_key(has_keys));
	json_decref(before.status);
	return drawn;
}

static void catch_signals(void)
{
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
	struct sigaction action = {.sa_handler = on_signal};

	for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++)
		sigaction(signals[i], &action, NULL);
}

static int live(void)
{
	struct termios usual, silent;
	const bool has_keys = tcgetattr(STDIN_FILENO, &usual) == 0;
	bool drawn;

	catch_signals();
	if (has_keys) {
		silent = usual;
		silent.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
		tcsetattr(STDIN_FILENO, TCSANOW, &silent);
	}
	fputs(ENTER, stdout);
	drawn = run_live(has_keys);
	fputs(LEAVE, stdout);
	fflush(stdout);
	if (has_keys)
		tcsetattr(STDIN_FILENO, TCSANOW, &usual);
	/* What went wrong was told on a screen that is gone: once more. */
	if (!drawn && !is_over)
		json_decref(ask("status", 0));
	return drawn || is_over ? EXIT_SUCCESS : EXIT_FAILURE;
}

int top_main(const struct command *command, int argc, char **argv)
{
	(void)command;
	(void)argc;
	(void)argv;
	return isatty(STDOUT_FILENO) ? live() : print_once();
}
