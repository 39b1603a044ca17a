# SPDX-License-Identifier: GPL-2.0-or-later
# Case 17: many users behind one address, one of whom scans. What can be forged
# does not list an address in good standing: its probes are dropped, and the
# others go on, with new connections too.
name nat 203.0.113.40
name server 192.0.2.1

+1     nat.40000 > server.80: S 100:100(0) win 1024            => accept SYN_SENT
+0.01  server.80 > nat.40000: S. 500:500(0) ack 101 win 1024   => accept SYN_RECEIVED
+0.01  nat.40000 > server.80: P. 101:201(100) ack 501 win 1024 => accept ESTABLISHED settled
for i in 10..17
+0.1   nat.50000 > server.10$i: S 100:100(0) win 1024   => accept SYN_SENT
+0.01  server.10$i > nat.50000: R. 0:0(0) ack 101 win 0 => accept syn-scan CLOSED
done
for i in 18..30
+0.1   nat.50000 > server.10$i: S 100:100(0) win 1024 => drop syn-scan -
done
+1     nat.40000 > server.80: P. 201:301(100) ack 501 win 1024 => accept ESTABLISHED settled
+1     nat.40001 > server.80: S 100:100(0) win 1024            => accept SYN_SENT
+0.01  server.80 > nat.40001: S. 500:500(0) ack 101 win 1024   => accept SYN_RECEIVED
+0.01  nat.40001 > server.80: P. 101:201(100) ack 501 win 1024 => accept ESTABLISHED settled

connection nat.40000 > server.80: S1 ShD
connection nat.40001 > server.80: S1 ShD
for i in 10..17
connection nat.50000 > server.10$i: REJ Sr syn-scan
done
for i in 18..30
connection nat.50000 > server.10$i: S0 S syn-scan
done
listed nobody
