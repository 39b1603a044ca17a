# SPDX-License-Identifier: GPL-2.0-or-later
# Case 12: an idle connection is asked whether it still is one: keep-alive
# probes (RFC 9293, 3.8.4), one below the next number, without data or with an
# octet that was sent before.
name client 203.0.113.9.40000
name server 192.0.2.1.80

+0     client > server: S 100:100(0) win 1024           => accept SYN_SENT
+0.01  server > client: S. 500:500(0) ack 101 win 1024  => accept SYN_RECEIVED
+0.01  client > server: . 101:101(0) ack 501 win 1024   => accept ESTABLISHED
+75    client > server: . 100:100(0) ack 501 win 1024   => accept ESTABLISHED
+0.01  server > client: . 501:501(0) ack 101 win 1024   => accept ESTABLISHED
+75    server > client: . 500:500(0) ack 101 win 1024   => accept ESTABLISHED
+0.01  client > server: . 101:101(0) ack 501 win 1024   => accept ESTABLISHED
+1     client > server: P. 101:111(10) ack 501 win 1024 => accept ESTABLISHED settled
+0.01  server > client: . 501:501(0) ack 111 win 1024   => accept ESTABLISHED settled
+75    client > server: . 110:111(1) ack 501 win 1024   => accept ESTABLISHED settled
+0.01  server > client: . 501:501(0) ack 111 win 1024   => accept ESTABLISHED settled

# The octet is payload that was there before: T.
connection client > server: S1 ShAaDT
listed nobody
