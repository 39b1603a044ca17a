# SPDX-License-Identifier: GPL-2.0-or-later
# Reordered on the way to us, as from two interfaces: the SYN/ACK comes before
# its SYN. It answers nothing yet; the connection is the client's all the same.
name client 203.0.113.9.40000
name server 192.0.2.1.80

+0     server > client: S. 500:500(0) ack 101 win 1024   => accept unsolicited-syn-ack MIDSTREAM
+0     client > server: S 100:100(0) win 1024            => accept SYN_SENT
+0.01  client > server: . 101:101(0) ack 501 win 1024    => accept HALF_SEEN
+0     client > server: P. 101:111(10) ack 501 win 1024  => accept HALF_SEEN
+0.01  server > client: . 501:501(0) ack 111 win 1024    => accept ESTABLISHED settled
+0.01  server > client: F. 501:501(0) ack 111 win 1024   => accept CLOSE_WAIT settled
+0.01  client > server: F. 111:111(0) ack 502 win 1024   => accept LAST_ACK settled
+0.01  server > client: . 502:502(0) ack 112 win 1024    => accept TIME_WAIT settled

connection client > server: SF ^hSADafF unsolicited-syn-ack
listed nobody
