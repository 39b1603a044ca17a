# SPDX-License-Identifier: GPL-2.0-or-later
# Case 8, the other way (RFC 9293, figure 10): the server restarted and knows
# nothing of the connection. It refuses the data, and the client calls again.
name client 203.0.113.9.40000
name server 192.0.2.1.80

+0     client > server: P. 300:310(10) ack 100 win 1024  => accept MIDSTREAM
+0.01  server > client: R 100:100(0) win 0               => accept CLOSED
+1     client > server: S 7000:7000(0) win 1024          => accept SYN_SENT
+0.01  server > client: S. 500:500(0) ack 7001 win 1024  => accept SYN_RECEIVED
+0.01  client > server: P. 7001:7011(10) ack 501 win 1024 => accept ESTABLISHED settled

connection client > server: RSTRH Dr
connection client > server: S1 ShD
listed nobody
