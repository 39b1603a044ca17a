# SPDX-License-Identifier: GPL-2.0-or-later
# Case 10: somebody floods a web server with our addresses for sources. Its
# SYN/ACKs, each refused by our host, are a victim's and never list it.
name victim 198.51.100.7.443

for i in 10..39
+0.1   victim > 192.0.2.$i.300$i: S. 500:500(0) ack 900 win 1024 => accept unsolicited-syn-ack MIDSTREAM
+0.01  192.0.2.$i.300$i > victim: R 900:900(0) win 0             => accept CLOSED
done

for i in 10..39
connection 192.0.2.$i.300$i > victim: RSTO ^hR unsolicited-syn-ack
done
listed nobody
