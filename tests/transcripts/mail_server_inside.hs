# SPDX-License-Identifier: GPL-2.0-or-later
# Case 16: a mail server on the protected side tries the same port of many
# hosts that are down, and a port scanner of ours at work is ours, too.
inside 192.0.2.0/24
name mail 192.0.2.25

for i in 10..49
+0.1   mail.400$i > 198.51.100.$i.25: S 100:100(0) win 1024 => accept SYN_SENT
+0.1   mail.50000 > 198.51.100.9.1$i: S 100:100(0) win 1024 => accept SYN_SENT
+0.01  198.51.100.9.1$i > mail.50000: R. 0:0(0) ack 101 win 0 => accept syn-scan CLOSED
done
+6

for i in 10..49
connection mail.400$i > 198.51.100.$i.25: S0 S syn-scan
connection mail.50000 > 198.51.100.9.1$i: REJ Sr syn-scan
done
listed nobody
