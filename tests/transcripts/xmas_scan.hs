# SPDX-License-Identifier: GPL-2.0-or-later
# Case 30: nmap -sX: every probe is dropped, the fifth port lists the source.
# (That its address can be forged is for a later policy to weigh.)
name scanner 203.0.113.66.50000
name server 192.0.2.1

for i in 1..4
+0.1  scanner > server.$i: FPU 100:100(0) win 1024 => drop xmas-scan -
done
+0.1  scanner > server.4: FPU 100:100(0) win 1024  => drop xmas-scan -
+0.1  scanner > server.5: FPU 100:100(0) win 1024  => drop xmas-scan - listed
+0.1  scanner > server.6: FPU 100:100(0) win 1024  => drop xmas-scan -

listed 203.0.113.66 "xmas-scan: 5 ports of 1 host"
