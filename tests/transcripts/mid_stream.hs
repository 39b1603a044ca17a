# SPDX-License-Identifier: GPL-2.0-or-later
# Older than we are: the middle of a connection is picked up when its other end
# answers in step, and followed to its end.
name client 203.0.113.9.40000
name server 192.0.2.1.80

+0     client > server: P. 1000:1100(100) ack 2000 win 1024 => accept MIDSTREAM
+0.01  server > client: . 2000:2000(0) ack 1100 win 1024    => accept ESTABLISHED settled
+0.01  server > client: P. 2000:2500(500) ack 1100 win 1024 => accept ESTABLISHED settled
+0.01  client > server: . 1100:1100(0) ack 2500 win 1024    => accept ESTABLISHED settled
+0.01  client > server: F. 1100:1100(0) ack 2500 win 1024   => accept FIN_WAIT_1 settled
+0.01  server > client: F. 2500:2500(0) ack 1101 win 1024   => accept CLOSING settled
+0.01  client > server: . 1101:1101(0) ack 2501 win 1024    => accept TIME_WAIT settled

# Both closed it, which is all that SF asks.
connection client > server: SF DadAFf
listed nobody
