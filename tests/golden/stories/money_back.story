# The carrier fails twice, the customer asks, sends the goods back, says so in public, and waits for the money.
# until 60d
0      web   consent_changed     -          purpose=marketing state=granted
1m     web   order_placed        /checkout  order=o1 value=12900
2m     web   payment_failed      /checkout  payment=z1 order=o1
3m     web   order_placed        /checkout  order=o2 value=900
3d     post  delivery_attempted  carrier-x  order=o1 reason=nobody_home
4d     post  delivery_attempted  carrier-x  order=o1 reason=nobody_home
4.1d   call  contact_opened      service    contact=k1 intent=delivery order=o1
4.11d  call  contact_transferred service    contact=k1 to=carrier
4.12d  call  contact_opened      carrier    contact=k2 intent=delivery order=o1
4.2d   call  contact_closed      carrier    contact=k2 intent=delivery resolved=true handled_ms=900000
4.21d  call  contact_closed      service    contact=k1 resolved=true
5d     post  order_delivered     carrier-x  order=o1
7d     post  item_returned       carrier-x  order=o1 value=12900 reason=damaged refund_due=1769414400000
8d     web   review_posted       /tents     review=v1 stars=1 product=t1 order=o1 text_print=9af0
9d     web   review_posted       /tents     review=v2 stars=1 product=t2 text_print=9af0
30d    web   order_refunded      -          order=o1 value=12900
