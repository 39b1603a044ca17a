# SPDX-License-Identifier: GPL-2.0-or-later
# The client has said all it has to say (RFC 9293, 3.6); the server answers for
# a while, and closes when it is done.
name client 203.0.113.9.40000
name server 192.0.2.1.80

+0     client > server: S 100:100(0) win 1024            => accept SYN_SENT
+0.01  server > client: S. 500:500(0) ack 101 win 1024   => accept SYN_RECEIVED
+0.01  client > server: P. 101:111(10) ack 501 win 1024  => accept ESTABLISHED settled
+0     client > server: F. 111:111(0) ack 501 win 1024   => accept FIN_WAIT_1 settled
+0.01  server > client: . 501:501(0) ack 112 win 1024    => accept FIN_WAIT_1 settled
+1     server > client: P. 501:601(100) ack 112 win 1024 => accept FIN_WAIT_1 settled
+0.01  client > server: . 112:112(0) ack 601 win 1024    => accept FIN_WAIT_1 settled
+1     server > client: F. 601:601(0) ack 112 win 1024   => accept CLOSING settled
+0.01  client > server: . 112:112(0) ack 602 win 1024    => accept TIME_WAIT settled

connection client > server: SF ShDFadAf
listed nobody
