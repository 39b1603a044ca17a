# SPDX-License-Identifier: GPL-2.0-or-later
# Older than we are, and closing: a keep-alive probe is answered with the
# server's FIN, which comes twice, and the client closes too.
name client 203.0.113.9.40000
name server 192.0.2.1.80

served server
+0     client > server: . 999:999(0) ack 2000 win 1024    => accept MIDSTREAM
+0.01  server > client: F. 2000:2000(0) ack 1000 win 1024 => accept CLOSE_WAIT settled
+0.2   server > client: F. 2000:2000(0) ack 1000 win 1024 => accept CLOSE_WAIT settled
+0.01  client > server: F. 1000:1000(0) ack 2001 win 1024 => accept LAST_ACK settled
+0.2   client > server: F. 1000:1000(0) ack 2001 win 1024 => accept LAST_ACK settled
+0     server > client: F. 2000:2000(0) ack 1000 win 1024 => accept LAST_ACK settled
+0.01  server > client: . 2001:2001(0) ack 1001 win 1024  => accept TIME_WAIT settled

connection client > server: SF AfFa
listed nobody
