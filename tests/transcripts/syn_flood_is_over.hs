# SPDX-License-Identifier: GPL-2.0-or-later
# Case 38: when the flood is over its half-open connections expire. Their
# sources are forged, the last ones as much as the first: nobody is charged.
flood 20
name server 192.0.2.1.80

for i in 10..29
+0.001 198.51.100.$i.40000 > server: S 100:100(0) win 1024          => accept SYN_SENT
+0     server > 198.51.100.$i.40000: S. 500:500(0) ack 101 win 1024 => accept SYN_RECEIVED
done
for i in 30..39
+0.001 198.51.100.$i.40000 > server: S 100:100(0) win 1024          => accept syn-flood SYN_SENT
+0     server > 198.51.100.$i.40000: S. 500:500(0) ack 101 win 1024 => accept SYN_RECEIVED
done
+35
flooded server

for i in 10..29
connection 198.51.100.$i.40000 > server: S1 Sh
done
for i in 30..39
connection 198.51.100.$i.40000 > server: S1 Sh syn-flood
done
listed nobody
