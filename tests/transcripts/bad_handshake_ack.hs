# SPDX-License-Identifier: GPL-2.0-or-later
# A final ACK of a number that the SYN/ACK did not have is a blind forgery: it
# is dropped, and the real one completes the handshake.
name client 203.0.113.9.40000
name server 192.0.2.1.80

+0     client > server: S 100:100(0) win 1024            => accept SYN_SENT
+0.01  server > client: S. 500:500(0) ack 101 win 1024   => accept SYN_RECEIVED
+0     client > server: . 101:101(0) ack 7777 win 1024   => drop bad-handshake-ack SYN_RECEIVED
+0     client > server: P. 101:111(10) ack 7777 win 1024 => drop bad-handshake-ack SYN_RECEIVED
+0.01  client > server: . 101:101(0) ack 501 win 1024    => accept ESTABLISHED
+0.01  client > server: P. 101:111(10) ack 501 win 1024  => accept ESTABLISHED settled

# History is of what came by, dropped or not: the real data are there again.
connection client > server: S1 ShADT bad-handshake-ack
listed nobody
