# SPDX-License-Identifier: GPL-2.0-or-later
# Case 6: simultaneous open (RFC 9293, figure 7), as when two peers punch holes:
# both SYNs cross, then both SYN/ACKs, and the connection is established.
name left 203.0.113.9.6881
name right 192.0.2.1.6881

+0     left > right: S 100:100(0) win 1024          => accept SYN_SENT
+0     right > left: S 300:300(0) win 1024          => accept SYN_SENT_BOTH
+0.01  right > left: S. 300:300(0) ack 101 win 1024 => accept SYN_RECEIVED
+0     left > right: S. 100:100(0) ack 301 win 1024 => accept ESTABLISHED
+0.01  left > right: P. 101:111(10) ack 301 win 1024 => accept ESTABLISHED settled
+0.01  right > left: . 301:301(0) ack 111 win 1024  => accept ESTABLISHED settled

connection left > right: S1 SsDa
listed nobody
