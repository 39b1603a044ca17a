# SPDX-License-Identifier: GPL-2.0-or-later
# What this machine sends itself moves the model, but is never dropped, and its
# sender never charged, whatever it looks like.
name own 192.0.2.1
name far 198.51.100.9

for i in 10..19
+0.1   own.80 > far.30$i: F 100:100(0) win 1024 local            => accept fin-scan -
+0.1   own.81 > far.30$i: . 100:100(0) ack 7 win 1024 local      => accept MIDSTREAM
+0.1   own.50000 > far.20$i: S 100:100(0) win 1024 local         => accept SYN_SENT
+0.01  far.20$i > own.50000: R. 0:0(0) ack 101 win 0             => accept CLOSED
done

for i in 10..19
connection far.30$i > own.81: OTH ^a
connection own.50000 > far.20$i: REJ Sr
done
listed nobody
