# SPDX-License-Identifier: GPL-2.0-or-later
# Case 45: two machines in one /64, each listed for what it did itself; and a
# neighbour of theirs, who is not listed for it.
name net 2001:db8:40:1
name server 2001:db8:1::1

for host in 1..2
for i in 1..4
+0.1   net::$host.50000 > server.$host$i: FPU 100:100(0) win 1024 => drop xmas-scan -
done
+0.1   net::$host.50000 > server.5: FPU 100:100(0) win 1024 => drop xmas-scan - listed
done
+10    net::3.40000 > server.80: S 100:100(0) win 1024            => accept SYN_SENT
+0.01  server.80 > net::3.40000: S. 500:500(0) ack 101 win 1024   => accept SYN_RECEIVED
+0.01  net::3.40000 > server.80: P. 101:201(100) ack 501 win 1024 => accept ESTABLISHED settled

connection net::3.40000 > server.80: S1 ShD
listed 2001:db8:40:1::1 "xmas-scan: 5 ports of 1 host"
listed 2001:db8:40:1::2 "xmas-scan: 5 ports of 1 host"
