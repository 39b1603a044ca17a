# SPDX-License-Identifier: GPL-2.0-or-later
# Case 23: a hundred new users within a moment. Their SYNs alone look like a
# flood; half-open they are for a round trip, and too few to be one.
name server 192.0.2.1.443

for i in 100..199
+0.001 203.0.113.$i.40000 > server: S 100:100(0) win 1024 => accept SYN_SENT
done
for i in 100..199
+0.001 server > 203.0.113.$i.40000: S. 500:500(0) ack 101 win 1024 => accept SYN_RECEIVED
done
for i in 100..199
+0.001 203.0.113.$i.40000 > server: P. 101:111(10) ack 501 win 1024 => accept ESTABLISHED settled
done

for i in 100..199
connection 203.0.113.$i.40000 > server: S1 ShD
done
listed nobody
