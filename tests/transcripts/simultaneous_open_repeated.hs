# SPDX-License-Identifier: GPL-2.0-or-later
# Case 6: simultaneous open on a bad line: each SYN and each SYN/ACK comes
# twice. One in which somebody guesses at numbers is dropped.
name left 203.0.113.9.6881
name right 192.0.2.1.6881

+0     left > right: S 100:100(0) win 1024           => accept SYN_SENT
+0.1   right > left: S 300:300(0) win 1024           => accept SYN_SENT_BOTH
+0.9   left > right: S 100:100(0) win 1024           => accept SYN_SENT_BOTH
+0.1   right > left: S 300:300(0) win 1024           => accept SYN_SENT_BOTH
+0.01  right > left: S. 300:300(0) ack 7777 win 1024 => drop bad-syn-ack SYN_SENT_BOTH
+0.01  left > right: S. 100:100(0) ack 7777 win 1024 => drop bad-syn-ack SYN_SENT_BOTH
+0.01  right > left: S. 300:300(0) ack 101 win 1024  => accept SYN_RECEIVED
+1     right > left: S. 300:300(0) ack 101 win 1024  => accept SYN_RECEIVED
+0.01  left > right: S. 100:100(0) ack 301 win 1024  => accept ESTABLISHED
+1     left > right: S. 100:100(0) ack 301 win 1024  => accept ESTABLISHED
+0.01  left > right: P. 101:111(10) ack 301 win 1024 => accept ESTABLISHED settled

connection left > right: S1 SsD bad-syn-ack
listed nobody
