# SPDX-License-Identifier: GPL-2.0-or-later
# Case 38: a SYN flood from addresses that do not exist. It is told once, each
# SYN after that is named, all pass to the responder, and nobody is listed.
flood 20
name server 192.0.2.1.80

for i in 10..29
+0.001 198.51.100.$i.40000 > server: S 100:100(0) win 1024          => accept SYN_SENT
+0     server > 198.51.100.$i.40000: S. 500:500(0) ack 101 win 1024 => accept SYN_RECEIVED
done
for i in 30..49
+0.001 198.51.100.$i.40000 > server: S 100:100(0) win 1024          => accept syn-flood SYN_SENT
+0     server > 198.51.100.$i.40000: S. 500:500(0) ack 101 win 1024 => accept SYN_RECEIVED
done
flooded server

for i in 10..29
connection 198.51.100.$i.40000 > server: S1 Sh
done
for i in 30..49
connection 198.51.100.$i.40000 > server: S1 Sh syn-flood
done
listed nobody
