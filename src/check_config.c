/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A configuration file is checked before anything depends on it. */
#include "check_config.h"

#include <stdio.h>

#include "config.h"

int check_config(const char *file)
{
	struct config config;
	char error[768];

	if (!file)
		file = CONFIG_DEFAULT_FILE;
	config_default(&config);
	if (config_read(&config, file, error, sizeof(error)) < 0) {
		fprintf(stderr, "handshakectl: %s\n", error);
		return 1;
	}
	printf("%s: good\n", file);
	return 0;
}
