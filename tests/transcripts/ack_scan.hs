# SPDX-License-Identifier: GPL-2.0-or-later
# Case 31: nmap -sA, and on the wire -sW: ACKs of no connection. Two pass, for
# honest ones look the same; from the third closed port on they are dropped.
name scanner 203.0.113.66.50000
name server 192.0.2.1

for i in 1..2
+0.1   scanner > server.$i: . 9:9(0) ack 700 win 1024 => accept ack-scan MIDSTREAM
+0.01  server.$i > scanner: R 700:700(0) win 0        => accept CLOSED
done
for i in 3..4
+0.1   scanner > server.$i: . 9:9(0) ack 700 win 1024 => drop ack-scan MIDSTREAM
done
+0.1   scanner > server.5: . 9:9(0) ack 700 win 1024  => drop ack-scan MIDSTREAM listed

for i in 1..2
connection scanner > server.$i: RSTRH Ar ack-scan
done
for i in 3..5
connection scanner > server.$i: OTH A ack-scan
done
listed 203.0.113.66 "ack-scan: 5 ports of 1 host"
