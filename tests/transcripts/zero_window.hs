# SPDX-License-Identifier: GPL-2.0-or-later
# Case 12: the server's buffer is full. The client probes below its window and
# into it (RFC 9293, 3.8.6.1) until a window update lets it go on.
name client 203.0.113.9.40000
name server 192.0.2.1.80

+0     client > server: S 100:100(0) win 1024           => accept SYN_SENT
+0.01  server > client: S. 500:500(0) ack 101 win 10    => accept SYN_RECEIVED
+0.01  client > server: . 101:101(0) ack 501 win 1024   => accept ESTABLISHED
+0.01  client > server: P. 101:111(10) ack 501 win 1024 => accept ESTABLISHED settled
+0.01  server > client: . 501:501(0) ack 111 win 0      => accept ESTABLISHED settled
+0.2   client > server: . 110:110(0) ack 501 win 1024   => accept ESTABLISHED settled
+0.01  server > client: . 501:501(0) ack 111 win 0      => accept ESTABLISHED settled
+0.4   client > server: . 111:112(1) ack 501 win 1024   => accept ESTABLISHED settled
+0.01  server > client: . 501:501(0) ack 111 win 0      => accept ESTABLISHED settled
+5     server > client: . 501:501(0) ack 111 win 4096   => accept ESTABLISHED settled
+0.01  client > server: P. 111:131(20) ack 501 win 1024 => accept ESTABLISHED settled
+0.01  server > client: . 501:501(0) ack 131 win 4096   => accept ESTABLISHED settled

# w is told the first time, then the tenth.
connection client > server: S1 ShADaw
listed nobody
