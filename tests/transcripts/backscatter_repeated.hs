# SPDX-License-Identifier: GPL-2.0-or-later
# Case 10: our host drops the victim's SYN/ACK without a word, and the victim
# sends it five times more. It is one and the same stray.
name victim 198.51.100.7.443
name host 192.0.2.1.30010

+0   victim > host: S. 500:500(0) ack 900 win 1024 => accept unsolicited-syn-ack MIDSTREAM
+1   victim > host: S. 500:500(0) ack 900 win 1024 => accept MIDSTREAM
+2   victim > host: S. 500:500(0) ack 900 win 1024 => accept MIDSTREAM
+4   victim > host: S. 500:500(0) ack 900 win 1024 => accept MIDSTREAM
+8   victim > host: S. 500:500(0) ack 900 win 1024 => accept MIDSTREAM
+16  victim > host: S. 500:500(0) ack 900 win 1024 => accept MIDSTREAM

connection host > victim: OTH ^h unsolicited-syn-ack
listed nobody
