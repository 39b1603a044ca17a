# SPDX-License-Identifier: GPL-2.0-or-later
# Case 33: an honest client fails now and then, six times in any day, for days:
# what is a day old is void.
name client 203.0.113.40.50000
name server 192.0.2.1

for i in 1..24
+14500 client > server.$i: S 100:100(0) win 1024   => accept SYN_SENT
+0.01  server.$i > client: R. 0:0(0) ack 101 win 0 => accept syn-scan CLOSED
done

for i in 1..24
connection client > server.$i: REJ Sr syn-scan
done
listed nobody
