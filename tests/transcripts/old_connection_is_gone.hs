# SPDX-License-Identifier: GPL-2.0-or-later
# Case 8, but the server has forgotten the connection as well: it answers the
# SYN inside it with a SYN/ACK. That says that the old one is no more.
name client 203.0.113.9.40000
name server 192.0.2.1.80

+0     client > server: S 100:100(0) win 1024            => accept SYN_SENT
+0.01  server > client: S. 500:500(0) ack 101 win 1024   => accept SYN_RECEIVED
+0.01  client > server: . 101:101(0) ack 501 win 1024    => accept ESTABLISHED
+900   client > server: S 70000:70000(0) win 1024        => accept -
known-wrong: the answer to a SYN that was ignored does not begin a connection
+0.01  server > client: S. 9000:9000(0) ack 70001 win 1024 => accept SYN_RECEIVED
+0.01  client > server: P. 70001:70011(10) ack 9001 win 1024 => accept ESTABLISHED settled
+0.01  client > server: F. 70011:70011(0) ack 9001 win 1024 => accept FIN_WAIT_1 settled
+0.01  server > client: F. 9001:9001(0) ack 70012 win 1024 => accept CLOSING settled
+0.01  client > server: . 70012:70012(0) ack 9002 win 1024 => accept TIME_WAIT settled

connection client > server: S1 ShA
connection client > server: SF ShDFfA
listed nobody
