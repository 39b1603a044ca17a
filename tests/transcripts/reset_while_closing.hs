# SPDX-License-Identifier: GPL-2.0-or-later
# The client has closed, and the server aborts instead of closing too; another
# client, whose connection is older than we are, ends it with a RST.
name client 203.0.113.9
name server 192.0.2.1.80

+0     client.40001 > server: S 100:100(0) win 1024            => accept SYN_SENT
+0.01  server > client.40001: S. 500:500(0) ack 101 win 1024   => accept SYN_RECEIVED
+0.01  client.40001 > server: P. 101:111(10) ack 501 win 1024  => accept ESTABLISHED settled
+0.01  client.40001 > server: F. 111:111(0) ack 501 win 1024   => accept FIN_WAIT_1 settled
+0.01  server > client.40001: R. 501:501(0) ack 112 win 0      => accept CLOSED settled

+0     client.40002 > server: P. 1000:1100(100) ack 2000 win 1024 => accept MIDSTREAM
+0.01  client.40002 > server: R. 1100:1100(0) ack 2000 win 0      => accept CLOSED

connection client.40001 > server: RSTR ShDFr
connection client.40002 > server: OTH DR
listed nobody
