/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A configuration file is checked before anything depends on it. */
#include "check_config.h"

#include <stdio.h>
#include <string.h>

#include "config.h"

int check_config(const char *file)
{
	struct config config;
	char errors[CONFIG_ERRORS_BYTES], *rest = errors, *line;

	if (!file)
		file = CONFIG_DEFAULT_FILE;
	config_default(&config);
	if (config_read(&config, file, errors, sizeof(errors)) < 0) {
		while ((line = strsep(&rest, "\n")))
			fprintf(stderr, "handshakectl: %s\n", line);
		return 1;
	}
	printf("%s: good\n", file);
	return 0;
}
