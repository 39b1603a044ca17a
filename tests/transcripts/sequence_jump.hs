# SPDX-License-Identifier: GPL-2.0-or-later
# Case 27: rules reloaded, an interface gone for a moment, a machine migrated:
# numbers jump by what we missed. It is the same conversation.
name client 203.0.113.9
name server 192.0.2.1.80

+0     client.40001 > server: S 100:100(0) win 1024                => accept SYN_SENT
+0.01  server > client.40001: S. 500:500(0) ack 101 win 1024       => accept SYN_RECEIVED
+0.01  client.40001 > server: P. 101:111(10) ack 501 win 1024      => accept ESTABLISHED settled
+9     client.40001 > server: P. 5000101:5000111(10) ack 9000501 win 1024 => accept ESTABLISHED settled
+0.01  server > client.40001: P. 9000501:9000511(10) ack 5000111 win 1024 => accept ESTABLISHED settled

# Another, of which the jump is between the two segments that we see first.
+0     client.40002 > server: . 1000:1000(0) ack 2000 win 1024       => accept MIDSTREAM
+9     client.40002 > server: . 901000:901000(0) ack 802000 win 1024 => accept MIDSTREAM
+0.01  server > client.40002: . 802000:802000(0) ack 901000 win 1024 => accept ESTABLISHED settled

connection client.40001 > server: S1 ShDd
connection client.40002 > server: OTH Aa
listed nobody
