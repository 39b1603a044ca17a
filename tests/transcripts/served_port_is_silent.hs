# SPDX-License-Identifier: GPL-2.0-or-later
# A served port stops answering: the responder is down or out of memory, which
# an operator wants to know as S0, and none of its clients' fault.
name client 203.0.113.9
name server 192.0.2.1

for i in 10..29
served server.10$i
+0.1  client.40000 > server.10$i: S 100:100(0) win 1024 => accept SYN_SENT
done
+10

for i in 10..29
connection client.40000 > server.10$i: S0 S
done
listed nobody
