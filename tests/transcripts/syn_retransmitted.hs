# SPDX-License-Identifier: GPL-2.0-or-later
# Case 3: a server is down and its client keeps calling, as Linux does for two
# minutes, then from another port. It is one and the same place each time.
name client 203.0.113.9
name server 192.0.2.1.80

+0   client.40000 > server: S 100:100(0) win 1024 => accept SYN_SENT
+1   client.40000 > server: S 100:100(0) win 1024 => accept SYN_SENT
+2   client.40000 > server: S 100:100(0) win 1024 => accept SYN_SENT
+4   client.40000 > server: S 100:100(0) win 1024 => accept SYN_SENT
+8   client.40000 > server: S 100:100(0) win 1024 => accept SYN_SENT
+16  client.40000 > server: S 100:100(0) win 1024 => accept SYN_SENT
+32  client.40000 > server: S 100:100(0) win 1024 => accept SYN_SENT
for i in 10..29
+10  client.410$i > server: S $i:$i(0) win 1024 => accept SYN_SENT
+1   client.410$i > server: S $i:$i(0) win 1024 => accept SYN_SENT
+2   client.410$i > server: S $i:$i(0) win 1024 => accept SYN_SENT
done
+10

# One connection, however often it was asked for.
connection client.40000 > server: S0 S syn-scan
for i in 10..29
connection client.410$i > server: S0 S syn-scan
done
listed nobody
