# SPDX-License-Identifier: GPL-2.0-or-later
"""
The services of the lab: on each port given, for both families, either a
greeting and an echo of each line (22 and 25) or HTTP (all others), where /big
is 100 MB. Creates the file READY once all ports listen.

    server.py READY PORT...
"""
import http.server
import socket
import socketserver
import sys
import threading

BIG_BYTES = 100 * 1024 * 1024
ECHO_PORTS = (22, 25)


class Echo(socketserver.StreamRequestHandler):
    def handle(self):
        try:
            self.wfile.write(b"220 lab ready\r\n")
            for line in self.rfile:
                self.wfile.write(line)
        except OSError:
            pass    # a scanner went away


class Http(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        size = BIG_BYTES if self.path == "/big" else 1024
        piece = bytes(min(size, 1 << 20))
        self.send_response(200)
        self.send_header("Content-Length", str(size))
        self.end_headers()
        for _ in range(size // len(piece)):
            self.wfile.write(piece)

    def handle(self):
        try:
            super().handle()
        except OSError:
            pass

    def log_message(self, format, *args):
        pass


class Server(socketserver.ThreadingTCPServer):
    address_family = socket.AF_INET6
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 512

    def server_bind(self):
        self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_FASTOPEN, 64)
        super().server_bind()

    def handle_error(self, request, client_address):
        pass


def main():
    for port in map(int, sys.argv[2:]):
        handler = Echo if port in ECHO_PORTS else Http
        server = Server(("::", port), handler)
        threading.Thread(target=server.serve_forever).start()
    open(sys.argv[1], "w").close()


main()
