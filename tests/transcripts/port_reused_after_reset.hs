# SPDX-License-Identifier: GPL-2.0-or-later
# Case 7: a client is refused, and calls again from the same port when the
# server is up. The refusal is a failure, the second call is not.
name client 203.0.113.9.40000
name server 192.0.2.1.80

+0     client > server: S 100:100(0) win 1024            => accept SYN_SENT
+0.01  server > client: R. 0:0(0) ack 101 win 0          => accept syn-scan CLOSED
+2     client > server: S 7000:7000(0) win 1024          => accept SYN_SENT
+0.01  server > client: S. 500:500(0) ack 7001 win 1024  => accept SYN_RECEIVED
+0.01  client > server: P. 7001:7011(10) ack 501 win 1024 => accept ESTABLISHED settled

connection client > server: REJ Sr syn-scan
connection client > server: S1 ShD
listed nobody
