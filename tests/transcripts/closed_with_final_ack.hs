# SPDX-License-Identifier: GPL-2.0-or-later
# The final ACK is a FIN at once. With payload it is a short connection, without
# any it is what a connect scan does, that tries to look like less.
name client 203.0.113.9
name server 192.0.2.1.80

+0     client.40001 > server: S 100:100(0) win 1024           => accept SYN_SENT
+0.01  server > client.40001: S. 500:500(0) ack 101 win 1024  => accept SYN_RECEIVED
+0.01  client.40001 > server: FP. 101:111(10) ack 501 win 1024 => accept FIN_WAIT_1 settled
+0.01  server > client.40001: F. 501:501(0) ack 112 win 1024  => accept CLOSING settled

+0     client.40002 > server: S 100:100(0) win 1024           => accept SYN_SENT
+0.01  server > client.40002: S. 500:500(0) ack 101 win 1024  => accept SYN_RECEIVED
+0.01  client.40002 > server: F. 101:101(0) ack 501 win 1024  => accept connect-scan FIN_WAIT_1
+0.01  server > client.40002: F. 501:501(0) ack 102 win 1024  => accept CLOSING

connection client.40001 > server: SF ShFf
connection client.40002 > server: SF ShFf connect-scan
listed nobody
