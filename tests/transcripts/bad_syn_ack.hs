# SPDX-License-Identifier: GPL-2.0-or-later
# A SYN/ACK that acknowledges a SYN which was never sent is forged in the
# server's name: it is dropped, and the real answer is taken.
name client 203.0.113.9.40000
name server 192.0.2.1.80

+0     client > server: S 100:100(0) win 1024            => accept SYN_SENT
+0     server > client: S. 900:900(0) ack 7777 win 1024  => drop bad-syn-ack SYN_SENT
+0.01  server > client: S. 500:500(0) ack 101 win 1024   => accept SYN_RECEIVED
+0.01  client > server: P. 101:111(10) ack 501 win 1024  => accept ESTABLISHED settled

connection client > server: S1 ShhD bad-syn-ack
listed nobody
