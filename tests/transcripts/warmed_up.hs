# SPDX-License-Identifier: GPL-2.0-or-later
# Case 42: an attacker opens good connections before probing. They are all to
# one place and count once: eight refusals are too many instead of seven. Who
# has good connections is not listed on what others can forge in its name, but
# reaches only what is known to serve.
name scanner 203.0.113.66
name server 192.0.2.1

for i in 10..39
+0.1   scanner.400$i > server.80: S 100:100(0) win 1024           => accept SYN_SENT
+0.01  server.80 > scanner.400$i: S. 500:500(0) ack 101 win 1024  => accept SYN_RECEIVED
+0.01  scanner.400$i > server.80: P. 101:111(10) ack 501 win 1024 => accept ESTABLISHED settled
done
for i in 1..7
+0.01  scanner.50000 > server.$i: S 100:100(0) win 1024   => accept SYN_SENT
+0     server.$i > scanner.50000: R. 0:0(0) ack 101 win 0 => accept syn-scan CLOSED
done
+0.01  scanner.50000 > server.8: S 100:100(0) win 1024    => accept SYN_SENT
+0     server.8 > scanner.50000: R. 0:0(0) ack 101 win 0  => accept syn-scan CLOSED
+0.01  scanner.50000 > server.9: S 100:100(0) win 1024    => drop syn-scan -
+0.01  scanner.50001 > server.80: S 100:100(0) win 1024            => accept SYN_SENT
+0.01  server.80 > scanner.50001: S. 500:500(0) ack 101 win 1024   => accept SYN_RECEIVED
+0.01  scanner.50001 > server.80: P. 101:111(10) ack 501 win 1024  => accept ESTABLISHED settled

for i in 10..39
connection scanner.400$i > server.80: S1 ShD
done
for i in 1..8
connection scanner.50000 > server.$i: REJ Sr syn-scan
done
connection scanner.50000 > server.9: S0 S syn-scan
connection scanner.50001 > server.80: S1 ShD
listed nobody
