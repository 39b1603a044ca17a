# SPDX-License-Identifier: GPL-2.0-or-later
# Case 36: nmap -D. Five sources probe the same ports at the same moments, and
# four of them are bystanders, who reset the SYN/ACKs as the scanner does. It is
# told that they are in step; their probes are dropped, and nobody is listed.
name server 192.0.2.1
served 192.0.2.1.80

for i in 1..7
for host in 11..15
+0.01  203.0.113.$host.50000 > server.$i: S 100:100(0) win 1024   => accept SYN_SENT
+0.001 server.$i > 203.0.113.$host.50000: R. 0:0(0) ack 101 win 0 => accept syn-scan CLOSED
done
done
for i in 8..20
for host in 11..15
+0.01  203.0.113.$host.50000 > server.$i: S 100:100(0) win 1024   => drop syn-scan -
done
done
+0.01  203.0.113.11.60000 > server.80: S 100:100(0) win 1024            => accept SYN_SENT
+0.01  server.80 > 203.0.113.11.60000: S. 500:500(0) ack 101 win 1024   => accept SYN_RECEIVED
+0.01  203.0.113.11.60000 > server.80: P. 101:201(100) ack 501 win 1024 => accept ESTABLISHED settled

for host in 11..15
in-step 203.0.113.$host
done
for i in 1..7
for host in 11..15
connection 203.0.113.$host.50000 > server.$i: REJ Sr syn-scan
done
done
for i in 8..20
for host in 11..15
connection 203.0.113.$host.50000 > server.$i: S0 S syn-scan
done
done
connection 203.0.113.11.60000 > server.80: S1 ShD
listed nobody
