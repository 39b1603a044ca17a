# SPDX-License-Identifier: GPL-2.0-or-later
# A source was listed and ten minutes are over. It comes back in and starts from
# nothing: six refusals more do not list it again.
name scanner 203.0.113.66.50000
name server 192.0.2.1

for i in 1..6
+0.01  scanner > server.$i: S 100:100(0) win 1024    => accept SYN_SENT
+0     server.$i > scanner: R. 0:0(0) ack 101 win 0  => accept syn-scan CLOSED
done
+0.01  scanner > server.7: S 100:100(0) win 1024     => accept SYN_SENT
+0     server.7 > scanner: R. 0:0(0) ack 101 win 0   => accept syn-scan CLOSED listed
+599   scanner > server.8: S 100:100(0) win 1024     => drop SYN_SENT
+2     scanner > server.11: S 100:100(0) win 1024    => accept SYN_SENT
+0     server.11 > scanner: R. 0:0(0) ack 101 win 0  => accept syn-scan CLOSED
for i in 12..16
+0.01  scanner > server.$i: S 100:100(0) win 1024    => accept SYN_SENT
+0     server.$i > scanner: R. 0:0(0) ack 101 win 0  => accept syn-scan CLOSED
done

for i in 1..7
connection scanner > server.$i: REJ Sr syn-scan
done
connection scanner > server.8: S0 S
for i in 11..16
connection scanner > server.$i: REJ Sr syn-scan
done
listed 203.0.113.66 "syn-scan: 7 ports of 1 host"
