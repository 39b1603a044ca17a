# SPDX-License-Identifier: GPL-2.0-or-later
# Case 10: the same with one address of ours. From the third closed port on the
# SYN/ACKs are dropped, as if they were probes, and still nobody is listed.
name victim 198.51.100.7.443
name host 192.0.2.1

for i in 10..11
+0.1  victim > host.300$i: S. 500:500(0) ack 900 win 1024 => accept unsolicited-syn-ack MIDSTREAM
done
for i in 12..59
+0.1  victim > host.300$i: S. 500:500(0) ack 900 win 1024 => drop unsolicited-syn-ack MIDSTREAM
done

for i in 10..59
connection host.300$i > victim: OTH ^h unsolicited-syn-ack
done
listed nobody
