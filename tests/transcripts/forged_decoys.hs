# SPDX-License-Identifier: GPL-2.0-or-later
# Case 36, as far as it is told today: six probes each in the name of five
# bystanders, who answer the SYN/ACKs with RSTs of their own. Six list nobody.
name server 192.0.2.1

for i in 1..6
for host in 11..15
+0.01  203.0.113.$host.50000 > server.$i: S 100:100(0) win 1024          => accept SYN_SENT
+0.01  server.$i > 203.0.113.$host.50000: S. 500:500(0) ack 101 win 1024 => accept SYN_RECEIVED
+0.01  203.0.113.$host.50000 > server.$i: R 101:101(0) win 0             => accept syn-scan CLOSED
done
done

for i in 1..6
for host in 11..15
connection 203.0.113.$host.50000 > server.$i: RSTO ShR syn-scan
done
done
listed nobody
