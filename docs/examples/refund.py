"""Gives money back: python3 refund.py BILLNUM AUTOID BATCHNO AMOUNT.

Of a bill of type 1 paid by 97. Exit 0: it went back. 1: finally refused, nothing went back. 2:
refused. 3: broken off, nothing is known. The address is in PAY_URL, the key in PAY_KEY. Keep
BATCHNO before the first call: the same number is the same refund, however often it is sent. Needs
pay.py beside it.
"""

import sys
import time

from pay import NOT_LET_IN, UNDECIDED, refused, send, to_its_end, unknown


def refund(bill, autoid, batchno, amount):
    named = {"billnum": bill, "autoid": autoid, "billtype": "1", "paytype": "97"}
    named["batchno"] = batchno
    operation = "Refund"
    arrived = False
    while True:
        # The amount as text: no float can change it.
        members = {**named, "refundvalue": amount} if operation == "Refund" else named
        answer, wait = send(operation, members)
        errcode = answer["errcode"] if answer else 1
        tag = (answer.get("tag") if answer else None) or {}
        status = tag.get("refundstatus") if errcode == 0 else None
        if status == "2":
            print("returned:", tag["refundvalue"])
            return 0
        if status == "9":
            print("not returned:", answer["errmsg"])  # Another try needs a new batchno.
            return 1
        goes_on = errcode in UNDECIDED or (arrived and errcode in NOT_LET_IN)
        if errcode != 0 and not goes_on:
            return refused(answer)
        arrived = True  # Perhaps.
        unknown("give")
        # With a tag it is saved: it is asked after. Without one the very same call is made again.
        if errcode == 1 and tag:
            operation = "RefundQuery"
        time.sleep(wait)


if __name__ == "__main__":
    sys.exit(to_its_end(refund, sys.argv[1:5]))
