# SPDX-License-Identifier: GPL-2.0-or-later
# Case 30: the same inside a connection is dropped there too and does not move
# it; its history has Q and I, as in Zeek's.
name client 203.0.113.9.40000
name server 192.0.2.1.80

+0     client > server: S 100:100(0) win 1024            => accept SYN_SENT
+0.01  server > client: S. 500:500(0) ack 101 win 1024   => accept SYN_RECEIVED
+0.01  client > server: . 101:101(0) ack 501 win 1024    => accept ESTABLISHED
+0     client > server: - 101:101(0) win 1024            => drop null-scan -
+0     client > server: U 101:101(0) win 1024            => drop invalid-flags -
+0.01  client > server: P. 101:111(10) ack 501 win 1024  => accept ESTABLISHED settled
+0     server > client: SR 501:501(0) win 1024           => drop invalid-flags -
+0     server > client: FR 501:501(0) win 1024           => drop invalid-flags -
+0.01  server > client: P. 501:511(10) ack 111 win 1024  => accept ESTABLISHED settled

# To Zeek a RST is one, whatever else is set.
connection client > server: RSTR ShADqid null-scan invalid-flags
listed nobody
