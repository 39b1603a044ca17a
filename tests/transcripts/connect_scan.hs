# SPDX-License-Identifier: GPL-2.0-or-later
# Case 29: nmap -sT at open ports only, from a list: whole handshakes, each
# closed without a byte. That the source acknowledged our numbers proves it.
name scanner 203.0.113.66.50000
name server 192.0.2.1

for i in 1..6
+0.01  scanner > server.$i: S 100:100(0) win 1024 <mss,wscale,sackOK,TS> => accept SYN_SENT
+0     server.$i > scanner: S. 500:500(0) ack 101 win 1024 => accept SYN_RECEIVED
+0.01  scanner > server.$i: . 101:101(0) ack 501 win 1024  => accept ESTABLISHED
+0     scanner > server.$i: R. 101:101(0) ack 501 win 0    => accept connect-scan CLOSED
done
+0.01  scanner > server.7: S 100:100(0) win 1024 <mss,wscale,sackOK,TS> => accept SYN_SENT
+0     server.7 > scanner: S. 500:500(0) ack 101 win 1024  => accept SYN_RECEIVED
+0.01  scanner > server.7: . 101:101(0) ack 501 win 1024   => accept ESTABLISHED
+0     scanner > server.7: R. 101:101(0) ack 501 win 0     => drop connect-scan CLOSED listed

for i in 1..7
connection scanner > server.$i: RSTO ShAR connect-scan
done
listed 203.0.113.66 "connect-scan: 7 ports of 1 host"
