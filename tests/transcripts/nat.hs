# SPDX-License-Identifier: GPL-2.0-or-later
# Case 17: many users behind one address, and one that is careless: what the
# others have done well speaks for it, so ten failures do not list it.
name nat 203.0.113.40
name server 192.0.2.1

for i in 1..4
+1     nat.4000$i > server.8$i: S 100:100(0) win 1024            => accept SYN_SENT
+0.01  server.8$i > nat.4000$i: S. 500:500(0) ack 101 win 1024   => accept SYN_RECEIVED
+0.01  nat.4000$i > server.8$i: P. 101:201(100) ack 501 win 1024 => accept ESTABLISHED settled
done
for i in 10..19
+1     nat.50000 > server.10$i: S 100:100(0) win 1024   => accept SYN_SENT
+0.01  server.10$i > nat.50000: R. 0:0(0) ack 101 win 0 => accept syn-scan CLOSED
done

for i in 1..4
connection nat.4000$i > server.8$i: S1 ShD
done
for i in 10..19
connection nat.50000 > server.10$i: REJ Sr syn-scan
done
listed nobody
