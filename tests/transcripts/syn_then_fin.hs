# SPDX-License-Identifier: GPL-2.0-or-later
# Of an asymmetric route so little is seen: a SYN and a FIN, to a served port.
# And a FIN+ACK behind the SYN hides no scan where nothing ever answers.
name client 203.0.113.9.40000
name scanner 203.0.113.66.50000
name server 192.0.2.1
served server.80

+0     client > server.80: S 100:100(0) win 1024          => accept SYN_SENT
+3     client > server.80: F. 200:200(0) ack 700 win 1024 => accept HALF_SEEN
for i in 1..7
+0.1   scanner > server.$i: S 100:100(0) win 1024         => accept SYN_SENT
+0.1   scanner > server.$i: F. 101:101(0) ack 1 win 1024  => accept HALF_SEEN
done
+31
+0.1   scanner > server.8: S 100:100(0) win 1024          => drop SYN_SENT

connection client > server.80: SH SF
for i in 1..7
connection scanner > server.$i: SH SF syn-scan
done
connection scanner > server.8: S0 S
listed 203.0.113.66 "syn-scan: 7 ports of 1 host"
