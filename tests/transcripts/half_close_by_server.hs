# SPDX-License-Identifier: GPL-2.0-or-later
# The server closes first, the client still has something to say.
# Its FIN comes later, and the server's ACK of that ends it.
name client 203.0.113.9.40000
name server 192.0.2.1.80

+0     client > server: S 100:100(0) win 1024            => accept SYN_SENT
+0.01  server > client: S. 500:500(0) ack 101 win 1024   => accept SYN_RECEIVED
+0.01  client > server: . 101:101(0) ack 501 win 1024    => accept ESTABLISHED
+0.01  server > client: F. 501:501(0) ack 101 win 1024   => accept CLOSE_WAIT
+0.01  client > server: . 101:101(0) ack 502 win 1024    => accept CLOSE_WAIT
+1     client > server: P. 101:201(100) ack 502 win 1024 => accept CLOSE_WAIT settled
+0.01  server > client: . 502:502(0) ack 201 win 1024    => accept CLOSE_WAIT settled
+1     client > server: F. 201:201(0) ack 502 win 1024   => accept LAST_ACK settled
+0.01  server > client: . 502:502(0) ack 202 win 1024    => accept TIME_WAIT settled

connection client > server: SF ShAfDaF
listed nobody
