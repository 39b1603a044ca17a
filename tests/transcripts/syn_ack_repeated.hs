# SPDX-License-Identifier: GPL-2.0-or-later
# Case 9: the SYN/ACK comes twice, before its ACK and, because the ACK was lost
# behind us, again after it. Nothing is found and nothing changes.
name client 203.0.113.9.40000
name server 192.0.2.1.80

+0     client > server: S 100:100(0) win 1024            => accept SYN_SENT
+0.01  server > client: S. 500:500(0) ack 101 win 1024   => accept SYN_RECEIVED
+1     server > client: S. 500:500(0) ack 101 win 1024   => accept SYN_RECEIVED
+0.01  client > server: . 101:101(0) ack 501 win 1024    => accept ESTABLISHED
+1     server > client: S. 500:500(0) ack 101 win 1024   => accept ESTABLISHED
+0.01  client > server: . 101:101(0) ack 501 win 1024    => accept ESTABLISHED
+0.01  client > server: P. 101:111(10) ack 501 win 1024  => accept ESTABLISHED settled

connection client > server: S1 ShAD
listed nobody
