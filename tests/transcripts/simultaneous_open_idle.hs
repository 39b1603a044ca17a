# SPDX-License-Identifier: GPL-2.0-or-later
# Case 6: simultaneous open as in RFC 9293, figure 7, line for line: the
# second SYN/ACK completes it, no ACK follows, and both ends may fall silent.
name left 203.0.113.9.6881
name right 192.0.2.1.6881

+0     left > right: S 100:100(0) win 1024          => accept SYN_SENT
+0     right > left: S 300:300(0) win 1024          => accept SYN_SENT_BOTH
+0.01  left > right: S. 100:100(0) ack 301 win 1024 => accept SYN_SENT_BOTH
+0     right > left: S. 300:300(0) ack 101 win 1024 => accept ESTABLISHED
+40

connection left > right: S1 Ss
listed nobody
