# SPDX-License-Identifier: GPL-2.0-or-later
# The server restarted, or made two SYN cookies: two SYN/ACKs with different
# numbers answer one SYN, and either may be acknowledged.
name client 203.0.113.9
name server 192.0.2.1.80

for i in 1..2
+0     client.4000$i > server: S 100:100(0) win 1024              => accept SYN_SENT
+0.01  server > client.4000$i: S. 10000:10000(0) ack 101 win 1024 => accept SYN_RECEIVED
+1     server > client.4000$i: S. 20000:20000(0) ack 101 win 1024 => accept HALF_SEEN
+0.01  client.4000$i > server: P. 101:111(10) ack $i0001 win 1024 => accept HALF_SEEN
+0.01  server > client.4000$i: . $i0001:$i0001(0) ack 111 win 1024 => accept ESTABLISHED settled
done

connection client.40001 > server: S1 ShhDa
connection client.40002 > server: S1 ShhDa
listed nobody
