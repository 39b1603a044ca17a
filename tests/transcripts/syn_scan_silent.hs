# SPDX-License-Identifier: GPL-2.0-or-later
# Case 28: the ports are filtered and nothing answers. Silence is an answer
# after five seconds; until then no more than seven SYNs pass to an address that
# was never heard of.
name scanner 203.0.113.66.50000
name server 192.0.2.1

for i in 1..7
+0.1   scanner > server.$i: S 100:100(0) win 1024 => accept SYN_SENT
done
+4     scanner > server.8: S 100:100(0) win 1024 => drop syn-scan -
+1.2   scanner > server.9: S 100:100(0) win 1024 => drop syn-scan -

for i in 1..7
connection scanner > server.$i: S0 S syn-scan
done
connection scanner > server.8: S0 S syn-scan
connection scanner > server.9: S0 S syn-scan
listed 203.0.113.66 "syn-scan: 7 ports of 1 host"
