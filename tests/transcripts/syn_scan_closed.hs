# SPDX-License-Identifier: GPL-2.0-or-later
# Case 28: nmap -sS at closed ports. Each refusal is a failure of the scanner;
# the seventh lists it, and its next SYN does not get through.
name scanner 203.0.113.66.50000
name server 192.0.2.1

for i in 1..6
+0.01  scanner > server.$i: S 100:100(0) win 1024   => accept SYN_SENT
+0     server.$i > scanner: R. 0:0(0) ack 101 win 0 => accept syn-scan CLOSED
done
+0.01  scanner > server.7: S 100:100(0) win 1024    => accept SYN_SENT
+0     server.7 > scanner: R. 0:0(0) ack 101 win 0  => accept syn-scan CLOSED listed
+0.01  scanner > server.8: S 100:100(0) win 1024    => drop SYN_SENT
+300   scanner > server.9: S 100:100(0) win 1024    => drop SYN_SENT

for i in 1..7
connection scanner > server.$i: REJ Sr syn-scan
done
connection scanner > server.8: S0 S syn-scan
connection scanner > server.9: S0 S
listed 203.0.113.66 "syn-scan: 7 ports of 1 host"
