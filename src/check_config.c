/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A configuration file is checked before anything depends on it. */
#include "check_config.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "config.h"
#include "control.h"

/* `errors` is cut into its lines; NULL: there are none. */
static void print_json(const char *file, char *errors)
{
	json_t *list = json_array(), *answer;
	char *line, safe[PATH_MAX];

	while ((line = strsep(&errors, "\n")))
		json_array_append_new(list, json_string(line));
	config_escape(file, safe, sizeof(safe));
	answer = json_pack("{s:b, s:s, s:O}", "ok", json_array_size(list) == 0,
			   "file", safe, "errors", list);
	json_dumpf(answer, stdout, CONTROL_JSON_FLAGS);
	putchar('\n');
	json_decref(answer);
	json_decref(list);
}

static void print_errors(char *errors)
{
	char *line;

	while ((line = strsep(&errors, "\n")))
		fprintf(stderr, "handshakectl: %s\n", line);
}

int check_config(const char *file, bool as_json)
{
	struct config config;
	char errors[CONFIG_ERRORS_BYTES];
	int rc;

	if (!file)
		file = CONFIG_DEFAULT_FILE;
	config_default(&config);
	rc = config_read(&config, file, errors, sizeof(errors));
	if (as_json)
		print_json(file, rc < 0 ? errors : NULL);
	else if (rc < 0)
		print_errors(errors);
	else
		printf("%s: good\n", file);
	return rc < 0 ? 1 : 0;
}
