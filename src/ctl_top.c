/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * "handshakectl top": asks once a second and draws the screen anew, by plain
 * ANSI sequences, until q or Ctrl-C; at once when a key is pressed or the
 * terminal's size changes. Where standard output is no terminal it prints one
 * screen, of one second, without any of that.
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

#define PERIOD_S 1

/* Rows that are not of one of the two tables, and those of a plain screen. */
#define OTHER_ROWS    17
#define PLAIN_ROWS    35
#define PLAIN_COLUMNS 80

/* The other screen, no cursor, no wrapping of lines; and back. */
#define ENTER "\033[?1049h\033[?25l\033[?7l"
#define LEAVE "\033[?7h\033[?25h\033[?1049l"
#define CLEAR "\033[H\033[2J"

static volatile sig_atomic_t is_over;

static void on_signal(int signal)
{
	if (signal != SIGWINCH)
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
	json_t *answer;

	snprintf(name, sizeof(name), "%s", request);
	snprintf(number, sizeof(number), "%d", entries);
	answer = ctl_request(entries ? 2 : 1, words);
	if (answer)
		show_clean(answer);
	return answer;
}

/* So many entries of each of the two tables as the screen has room for. */
static int entries_for(int rows)
{
	int entries = (rows - OTHER_ROWS) / 2;

	return entries < 1 ? 1 : entries;
}

static struct winsize terminal_size(void)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0)
		size = (struct winsize){0};
	if (size.ws_row == 0)
		size.ws_row = PLAIN_ROWS;
	if (size.ws_col == 0)
		size.ws_col = PLAIN_COLUMNS;
	return size;
}

/* What the operator chose to see. */
struct view {
	const struct top_order *order[2]; /* of enum top_list */
	bool shows_keys;
};

static struct view usual_view(void)
{
	return (struct view){{top_order_of('s'), top_order_of('n')}, false};
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

/* In the daemon's order it sends only what there is room for. */
static json_t *ask_sorted(const char *request, const struct top_order *order,
			  int entries)
{
	json_t *answer;

	answer = ask(request, order->member ? CTL_MAX_ENTRIES : entries);
	if (answer)
		top_sort(answer, order, (size_t)entries);
	return answer;
}

/*
 * A full set takes the kernel half a second to tell: such are asked about no
 * more often than to keep it busy for a twentieth of the time, unless the
 * operator wants another part of it.
 */
static const json_t *newest(const struct top_order *order, int entries)
{
	static const struct top_order *last_order;
	static int last_entries;
	static json_t *answer;
	static double again_s;
	double begun_s = now_s();

	if (!answer || begun_s >= again_s || order != last_order ||
	    entries != last_entries) {
		json_decref(answer);
		answer = ask_sorted("blocklist", order, entries);
		again_s = now_s() + 19 * (now_s() - begun_s);
		last_order = order;
		last_entries = entries;
	}
	return answer;
}

/* Writes what is new since `before`. False when the daemon did not answer. */
static bool print_screen(const struct sample *before, const struct sample *now,
			 const struct view *view, int rows, FILE *out)
{
	struct top top = {
		.before = before->status,
		.now = now->status,
		.seconds = now->at_s - before->at_s,
		.order = {view->order[0], view->order[1]},
	};
	json_t *sources = NULL;

	if (now->status)
		sources = ask_sorted("sources", view->order[TOP_SOURCES],
				     entries_for(rows));
	if (sources)
		top.blocklist =
			newest(view->order[TOP_BLOCKLIST], entries_for(rows));
	top.sources = sources;
	if (top.blocklist)
		show_top(&top, out);
	json_decref(sources);
	return top.blocklist;
}

/* ---- once ---- */

static int print_once(void)
{
	const struct view view = usual_view();
	struct sample before, now = {NULL, 0};
	bool done = false;

	take_sample(&before);
	if (before.status) {
		poll(NULL, 0, PERIOD_S * 1000);
		take_sample(&now);
		done = print_screen(&before, &now, &view, PLAIN_ROWS, stdout);
	}
	json_decref(before.status);
	json_decref(now.status);
	return done ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* ---- live ---- */

/* The screen in memory, to be cut; NULL without memory or an answer. */
static char *screen_text(const struct sample *before, const struct sample *now,
			 const struct view *view, int rows)
{
	char *text = NULL;
	size_t bytes;
	FILE *out = open_memstream(&text, &bytes);
	bool done = true;

	if (!out)
		return NULL;
	if (view->shows_keys)
		show_top_keys(out);
	else
		done = print_screen(before, now, view, rows, out);
	if (fclose(out) == 0 && done)
		return text;
	free(text);
	return NULL;
}

/* The last row has the keys, and no newline, which would scroll. */
static void print_line(const struct view *view, int columns)
{
	char line[256] = "", cut[256] = "";
	FILE *out = fmemopen(line, sizeof(line), "w");

	if (!out)
		return;
	show_top_line(view->order, out);
	fclose(out);
	out = fmemopen(cut, sizeof(cut), "w");
	if (!out)
		return;
	show_cut(line, columns, 1, out);
	fclose(out);
	cut[strcspn(cut, "\n")] = '\0';
	fputs(cut, stdout);
}

/* False when the daemon did not answer. */
static bool draw(const struct sample *before, const struct sample *now,
		 const struct view *view)
{
	const struct winsize size = terminal_size();
	char *text = screen_text(before, now, view, size.ws_row);
	int row;

	if (!text)
		return false;
	fputs(CLEAR, stdout);
	row = show_cut(text, size.ws_col, size.ws_row - 1, stdout);
	for (; row < size.ws_row - 1; row++)
		putchar('\n');
	print_line(view, size.ws_col);
	fflush(stdout);
	free(text);
	return true;
}

enum waited {
	WAITED,
	WAS_DISTURBED,
	IS_OVER
};

/* Changes the view as the key says. */
static enum waited take_key(struct view *view, char key)
{
	const struct top_order *order = top_order_of(key);

	if (key == 'q' || key == 'Q')
		return IS_OVER;
	if (view->shows_keys) /* any key leads back */
		view->shows_keys = false;
	else if (key == 'h' || key == '?')
		view->shows_keys = true;
	if (order)
		view->order[order->list] = order;
	return WAS_DISTURBED;
}

/* A key that sends more than one byte, such as an arrow, is no letter. */
static enum waited read_key(struct view *view)
{
	char keys[32];
	const ssize_t len = read(STDIN_FILENO, keys, sizeof(keys));
	enum waited waited = WAS_DISTURBED;

	if (len <= 0)
		return IS_OVER;
	for (ssize_t i = 0; i < len && keys[0] != '\033'; i++)
		if (waited != IS_OVER)
			waited = take_key(view, keys[i]);
	return waited;
}

/* Until then, a key, or a signal, which are all blocked elsewhere. */
static enum waited wait_until(double until_s, bool has_keys, struct view *view)
{
	struct pollfd keys = {.fd = has_keys ? STDIN_FILENO : -1,
			      .events = POLLIN};
	const double left_s = until_s - now_s();
	const long left_ns = left_s > 0 ? (long)(left_s * 1e9) : 0;
	const struct timespec left = {left_ns / 1000000000,
				      left_ns % 1000000000};
	sigset_t none;
	int rc;

	sigemptyset(&none);
	rc = ppoll(&keys, 1, &left, &none);
	if (is_over)
		return IS_OVER;
	if (rc > 0)
		return read_key(view);
	return rc == 0 ? WAITED : WAS_DISTURBED;
}

/* False when the daemon stopped answering. */
static bool run_live(bool has_keys)
{
	struct view view = usual_view();
	struct sample before = {NULL, 0}, now;
	enum waited waited;
	bool drawn;

	do {
		take_sample(&now);
		do {
			drawn = draw(&before, &now, &view);
			waited = drawn ? wait_until(now.at_s + PERIOD_S,
						    has_keys, &view)
				       : IS_OVER;
		} while (waited == WAS_DISTURBED);
		json_decref(before.status);
		before = now;
	} while (waited == WAITED);
	json_decref(before.status);
	return drawn;
}

/*
 * They are let through only while we wait: one that interrupted a question to
 * the daemon would look like a daemon that does not answer.
 */
static void catch_signals(void)
{
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT,
				      SIGWINCH};
	struct sigaction action = {.sa_handler = on_signal};
	sigset_t blocked;

	sigemptyset(&blocked);
	for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++) {
		sigaction(signals[i], &action, NULL);
		sigaddset(&blocked, signals[i]);
	}
	sigprocmask(SIG_BLOCK, &blocked, NULL);
}

static int live(void)
{
	struct termios usual, silent;
	const bool has_keys = tcgetattr(STDIN_FILENO, &usual) == 0;
	bool drawn;

	catch_signals();
	show_to_terminal();
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
