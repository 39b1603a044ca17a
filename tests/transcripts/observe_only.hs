# SPDX-License-Identifier: GPL-2.0-or-later
# Case 15: detection first: in observe mode everything is found and the source
# is told as one to list, but no segment is dropped, before or after.
mode observe
name scanner 203.0.113.66.50000
name server 192.0.2.1

for i in 1..6
+0.1   scanner > server.$i: S 100:100(0) win 1024   => accept SYN_SENT
+0.01  server.$i > scanner: R. 0:0(0) ack 101 win 0 => accept syn-scan CLOSED
done
+0.1   scanner > server.7: S 100:100(0) win 1024    => accept SYN_SENT
+0.01  server.7 > scanner: R. 0:0(0) ack 101 win 0  => accept syn-scan CLOSED listed
+0.1   scanner > server.8: S 100:100(0) win 1024    => accept SYN_SENT
+0.1   scanner > server.9: FPU 100:100(0) win 1024  => accept xmas-scan -

for i in 1..7
connection scanner > server.$i: REJ Sr syn-scan
done
connection scanner > server.8: S0 S
listed 203.0.113.66 "syn-scan: 7 ports of 1 host"
