# SPDX-License-Identifier: GPL-2.0-or-later
# Case 19: somebody forges probes in the name of our gateway. What no conforming
# host sends is dropped, whoever it is said to be from; the gateway stays.
exempt 192.0.2.254
name gateway 192.0.2.254.50000
name server 192.0.2.1

for i in 10..29
+0.1  gateway > server.10$i: FPU 100:100(0) win 1024 => drop xmas-scan -
+0.1  gateway > server.20$i: . 100:100(0) ack 7 win 1024 => accept MIDSTREAM
done

for i in 10..29
connection gateway > server.20$i: OTH A
done
listed nobody
