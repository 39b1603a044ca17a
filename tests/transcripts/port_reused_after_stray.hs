# SPDX-License-Identifier: GPL-2.0-or-later
# Case 7: a late segment of an old connection, the server's or the client's,
# and then a new one between the same ends. To verdicts those are two; they are
# told as one, as Zeek tells them (its weird SYN_after_partial).
name client 203.0.113.9
name server 192.0.2.1.80
served server

+0     client.40001 > server: . 5000:5000(0) ack 6000 win 1024  => accept MIDSTREAM
+1     client.40001 > server: S 100:100(0) win 1024             => accept SYN_SENT
+0.01  server > client.40001: S. 500:500(0) ack 101 win 1024    => accept SYN_RECEIVED
+0.01  client.40001 > server: P. 101:111(10) ack 501 win 1024   => accept ESTABLISHED settled

+0     server > client.40002: F. 6000:6000(0) ack 5000 win 1024 => accept MIDSTREAM
+1     client.40002 > server: S 100:100(0) win 1024             => accept SYN_SENT
+0.01  server > client.40002: S. 500:500(0) ack 101 win 1024    => accept SYN_RECEIVED
+0.01  client.40002 > server: P. 101:111(10) ack 501 win 1024   => accept ESTABLISHED settled

connection client.40001 > server: S1 AShD
connection client.40002 > server: S3 ^fShD
listed nobody
