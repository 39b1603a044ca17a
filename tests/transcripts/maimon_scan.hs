# SPDX-License-Identifier: GPL-2.0-or-later
# Case 32: nmap -sM: FIN+ACK of no connection, the same as an ACK scan but for
# its name.
name scanner 203.0.113.66.50000
name server 192.0.2.1

for i in 1..2
+0.1   scanner > server.$i: F. 9:9(0) ack 700 win 1024 => accept maimon-scan MIDSTREAM
+0.01  server.$i > scanner: R 700:700(0) win 0         => accept CLOSED
done
for i in 3..4
+0.1   scanner > server.$i: F. 9:9(0) ack 700 win 1024 => drop maimon-scan MIDSTREAM
done
+0.1   scanner > server.5: F. 9:9(0) ack 700 win 1024  => drop maimon-scan MIDSTREAM listed

for i in 1..2
connection scanner > server.$i: RSTR Fr maimon-scan
done
for i in 3..5
connection scanner > server.$i: SH F maimon-scan
done
listed 203.0.113.66 "maimon-scan: 5 ports of 1 host"
