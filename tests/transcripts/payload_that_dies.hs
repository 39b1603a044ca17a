# SPDX-License-Identifier: GPL-2.0-or-later
# A scanner of open ports, from a list, that says a byte on each connection with
# a TTL that ends before the server. Where a TTL ends we cannot know, and what
# has a payload is a client: he acknowledged every number and is in good
# standing for it, as he would be if the byte arrived. A closed port tells as
# ever, but then restricts him instead of listing him.
name scanner 203.0.113.66.50000
name server 192.0.2.1

for i in 1..20
+0.01  scanner > server.$i: S 100:100(0) win 1024 <mss,wscale,sackOK,TS> => accept SYN_SENT
+0     server.$i > scanner: S. 500:500(0) ack 101 win 1024         => accept SYN_RECEIVED
+0.01  scanner > server.$i: . 101:101(0) ack 501 win 1024          => accept ESTABLISHED
+0     scanner > server.$i: P. 101:102(1) ack 501 win 1024 ttl 1   => accept ESTABLISHED settled
+0     scanner > server.$i: R. 102:102(0) ack 501 win 0            => accept CLOSED settled
done

for i in 1..20
connection scanner > server.$i: RSTO ShADR
done
listed nobody
