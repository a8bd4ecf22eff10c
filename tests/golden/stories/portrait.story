# A bargain hunter waits for a late parcel, settles for less, says so, and is understood; our own people speak up as well.
# until 3d
0      web   product_viewed    /tents     product=t1
1h     web   order_placed      /checkout  order=o1 items=4 substituted=2 value=4000 discount=1500 coupons=1
2h     -     delivery_promised carrier-x  order=o1 by=1767715200000
1d     web   order_placed      /checkout  order=o2 items=1 value=2000 coupons=1
40h    post  order_delivered   carrier-x  order=o1
2d     web   order_placed      /checkout  order=o3 items=1 value=2000 coupons=1
50h    email survey_answered   survey     metric=csat score=2 low=1 high=5 dimension=staff expected=4 wanted=5
51h    -     employee_feedback_given desk touchpoint=carrier-x score=1 remark_kind=workload
52h    web   content_viewed    /guide     content=how-to-pitch
