# SPDX-License-Identifier: GPL-2.0-or-later
"""
What systemd does for a unit with Restart=always and a file descriptor store,
no more: starts a program, keeps the descriptors it sends, and when it ends
starts it again with them, for which it waits while a file exists.

    fd_store.py DIRECTORY COMMAND...

In DIRECTORY: notify (the socket), pid (of the program), kept (the names of
what is kept, a line each), hold (to be made by the test: do not start again
yet), starts (how often the program was started).
"""
import array
import os
import select
import signal
import socket
import sys
import time

SD_LISTEN_FDS_START = 3


def write(path, text):
    with open(path + ".new", "w") as file:
        file.write(text)
    os.rename(path + ".new", path)


def start(command, kept, notify):
    pid = os.fork()
    if pid:
        return pid
    # Above those that it is to have, or one would overwrite the other.
    moved = [(name, os.dup2(fd, 100 + i)) for i, (name, fd) in enumerate(kept)]
    for i, (_, fd) in enumerate(moved):
        os.dup2(fd, SD_LISTEN_FDS_START + i, inheritable=True)
        os.close(fd)
    os.environ["NOTIFY_SOCKET"] = notify
    if kept:
        os.environ.update(LISTEN_PID=str(os.getpid()),
                          LISTEN_FDS=str(len(kept)),
                          LISTEN_FDNAMES=":".join(name for name, _ in kept))
    os.execvp(command[0], command)


def take_message(sock, kept):
    text, control, _, _ = sock.recvmsg(4096, socket.CMSG_SPACE(4 * 16))
    fields = dict(line.split("=", 1) for line in text.decode().split("\n"))
    fds = array.array("i")
    for level, kind, data in control:
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
            fds.frombytes(data)
    if fields.get("FDSTORE") == "1":
        kept += [(fields["FDNAME"], fd) for fd in fds]
    if fields.get("FDSTOREREMOVE") == "1":
        for entry in [e for e in kept if e[0] == fields["FDNAME"]]:
            os.close(entry[1])
            kept.remove(entry)


def main():
    directory, command = sys.argv[1], sys.argv[2:]
    notify = directory + "/notify"
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    sock.bind(notify)
    kept, starts, pid = [], 0, 0
    while True:
        if not pid and not os.path.exists(directory + "/hold"):
            starts += 1
            write(directory + "/starts", "%d\n" % starts)
            pid = start(command, kept, notify)
            write(directory + "/pid", "%d\n" % pid)
        if select.select([sock], [], [], 0.02)[0]:
            take_message(sock, kept)
            write(directory + "/kept", "".join(n + "\n" for n, _ in kept))
        elif pid and os.waitpid(pid, os.WNOHANG)[0]:
            pid = 0
            time.sleep(0.05)


signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
main()
