# SPDX-License-Identifier: GPL-2.0-or-later
# Case 7: the last ACK of a connection was lost before us. Both ends have closed
# it, so that a minute later its ports may be used again.
name client 203.0.113.9.40000
name server 192.0.2.1.80

+0     client > server: S 100:100(0) win 1024            => accept SYN_SENT
+0.01  server > client: S. 500:500(0) ack 101 win 1024   => accept SYN_RECEIVED
+0.01  client > server: P. 101:111(10) ack 501 win 1024  => accept ESTABLISHED settled
+0.01  client > server: F. 111:111(0) ack 501 win 1024   => accept FIN_WAIT_1 settled
+0.01  server > client: F. 501:501(0) ack 112 win 1024   => accept CLOSING settled
+65    client > server: S 70000:70000(0) win 1024        => accept SYN_SENT
+0.01  server > client: S. 9000:9000(0) ack 70001 win 1024 => accept SYN_RECEIVED
+0.01  client > server: P. 70001:70011(10) ack 9001 win 1024 => accept ESTABLISHED settled

connection client > server: SF ShDFf
connection client > server: S1 ShD
listed nobody
