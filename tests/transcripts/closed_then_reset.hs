# SPDX-License-Identifier: GPL-2.0-or-later
# A browser closes while the server still sends, and resets what comes after:
# both have closed in the end, and Zeek calls that a normal termination.
name client 203.0.113.9.40000
name server 192.0.2.1.80

+0     client > server: S 100:100(0) win 1024            => accept SYN_SENT
+0.01  server > client: S. 500:500(0) ack 101 win 1024   => accept SYN_RECEIVED
+0.01  client > server: P. 101:111(10) ack 501 win 1024  => accept ESTABLISHED settled
+0.01  server > client: P. 501:601(100) ack 111 win 1024 => accept ESTABLISHED settled
+0     client > server: F. 111:111(0) ack 601 win 1024   => accept FIN_WAIT_1 settled
+0     server > client: P. 601:701(100) ack 111 win 1024 => accept FIN_WAIT_1 settled
+0     client > server: R 112:112(0) win 0               => accept CLOSED settled
+0     server > client: F. 701:701(0) ack 112 win 1024   => accept CLOSED settled

connection client > server: SF ShDdFRf
listed nobody
