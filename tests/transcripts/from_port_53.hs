# SPDX-License-Identifier: GPL-2.0-or-later
# Case 43: a scanner that sends from port 53 and adds PSH, ECE, CWR and AE to
# its SYNs. Neither hides anything.
name scanner 203.0.113.66.53
name server 192.0.2.1

for i in 1..6
+0.01  scanner > server.$i: SPEWN 100:100(0) win 1024 => accept SYN_SENT
+0     server.$i > scanner: R. 0:0(0) ack 101 win 0   => accept syn-scan CLOSED
done
+0.01  scanner > server.7: SPEWN 100:100(0) win 1024  => accept SYN_SENT
+0     server.7 > scanner: R. 0:0(0) ack 101 win 0    => accept syn-scan CLOSED listed

for i in 1..7
connection scanner > server.$i: REJ Sr syn-scan
done
listed 203.0.113.66 "syn-scan: 7 ports of 1 host"
