/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as a configuration: lines that say what is wrong, or a
 * configuration that is printed, read again and printed the same.
 */
#include "file.h"

#include "config.h"

static void print(const struct config *c, char **text, size_t *len)
{
	FILE *out = open_memstream(text, len);

	CLAIM(out);
	config_print(c, out);
	fclose(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct config first, second;
	char error[CONFIG_ERRORS_BYTES] = "", *text, *again;
	size_t len, again_len;

	config_default(&first);
	if (config_read(&first, file_with(data, size), error, sizeof(error))) {
		/* A line for each error, none of them empty. */
		CLAIM(error[0] != '\0' && error[0] != '\n');
		CLAIM(!strstr(error, "\n\n"));
		CLAIM(error[strlen(error) - 1] != '\n');
		return 0;
	}
	print(&first, &text, &len);
	config_default(&second);
	CLAIM(config_read(&second, file_with((uint8_t *)text, len), error,
			  sizeof(error)) == 0);
	print(&second, &again, &again_len);
	CLAIM(strcmp(text, again) == 0);
	free(text);
	free(again);
	return 0;
}
