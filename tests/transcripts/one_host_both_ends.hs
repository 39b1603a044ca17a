# SPDX-License-Identifier: GPL-2.0-or-later
# A host that talks to itself through us: the same address at both ends, and
# what tells them apart is the port.
name client 192.0.2.1.50000
name server 192.0.2.1.80

+0     client > server: S 100:100(0) win 1024            => accept SYN_SENT
+0.01  server > client: S. 500:500(0) ack 101 win 1024   => accept SYN_RECEIVED
+0.01  client > server: P. 101:111(10) ack 501 win 1024  => accept ESTABLISHED settled
+0.01  server > client: P. 501:511(10) ack 111 win 1024  => accept ESTABLISHED settled
+0.01  server > client: F. 511:511(0) ack 111 win 1024   => accept CLOSE_WAIT settled
+0.01  client > server: F. 111:111(0) ack 512 win 1024   => accept LAST_ACK settled
+0.01  server > client: . 512:512(0) ack 112 win 1024    => accept TIME_WAIT settled

connection client > server: SF ShDdfFa
listed nobody
