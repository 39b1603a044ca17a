# SPDX-License-Identifier: GPL-2.0-or-later
# Case 10: a host that is attacked under our addresses refuses: RSTs for
# connections that we never asked for. They are a victim's, too.
name victim 198.51.100.7.443
name host 192.0.2.1

for i in 10..11
+0.1  victim > host.300$i: R. 0:0(0) ack 900 win 0 => accept unsolicited-rst NONE
done
for i in 12..59
+0.1  victim > host.300$i: R. 0:0(0) ack 900 win 0 => drop unsolicited-rst NONE
done
for i in 10..59
+0.1  victim > 192.0.2.$i.22: R. 0:0(0) ack 900 win 0 => drop unsolicited-rst NONE
done

listed nobody
