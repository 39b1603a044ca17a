# SPDX-License-Identifier: GPL-2.0-or-later
# Case 2: the daemon has just started among established connections. For ten
# seconds nobody is charged for a stray; after that an ACK scan is one again.
grace 10
name client 203.0.113.9
name scanner 203.0.113.66.50000
name server 192.0.2.1

for i in 10..59
+0.1  client.400$i > server.10$i: . 1000:1000(0) ack 2000 win 1024 => accept MIDSTREAM
+0    server.10$i > client.400$i: . 2000:2000(0) ack 1000 win 1024 => accept ESTABLISHED settled
done
+5
for i in 1..2
+0.1  scanner > server.200$i: . 9:9(0) ack 9 win 1024 => accept ack-scan MIDSTREAM
done
for i in 3..4
+0.1  scanner > server.200$i: . 9:9(0) ack 9 win 1024 => drop ack-scan MIDSTREAM
done
+0.1  scanner > server.2005: . 9:9(0) ack 9 win 1024 => drop ack-scan MIDSTREAM listed

for i in 10..59
connection client.400$i > server.10$i: OTH Aa
done
for i in 1..5
connection scanner > server.200$i: OTH A ack-scan
done
listed 203.0.113.66 "ack-scan: 5 ports of 1 host"
