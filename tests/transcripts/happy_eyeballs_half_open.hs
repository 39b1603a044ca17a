# SPDX-License-Identifier: GPL-2.0-or-later
# Case 14: here the loser has its SYN/ACK when it is reset. That is what a
# half-open scan does, but at one port of one host.
name six 2001:db8:9::9
name server 2001:db8::1.443

for i in 10..29
+1     six.400$i > server: S 100:100(0) win 1024          => accept SYN_SENT
+0.05  server > six.400$i: S. 700:700(0) ack 101 win 1024 => accept SYN_RECEIVED
+0.01  six.400$i > server: R 101:101(0) win 0             => accept syn-scan CLOSED
done

for i in 10..29
connection six.400$i > server: RSTO ShR syn-scan
done
listed nobody
