# SPDX-License-Identifier: GPL-2.0-or-later
# Case 34: one port of many addresses, none of which exists: when the seventh
# has been silent for five seconds the source is listed.
name scanner 203.0.113.66.50000

for i in 11..17
+0.1   scanner > 192.0.2.$i.22: S 100:100(0) win 1024 => accept SYN_SENT
done
+6     scanner > 192.0.2.18.22: S 100:100(0) win 1024 => drop syn-scan SYN_SENT

for i in 11..17
connection scanner > 192.0.2.$i.22: S0 S syn-scan
done
connection scanner > 192.0.2.18.22: S0 S syn-scan
listed 203.0.113.66 "syn-scan: 7 ports of 7 hosts"
