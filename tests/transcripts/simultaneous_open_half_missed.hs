# SPDX-License-Identifier: GPL-2.0-or-later
# Case 6, of which we miss a part: both SYN/ACKs, and of another the SYN from
# the right. What follows is in step all the same.
name left 203.0.113.9
name right 192.0.2.1.6881

+0     left.6881 > right: S 100:100(0) win 1024           => accept SYN_SENT
+0     right > left.6881: S 300:300(0) win 1024           => accept SYN_SENT_BOTH
+0.01  left.6881 > right: P. 101:111(10) ack 301 win 1024 => accept HALF_SEEN
+0.01  right > left.6881: . 301:301(0) ack 111 win 1024   => accept ESTABLISHED settled

+0     left.6882 > right: S 100:100(0) win 1024           => accept SYN_SENT
+0.01  left.6882 > right: S. 100:100(0) ack 301 win 1024  => accept SYN_SENT
+0.01  right > left.6882: S. 300:300(0) ack 101 win 1024  => accept SYN_RECEIVED
+0.01  left.6882 > right: P. 101:111(10) ack 301 win 1024 => accept ESTABLISHED settled

connection left.6881 > right: S1 SsDa
connection left.6882 > right: S1 ShD
listed nobody
