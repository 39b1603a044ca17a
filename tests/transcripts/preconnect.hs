# SPDX-License-Identifier: GPL-2.0-or-later
# Case 24: a browser connects ahead of need, and closes what it does not use.
# Each looks like a connect scan, and it is one port.
name browser 203.0.113.9
name server 192.0.2.1.443

for i in 10..29
+1     browser.400$i > server: S 100:100(0) win 1024          => accept SYN_SENT
+0.01  server > browser.400$i: S. 500:500(0) ack 101 win 1024 => accept SYN_RECEIVED
+0.01  browser.400$i > server: . 101:101(0) ack 501 win 1024  => accept ESTABLISHED
+9     browser.400$i > server: F. 101:101(0) ack 501 win 1024 => accept connect-scan FIN_WAIT_1
+0.01  server > browser.400$i: F. 501:501(0) ack 102 win 1024 => accept CLOSING
+0.01  browser.400$i > server: . 102:102(0) ack 502 win 1024  => accept TIME_WAIT
done

for i in 10..29
connection browser.400$i > server: SF ShAFf connect-scan
done
listed nobody
