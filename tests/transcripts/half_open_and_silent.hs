# SPDX-License-Identifier: GPL-2.0-or-later
# A scanner that does not even reset what it half-opened: thirty seconds of
# silence after the SYN/ACK say the same.
name scanner 203.0.113.66.50000
name server 192.0.2.1

for i in 1..7
+0.01  scanner > server.$i: S 100:100(0) win 1024          => accept SYN_SENT
+0     server.$i > scanner: S. 500:500(0) ack 101 win 1024 => accept SYN_RECEIVED
+1     server.$i > scanner: S. 500:500(0) ack 101 win 1024 => accept SYN_RECEIVED
done
+35    scanner > server.8: S 100:100(0) win 1024           => drop SYN_SENT

for i in 1..7
connection scanner > server.$i: S1 Sh syn-scan
done
connection scanner > server.8: S0 S
listed 203.0.113.66 "syn-scan: 7 ports of 1 host"
