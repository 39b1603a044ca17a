# SPDX-License-Identifier: GPL-2.0-or-later
# Case 39: a flood from one address, which may be forged too. It is told, what
# is left half-open in it charges nobody, and that address is not listed: how
# much of it gets to the server is for the rules to limit.
flood 20
name server 192.0.2.1.80
name source 203.0.113.66

for i in 10..29
+0.001 source.400$i > server: S 100:100(0) win 1024          => accept SYN_SENT
+0     server > source.400$i: S. 500:500(0) ack 101 win 1024 => accept SYN_RECEIVED
done
for i in 30..59
+0.001 source.400$i > server: S 100:100(0) win 1024          => accept syn-flood SYN_SENT
+0     server > source.400$i: S. 500:500(0) ack 101 win 1024 => accept SYN_RECEIVED
done
+40
flooded server

for i in 10..29
connection source.400$i > server: S1 Sh
done
for i in 30..59
connection source.400$i > server: S1 Sh syn-flood
done
listed nobody
