# SPDX-License-Identifier: GPL-2.0-or-later
# A server gives up on a client in the middle of their connection, and what the
# client had on its way comes after the RST. That is late, not a stray.
name client 203.0.113.9.40000
name server 192.0.2.1.80

+0     client > server: S 100:100(0) win 1024            => accept SYN_SENT
+0.01  server > client: S. 500:500(0) ack 101 win 1024   => accept SYN_RECEIVED
+0.01  client > server: P. 101:111(10) ack 501 win 1024  => accept ESTABLISHED settled
+0.01  server > client: R. 501:501(0) ack 111 win 0      => accept CLOSED settled
+0     client > server: P. 111:121(10) ack 501 win 1024  => accept CLOSED settled
+0.01  server > client: R 501:501(0) win 0               => accept CLOSED settled
+0     client > server: . 121:121(0) ack 501 win 1024    => accept CLOSED settled

connection client > server: RSTR ShDrA
listed nobody
