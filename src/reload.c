/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The configuration file, read again while the daemon runs. A file with an
 * error in it changes nothing. Otherwise what can be applied at once is, and
 * what cannot keeps its value until the next start; either is logged, and told
 * to whoever asked.
 */
#include "daemon.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "log.h"

#define NOTHING_CHANGED "nothing was changed"

/* What one reload comes to. */
struct report {
	json_t *applied, *needs_restart, *warnings;
	FILE *text; /* a line for each of them */
};

static const char *or_none(const char *value)
{
	return *value ? value : "none";
}

static void report_change(void *arg, const struct config_change *c)
{
	struct report *r = arg;
	char line[768];

	snprintf(line, sizeof(line), "[%s] %s = %s%s%s", c->section, c->key,
		 or_none(c->now),
		 c->live ? ", was " : " needs a restart, till then it is ",
		 or_none(c->was));
	log_info("reload: %s", line);
	fprintf(r->text, "\n  %s", line);
	json_array_append_new(c->live ? r->applied : r->needs_restart,
			      json_pack("{s:s, s:s, s:s, s:s}", "section",
					c->section, "key", c->key, "value",
					c->now, "was", c->was));
}

/*
 * A mode set by handshakectl outlives a reload, unless that brings another
 * mode than the file had before: the later word holds.
 */
static void apply(struct daemon *d, const struct config *next)
{
	bool has_other_mode = next->judge.mode != d->config.judge.mode;
	struct judge_config judge;

	config_take_live(&d->config, next);
	judge = d->config.judge;
	if (!has_other_mode)
		judge.mode = judge_mode(d->judge);
	if (judge.mode != judge_mode(d->judge))
		notices_mode(d, request_mode_name(judge.mode));
	daemon_set_mode(d, judge.mode);
	judge_set_config(d->judge, &judge);
}

static void report_mode(struct report *r, const struct daemon *d)
{
	static const char line[] = "the mode stays as handshakectl set it,"
				   " which is not what the file says";

	if (judge_mode(d->judge) == d->config.judge.mode)
		return;
	log_info("reload: %s", line);
	fprintf(r->text, "\n  %s", line);
}

/* queue_check() has logged it. */
static void report_warning(struct report *r, const char *line)
{
	if (!*line)
		return;
	fprintf(r->text, "\n  %s", line);
	json_array_append_new(r->warnings, json_string(line));
}

/* To open anything else may take forever, and packets wait for us. */
static bool is_file(const char *path, char *error, size_t bytes)
{
	struct stat st;

	if (stat(path, &st) < 0 || S_ISREG(st.st_mode))
		return true; /* config_read() knows what is wrong */
	snprintf(error, bytes, "%s: is no regular file", path);
	return false;
}

/*
 * A line for each error, and one for what that means. All but the first are
 * indented.
 */
static char *message_of(json_t *errors)
{
	char *text = NULL;
	size_t bytes, i;
	FILE *out = open_memstream(&text, &bytes);
	json_t *error;

	if (!out)
		return NULL;
	json_array_foreach(errors, i, error)
	{
		fprintf(out, "%s%s", i > 0 ? "\n  " : "",
			json_string_value(error));
	}
	fputs("\n  " NOTHING_CHANGED, out);
	if (fclose(out) == 0)
		return text;
	free(text);
	return NULL;
}

/* `errors` is cut into its lines. */
static json_t *refuse(char *errors)
{
	json_t *list = json_array(), *told;
	char *line, *message;

	while ((line = strsep(&errors, "\n"))) {
		json_array_append_new(list, json_string(line));
		log_warnx("reload: %s", line);
	}
	log_warnx("reload: " NOTHING_CHANGED);
	message = message_of(list);
	told = json_pack("{s:b, s:s, s:o}", "ok", 0, "error",
			 message ? message : "no memory", "errors", list);
	free(message);
	return told;
}

static json_t *answer(struct daemon *d, const struct report *r,
		      const char *lines)
{
	char file[256];
	size_t applied = json_array_size(r->applied);
	size_t waiting = json_array_size(r->needs_restart);

	config_escape(d->config_file, file, sizeof(file));
	log_info("reload: %s: %zu applied, %zu to wait for a restart", file,
		 applied, waiting);
	return json_pack("{s:b, s:o, s:O, s:O, s:O}", "ok", 1, "message",
			 json_sprintf("%s: %zu applied, %zu to wait for a"
				      " restart%s",
				      file, applied, waiting, lines),
			 "applied", r->applied, "needs_restart",
			 r->needs_restart, "warnings", r->warnings);
}

static json_t *take_over(struct daemon *d, const struct config *next)
{
	struct report r = {json_array(), json_array(), json_array(), NULL};
	char *lines = NULL;
	size_t bytes;
	json_t *told = NULL;

	r.text = open_memstream(&lines, &bytes);
	if (r.text) {
		config_changes(&d->config, next, report_change, &r);
		apply(d, next);
		report_mode(&r, d);
		report_warning(&r, d->match.unserved_text);
		report_warning(&r, d->match.unfed_text);
		if (fclose(r.text) == 0)
			told = answer(d, &r, lines);
	}
	free(lines);
	json_decref(r.applied);
	json_decref(r.needs_restart);
	json_decref(r.warnings);
	return told;
}

json_t *daemon_reload(struct daemon *d)
{
	struct config next;
	char errors[CONFIG_ERRORS_BYTES];
	json_t *told;

	queue_check(d, true);
	config_default(&next);
	if (!is_file(d->config_file, errors, sizeof(errors)) ||
	    config_read(&next, d->config_file, errors, sizeof(errors)) < 0)
		told = refuse(errors);
	else
		told = take_over(d, &next);
	networks_refresh(d->networks);
	return told;
}

json_t *request_reload(struct daemon *d, int argc, char **argv)
{
	(void)argc;
	(void)argv;
	return daemon_reload(d);
}
