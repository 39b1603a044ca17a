# SPDX-License-Identifier: GPL-2.0-or-later
# Case 28: nmap -sS at open ports: each SYN/ACK is answered with a RST. The
# seventh RST, which tips the scale, does not get through itself.
name scanner 203.0.113.66.50000
name server 192.0.2.1

for i in 1..6
+0.01  scanner > server.$i: S 100:100(0) win 1024          => accept SYN_SENT
+0     server.$i > scanner: S. 500:500(0) ack 101 win 1024 => accept SYN_RECEIVED
+0.01  scanner > server.$i: R 101:101(0) win 0             => accept syn-scan CLOSED
done
+0.01  scanner > server.7: S 100:100(0) win 1024           => accept SYN_SENT
+0     server.7 > scanner: S. 500:500(0) ack 101 win 1024  => accept SYN_RECEIVED
+0.01  scanner > server.7: R 101:101(0) win 0              => drop syn-scan CLOSED listed
+0.01  scanner > server.8: S 100:100(0) win 1024           => drop SYN_SENT

for i in 1..7
connection scanner > server.$i: RSTO ShR syn-scan
done
connection scanner > server.8: S0 S
listed 203.0.113.66 "syn-scan: 7 ports of 1 host"
