/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes to the control socket, in pieces and from several clients: who
 * sends one line of words gets one line of JSON, and nothing is ever waited
 * for.
 */
#include "fuzz.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "control.h"
#include "core/base.h"

#define CLIENTS 3

static json_t *answer(void *arg, uid_t peer, int argc, char **argv)
{
	(void)arg;
	CLAIM(peer == getuid());
	CLAIM(argc >= 0 && argc <= CONTROL_MAX_WORDS);
	for (int i = 0; i < argc; i++)
		CLAIM(argv[i][0] != '\0' && !strchr(argv[i], '\n'));
	CLAIM(argv[argc] == NULL);
	return argc > 1 ? NULL : control_error("%s", argc ? argv[0] : "");
}

static int connect_to(const char *path)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);

	snprintf(to.sun_path, sizeof(to.sun_path), "%s", path);
	CLAIM(fd >= 0);
	CLAIM(connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0);
	return fd;
}

/* Whatever came is the beginning of one line that is JSON. */
static void check_answer(int fd)
{
	char text[4096];
	ssize_t len = recv(fd, text, sizeof(text) - 1, 0);
	json_t *object;

	if (len <= 0)
		return;
	text[len] = '\0';
	CLAIM(strchr(text, '\n') == text + len - 1);
	object = json_loads(text, 0, NULL);
	CLAIM(json_is_object(object));
	json_decref(object);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct control *c;
	static char path[64];
	static uint64_t now_ns = NS_PER_S;
	struct input in = {data, size};
	int fd[CLIENTS];

	if (!c) {
		snprintf(path, sizeof(path), "/tmp/handshaked-fuzz.%d",
			 (int)getpid());
		c = control_open(path, answer, NULL);
		CLAIM(c);
	}
	for (int i = 0; i < CLIENTS; i++)
		fd[i] = connect_to(path);
	while (in.left > 0) {
		uint32_t head = input_number(&in, 2);
		size_t len;
		const uint8_t *piece = input_piece(&in, head >> 2, &len);

		send(fd[head & 3 & (CLIENTS - 1)], piece, len, MSG_NOSIGNAL);
		control_turn(c, now_ns);
	}
	for (int i = 0; i < CLIENTS; i++) {
		check_answer(fd[i]);
		close(fd[i]);
	}
	now_ns += CONTROL_CLIENT_SECONDS * NS_PER_S;
	control_turn(c, now_ns);
	return 0;
}
