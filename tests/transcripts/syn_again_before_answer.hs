# SPDX-License-Identifier: GPL-2.0-or-later
# A client starts over with another number before its first SYN is answered.
# The answer to that one is late, not forged: it passes, the client resets it
# (RFC 9293, 3.10.7.3) and its second SYN is answered.
only inline: whether the first SYN is a connection of its own is another matter
name client 203.0.113.9.40000
name server 192.0.2.1.80

+0     client > server: S 100:100(0) win 1024            => accept SYN_SENT
+0.5   client > server: S 7000:7000(0) win 1024          => accept SYN_SENT
+0.01  server > client: S. 500:500(0) ack 101 win 1024   => accept SYN_SENT
+0.01  client > server: R 101:101(0) win 0               => accept SYN_SENT
+1     client > server: S 7000:7000(0) win 1024          => accept SYN_SENT
+0.01  server > client: S. 900:900(0) ack 7001 win 1024  => accept SYN_RECEIVED
+0.01  client > server: P. 7001:7011(10) ack 901 win 1024 => accept ESTABLISHED settled

listed nobody
