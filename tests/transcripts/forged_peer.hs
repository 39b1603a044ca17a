# SPDX-License-Identifier: GPL-2.0-or-later
# Case 19: somebody forges probes in the name of a peer that works with us every
# day. They are dropped; the peer is not listed, and opens its next connection.
name peer 203.0.113.25
name server 192.0.2.1

+1     peer.40000 > server.25: S 100:100(0) win 1024            => accept SYN_SENT
+0.01  server.25 > peer.40000: S. 500:500(0) ack 101 win 1024   => accept SYN_RECEIVED
+0.01  peer.40000 > server.25: P. 101:201(100) ack 501 win 1024 => accept ESTABLISHED settled
+3600
for i in 10..39
+0.01  peer.50000 > server.10$i: FPU 100:100(0) win 1024 => drop xmas-scan -
done
+1     peer.40001 > server.25: S 100:100(0) win 1024            => accept SYN_SENT
+0.01  server.25 > peer.40001: S. 500:500(0) ack 101 win 1024   => accept SYN_RECEIVED
+0.01  peer.40001 > server.25: P. 101:201(100) ack 501 win 1024 => accept ESTABLISHED settled

connection peer.40000 > server.25: S1 ShD
connection peer.40001 > server.25: S1 ShD
listed nobody
