# SPDX-License-Identifier: GPL-2.0-or-later
# Both close at once (RFC 9293, figure 13): the FINs cross, neither
# acknowledges the other, and an ACK each ends it.
name client 203.0.113.9.40000
name server 192.0.2.1.80

+0     client > server: S 100:100(0) win 1024            => accept SYN_SENT
+0.01  server > client: S. 500:500(0) ack 101 win 1024   => accept SYN_RECEIVED
+0.01  client > server: P. 101:111(10) ack 501 win 1024  => accept ESTABLISHED settled
+0.01  server > client: P. 501:521(20) ack 111 win 1024  => accept ESTABLISHED settled
+0.01  client > server: F. 111:111(0) ack 521 win 1024   => accept FIN_WAIT_1 settled
+0     server > client: F. 521:521(0) ack 111 win 1024   => accept CLOSING settled
+0.01  client > server: . 112:112(0) ack 522 win 1024    => accept TIME_WAIT settled
+0     server > client: . 522:522(0) ack 112 win 1024    => accept TIME_WAIT settled

connection client > server: SF ShDdFfAa
listed nobody
