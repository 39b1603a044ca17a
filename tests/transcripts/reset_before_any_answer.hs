# SPDX-License-Identifier: GPL-2.0-or-later
# A scanner that resets each SYN itself before the answer comes gains nothing
# by it: where no answer follows, each is a failure.
name scanner 203.0.113.66.50000
name server 192.0.2.1

for i in 1..6
+0.1   scanner > server.$i: S 100:100(0) win 1024 => accept SYN_SENT
+0.01  scanner > server.$i: R 101:101(0) win 0    => accept syn-scan CLOSED
done
+0.1   scanner > server.7: S 100:100(0) win 1024  => accept SYN_SENT
+0.01  scanner > server.7: R 101:101(0) win 0     => drop syn-scan CLOSED listed

for i in 1..7
connection scanner > server.$i: RSTOS0 SR syn-scan
done
listed 203.0.113.66 "syn-scan: 7 ports of 1 host"
