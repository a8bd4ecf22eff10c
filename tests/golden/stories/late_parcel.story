# A promise is broken, the customer calls twice, the parcel comes; each absence fires by itself.
# until 20d
0      web   consent_changed  -           purpose=marketing state=granted
1m     web   order_placed     /checkout   order=o1 value=4900
2m     -     delivery_promised carrier-x  order=o1 by=1767859200000
4d     call  contact_opened   service     contact=k1 intent=delivery order=o1
4d     call  contact_closed   service     contact=k1 resolved=false
6d     call  contact_opened   service     contact=k2 intent=delivery order=o1
6.1d   call  contact_closed   service     contact=k2 resolved=true
7d     -     order_delivered  carrier-x   order=o1
8d     email survey_answered  survey      metric=nps score=3 low=0 high=10
