# SPDX-License-Identifier: GPL-2.0-or-later
# Case 4: a SYN that offers ECN (RFC 3168) is a SYN, and the echoes of
# congestion afterwards change nothing.
name client 203.0.113.9.40000
name server 192.0.2.1.80

+0     client > server: SEW 100:100(0) win 1024          => accept SYN_SENT
+0.01  server > client: S.E 500:500(0) ack 101 win 1024  => accept SYN_RECEIVED
+0.01  client > server: . 101:101(0) ack 501 win 1024    => accept ESTABLISHED
+0.01  client > server: P.W 101:111(10) ack 501 win 1024 => accept ESTABLISHED settled
+0.01  server > client: P.E 501:521(20) ack 111 win 1024 => accept ESTABLISHED settled
+0.01  client > server: F.E 111:111(0) ack 521 win 1024  => accept FIN_WAIT_1 settled
+0.01  server > client: F. 521:521(0) ack 112 win 1024   => accept CLOSING settled
+0.01  client > server: . 112:112(0) ack 522 win 1024    => accept TIME_WAIT settled

connection client > server: SF ShADdFf
listed nobody
