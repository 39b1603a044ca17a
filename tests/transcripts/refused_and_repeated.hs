# SPDX-License-Identifier: GPL-2.0-or-later
# Windows sends its SYN twice more after a RST, number and all. Six closed ports
# asked like that are six places, not eighteen.
name client 203.0.113.9.40000
name server 192.0.2.1

for i in 1..6
for k in 1..3
+0.5   client > server.$i: S 100:100(0) win 1024   => accept SYN_SENT
+0.01  server.$i > client: R. 0:0(0) ack 101 win 0 => accept syn-scan CLOSED
done
done

for i in 1..6
connection client > server.$i: REJ Sr syn-scan
done
listed nobody
