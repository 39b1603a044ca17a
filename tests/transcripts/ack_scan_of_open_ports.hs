# SPDX-License-Identifier: GPL-2.0-or-later
# Case 31, seen from case 1: ACKs of no connection to ports that serve say
# nothing about who sent them, however many.
name scanner 203.0.113.66.50000
name server 192.0.2.1

for i in 10..29
served server.10$i
+0.1   scanner > server.10$i: . 9:9(0) ack 700 win 1024 => accept MIDSTREAM
+0.01  server.10$i > scanner: R 700:700(0) win 0        => accept CLOSED
done

for i in 10..29
connection scanner > server.10$i: RSTRH Ar
done
listed nobody
