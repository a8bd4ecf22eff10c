# A complaint runs past half of its time, waits for the customer, and is settled late.
# until 30d
0      call  complaint_opened     service  complaint=b1 due=1768464000000
1d     call  complaint_acknowledged service complaint=b1
6d     email waiting_on_customer  service  complaint=b1 waiting=true
8d     email waiting_on_customer  service  complaint=b1 waiting=false
16d    call  complaint_resolved   service  complaint=b1 upheld=true redress=1500
