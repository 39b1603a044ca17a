# SPDX-License-Identifier: GPL-2.0-or-later
# A RST with a number from nowhere is not taken (RFC 9293, 3.5.3), nor does it
# move us: the connection goes on.
name client 203.0.113.9.40000
name server 192.0.2.1.80

+0     client > server: S 100:100(0) win 1024            => accept SYN_SENT
+0.01  server > client: S. 500:500(0) ack 101 win 1024   => accept SYN_RECEIVED
+0     client > server: R 3000000000:3000000000(0) win 0 => accept SYN_RECEIVED
+0.01  client > server: . 101:101(0) ack 501 win 1024    => accept ESTABLISHED
+0     client > server: R 3000000000:3000000000(0) win 0 => accept ESTABLISHED
+0     server > client: R 3000000000:3000000000(0) win 0 => accept ESTABLISHED
+1     client > server: P. 101:111(10) ack 501 win 1024  => accept ESTABLISHED settled
+0.01  server > client: . 501:501(0) ack 111 win 1024    => accept ESTABLISHED settled

connection client > server: RSTR ShRArDa
listed nobody
