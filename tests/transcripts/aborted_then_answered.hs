# SPDX-License-Identifier: GPL-2.0-or-later
# Case 14: a client gives up too early, at ten ports that nobody knew to be
# served. The answers come after all and take the charges back.
name client 203.0.113.9.40000
name server 192.0.2.1

for i in 10..19
+1     client > server.10$i: S 100:100(0) win 1024          => accept SYN_SENT
+0.5   client > server.10$i: R 101:101(0) win 0             => accept syn-scan CLOSED
+0.05  server.10$i > client: S. 500:500(0) ack 101 win 1024 => accept CLOSED
done

for i in 10..19
connection client > server.10$i: RSTO SRh syn-scan
done
listed nobody
