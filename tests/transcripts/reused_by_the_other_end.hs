# SPDX-License-Identifier: GPL-2.0-or-later
# Case 7: after a connection is over the one who answered it calls back, from
# the port it served to the port that called. The parts are exchanged.
name left 203.0.113.9.6881
name right 192.0.2.1.6881

+0     left > right: S 100:100(0) win 1024              => accept SYN_SENT
+0.01  right > left: S. 500:500(0) ack 101 win 1024     => accept SYN_RECEIVED
+0.01  left > right: P. 101:111(10) ack 501 win 1024    => accept ESTABLISHED settled
+0.01  left > right: F. 111:111(0) ack 501 win 1024     => accept FIN_WAIT_1 settled
+0.01  right > left: F. 501:501(0) ack 112 win 1024     => accept CLOSING settled
+0.01  left > right: . 112:112(0) ack 502 win 1024      => accept TIME_WAIT settled
+3     right > left: S 70000:70000(0) win 1024          => accept SYN_SENT
+0.01  left > right: S. 9000:9000(0) ack 70001 win 1024 => accept SYN_RECEIVED
+0.01  right > left: P. 70001:70011(10) ack 9001 win 1024 => accept ESTABLISHED settled
+0.01  left > right: . 9001:9001(0) ack 70011 win 1024  => accept ESTABLISHED settled

connection left > right: SF ShDFfA
connection right > left: S1 ShDa
listed nobody
