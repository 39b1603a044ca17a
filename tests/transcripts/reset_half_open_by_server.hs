# SPDX-License-Identifier: GPL-2.0-or-later
# A server whose backlog is full takes its SYN/ACK back with a RST. The client
# had no say in it: nothing is found.
name client 203.0.113.9
name server 192.0.2.1

for i in 10..19
+0     client.400$i > server.10$i: S 100:100(0) win 1024          => accept SYN_SENT
+0.01  server.10$i > client.400$i: S. 500:500(0) ack 101 win 1024 => accept SYN_RECEIVED
+0.01  server.10$i > client.400$i: R 501:501(0) win 0             => accept CLOSED
+0.01  client.400$i > server.10$i: . 101:101(0) ack 501 win 1024  => accept CLOSED
+0.01  server.10$i > client.400$i: R 501:501(0) win 0             => accept CLOSED
done

for i in 10..19
connection client.400$i > server.10$i: RSTR ShrA
done
listed nobody
