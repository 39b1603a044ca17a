# SPDX-License-Identifier: GPL-2.0-or-later
# Case 8: the client crashed and calls again, where the server still has the
# connection (RFC 9293, figure 9): challenge ACK, RST, and the SYN once more.
name client 203.0.113.9.40000
name server 192.0.2.1.80

+0     client > server: S 400:400(0) win 1024            => accept SYN_SENT
+0.01  server > client: . 300:300(0) ack 100 win 1024    => accept SYN_SENT
+0.01  client > server: R 100:100(0) win 0               => accept SYN_SENT
+1     client > server: S 400:400(0) win 1024            => accept SYN_SENT
+0.01  server > client: S. 700:700(0) ack 401 win 1024   => accept SYN_RECEIVED
+0.01  client > server: P. 401:411(10) ack 701 win 1024  => accept ESTABLISHED settled

# To Zeek whoever sent a RST has aborted, whatever the number.
connection client > server: RSTO SaRhD
listed nobody
