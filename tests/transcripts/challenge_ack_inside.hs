# SPDX-License-Identifier: GPL-2.0-or-later
# Case 8: the same, where the old connection is known here too: the SYN inside
# it changes nothing, the RST ends it, and the SYN that follows begins anew.
name client 203.0.113.9.40000
name server 192.0.2.1.80

+0     client > server: S 100:100(0) win 1024            => accept SYN_SENT
+0.01  server > client: S. 500:500(0) ack 101 win 1024   => accept SYN_RECEIVED
+0.01  client > server: P. 101:111(10) ack 501 win 1024  => accept ESTABLISHED settled
+0.01  server > client: . 501:501(0) ack 111 win 1024    => accept ESTABLISHED settled
+60    client > server: S 90000:90000(0) win 1024        => accept ESTABLISHED settled
+0.01  server > client: . 501:501(0) ack 111 win 1024    => accept ESTABLISHED settled
+0.01  client > server: R 111:111(0) win 0               => accept CLOSED settled
+1     client > server: S 90000:90000(0) win 1024        => accept SYN_SENT
+0.01  server > client: S. 7000:7000(0) ack 90001 win 1024 => accept SYN_RECEIVED
+0.01  client > server: P. 90001:90011(10) ack 7001 win 1024 => accept ESTABLISHED settled

connection client > server: RSTO ShDaSR
connection client > server: S1 ShD
listed nobody
