# SPDX-License-Identifier: GPL-2.0-or-later
# Case 15: the monitoring host asks twenty ports, most of them closed. What it
# does is seen; it is exempt and not listed.
exempt 203.0.113.50
name monitor 203.0.113.50.40000
name server 192.0.2.1

for i in 10..29
+0.1   monitor > server.10$i: S 100:100(0) win 1024   => accept SYN_SENT
+0.01  server.10$i > monitor: R. 0:0(0) ack 101 win 0 => accept syn-scan CLOSED
done

for i in 10..29
connection monitor > server.10$i: REJ Sr syn-scan
done
listed nobody
