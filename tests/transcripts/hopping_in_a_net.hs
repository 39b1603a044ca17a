# SPDX-License-Identifier: GPL-2.0-or-later
# Case 45: a scanner with a /64 of its own takes another address every other
# probe. The third address and the fifth probe list the /64.
name net 2001:db8:bad:1

+0.1   net::1.50000 > 2001:db8:1::1.1: FPU 100:100(0) win 1024 => drop xmas-scan -
+0.1   net::1.50000 > 2001:db8:1::1.2: FPU 100:100(0) win 1024 => drop xmas-scan -
+0.1   net::2.50000 > 2001:db8:1::1.3: FPU 100:100(0) win 1024 => drop xmas-scan -
+0.1   net::2.50000 > 2001:db8:1::1.4: FPU 100:100(0) win 1024 => drop xmas-scan -
+0.1   net:f00d::3.50000 > 2001:db8:1::1.5: FPU 100:100(0) win 1024 => drop xmas-scan - listed
+10    net:cafe::4.50000 > 2001:db8:1::1.80: S 100:100(0) win 1024 => drop -

connection net:cafe::4.50000 > 2001:db8:1::1.80: S0 S
listed 2001:db8:bad:1:: "xmas-scan: 5 ports of 1 host, score 10.0"
