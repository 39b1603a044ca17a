# SPDX-License-Identifier: GPL-2.0-or-later
# Case 9: the final ACK is lost before it comes here. The data behind it, or
# the client's answer to a server that speaks first, completes the handshake.
name client 203.0.113.9
name server 192.0.2.1

+0     client.40000 > server.80: S 100:100(0) win 1024           => accept SYN_SENT
+0.01  server.80 > client.40000: S. 500:500(0) ack 101 win 1024  => accept SYN_RECEIVED
+0.3   client.40000 > server.80: P. 101:111(10) ack 501 win 1024 => accept ESTABLISHED settled

+0     client.40001 > server.25: S 100:100(0) win 1024           => accept SYN_SENT
+0.01  server.25 > client.40001: S. 500:500(0) ack 101 win 1024  => accept SYN_RECEIVED
+0.3   server.25 > client.40001: P. 501:541(40) ack 101 win 1024 => accept SYN_RECEIVED
+0.01  client.40001 > server.25: . 101:101(0) ack 541 win 1024   => accept ESTABLISHED

connection client.40000 > server.80: S1 ShD
connection client.40001 > server.25: S1 ShdA
listed nobody
