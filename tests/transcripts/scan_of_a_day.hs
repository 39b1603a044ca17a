# SPDX-License-Identifier: GPL-2.0-or-later
# Case 33: a probe in three hours. Evidence is kept for a day, and the seventh
# refusal lists the scanner after eighteen hours.
name scanner 203.0.113.66.50000
name server 192.0.2.1

for i in 1..6
+10800 scanner > server.$i: S 100:100(0) win 1024   => accept SYN_SENT
+0.01  server.$i > scanner: R. 0:0(0) ack 101 win 0 => accept syn-scan CLOSED
done
+10800 scanner > server.7: S 100:100(0) win 1024    => accept SYN_SENT
+0.01  server.7 > scanner: R. 0:0(0) ack 101 win 0  => accept syn-scan CLOSED listed

for i in 1..7
connection scanner > server.$i: REJ Sr syn-scan
done
listed 203.0.113.66 "syn-scan: 7 ports of 1 host, score 9.7"
