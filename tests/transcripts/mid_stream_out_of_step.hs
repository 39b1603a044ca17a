# SPDX-License-Identifier: GPL-2.0-or-later
# An answer that is not in step does not pick a conversation up: what follows
# it stays to be seen, and a RST ends it.
name client 203.0.113.9.40000
name server 192.0.2.1.80

+0     client > server: P. 1000:1100(100) ack 2000 win 1024           => accept MIDSTREAM
+0.01  server > client: . 3000000000:3000000000(0) ack 1100 win 1024  => accept MIDSTREAM
+0.01  server > client: . 2000:2000(0) ack 3000000000 win 1024        => accept MIDSTREAM
+0.01  server > client: R 2000:2000(0) win 0                          => accept CLOSED

connection client > server: RSTRH Dar
listed nobody
