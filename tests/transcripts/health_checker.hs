# SPDX-License-Identifier: GPL-2.0-or-later
# Case 13: a load balancer half-opens one port every two seconds, all day. Each
# looks like a half-open scan; that it is one port, always, says it is none.
name checker 203.0.113.20
name server 192.0.2.1.80

for i in 10..59
+2     checker.400$i > server: S 100:100(0) win 1024           => accept SYN_SENT
+0.01  server > checker.400$i: S. 500:500(0) ack 101 win 1024  => accept SYN_RECEIVED
+0.01  checker.400$i > server: R 101:101(0) win 0              => accept syn-scan CLOSED
done

for i in 10..59
connection checker.400$i > server: RSTO ShR syn-scan
done
listed nobody
