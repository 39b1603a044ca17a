# SPDX-License-Identifier: GPL-2.0-or-later
# The numbers wrap in the middle of the data. What is sent again is known by
# them across the seam, and so is the FIN.
name client 203.0.113.9.40000
name server 192.0.2.1.80

+0     client > server: S 4294967279:4294967279(0) win 1024           => accept SYN_SENT
+0.01  server > client: S. 500:500(0) ack 4294967280 win 1024         => accept SYN_RECEIVED
+0.01  client > server: P. 4294967280:4294967290(10) ack 501 win 1024 => accept ESTABLISHED settled
+0.01  client > server: P. 4294967290:4(10) ack 501 win 1024          => accept ESTABLISHED settled
+0.01  server > client: . 501:501(0) ack 4 win 1024                   => accept ESTABLISHED settled
+0.01  client > server: P. 4:14(10) ack 501 win 1024                  => accept ESTABLISHED settled
+0.2   client > server: P. 4294967290:14(20) ack 501 win 1024         => accept ESTABLISHED settled
+0.01  client > server: F. 14:14(0) ack 501 win 1024                  => accept FIN_WAIT_1 settled
+0.01  server > client: F. 501:501(0) ack 15 win 1024                 => accept CLOSING settled

connection client > server: SF ShDaTFf
listed nobody
