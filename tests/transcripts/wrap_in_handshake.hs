# SPDX-License-Identifier: GPL-2.0-or-later
# Sequence numbers live on a circle (RFC 9293, 3.4): both ends begin with the
# last number there is, and acknowledge 0.
name client 203.0.113.9.40000
name server 192.0.2.1.80

+0     client > server: S 4294967295:4294967295(0) win 1024         => accept SYN_SENT
+0.01  server > client: S. 4294967295:4294967295(0) ack 0 win 1024  => accept SYN_RECEIVED
+0.01  client > server: . 0:0(0) ack 0 win 1024                     => accept ESTABLISHED
+0.01  client > server: P. 0:10(10) ack 0 win 1024                  => accept ESTABLISHED settled
+0.01  server > client: P. 0:20(20) ack 10 win 1024                 => accept ESTABLISHED settled
+0.01  client > server: R 10:10(0) win 0                            => accept CLOSED settled

connection client > server: RSTO ShADdR
listed nobody
