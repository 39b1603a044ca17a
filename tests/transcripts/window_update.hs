# SPDX-License-Identifier: GPL-2.0-or-later
# Case 12: a reader falls behind and catches up: its ACKs acknowledge nothing
# new and tell of a larger window each. Ten windows of zero make a second w.
name client 203.0.113.9.40000
name server 192.0.2.1.80

+0     client > server: S 100:100(0) win 1024             => accept SYN_SENT
+0.01  server > client: S. 500:500(0) ack 101 win 1024    => accept SYN_RECEIVED
+0.01  client > server: P. 101:111(10) ack 501 win 1024   => accept ESTABLISHED settled
+0.01  server > client: P. 501:1525(1024) ack 111 win 1024 => accept ESTABLISHED settled
for i in 1..9
+0.1   client > server: . 111:111(0) ack 1525 win 0       => accept ESTABLISHED settled
+0.1   client > server: . 111:111(0) ack 1525 win $i00  => accept ESTABLISHED settled
done
+0.1   client > server: . 111:111(0) ack 1525 win 0       => accept ESTABLISHED settled

connection client > server: S1 ShDdAWW
listed nobody
