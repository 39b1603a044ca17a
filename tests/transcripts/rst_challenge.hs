# SPDX-License-Identifier: GPL-2.0-or-later
# RFC 5961, 3: a RST in the window but not at its edge is answered with a
# challenge ACK, and whoever meant it sends it again with the right number.
name client 203.0.113.9.40000
name server 192.0.2.1.80

+0     client > server: S 100:100(0) win 1024            => accept SYN_SENT
+0.01  server > client: S. 500:500(0) ack 101 win 1024   => accept SYN_RECEIVED
+0.01  client > server: P. 101:111(10) ack 501 win 1024  => accept ESTABLISHED settled
+0.01  server > client: . 501:501(0) ack 111 win 1024    => accept ESTABLISHED settled
# Whether that was taken we cannot know: the window is not followed.
+1     client > server: R 120:120(0) win 0               => accept - settled
+0.01  server > client: . 501:501(0) ack 111 win 1024    => accept - settled
+0.01  client > server: R 111:111(0) win 0               => accept CLOSED settled

connection client > server: RSTO ShDaRR
listed nobody
