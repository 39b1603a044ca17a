# SPDX-License-Identifier: GPL-2.0-or-later
# Case 4: a SYN that offers Accurate ECN (RFC 9768) has AE, CWR and ECE set,
# and the three bits count congestion marks in every segment that follows.
name client 203.0.113.9.40000
name server 192.0.2.1.80

+0     client > server: SEWN 100:100(0) win 1024          => accept SYN_SENT
+0.01  server > client: S.W 500:500(0) ack 101 win 1024   => accept SYN_RECEIVED
+0.01  client > server: .W 101:101(0) ack 501 win 1024    => accept ESTABLISHED
+0.01  client > server: P.EN 101:111(10) ack 501 win 1024 => accept ESTABLISHED settled
+0.01  server > client: .EWN 501:501(0) ack 111 win 1024  => accept ESTABLISHED settled

connection client > server: S1 ShADa
listed nobody
