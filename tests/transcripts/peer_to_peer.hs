# SPDX-License-Identifier: GPL-2.0-or-later
# Case 16: half of the peers of a peer-to-peer client are gone: refusals by many
# hosts, each at a port of its own. No scan is like that.
name client 203.0.113.77.40000

for i in 10..49
+0.1   client > 192.0.2.$i.68$i: S 100:100(0) win 1024   => accept SYN_SENT
+0.01  192.0.2.$i.68$i > client: R. 0:0(0) ack 101 win 0 => accept syn-scan CLOSED
done

for i in 10..49
connection client > 192.0.2.$i.68$i: REJ Sr syn-scan
done
listed nobody
