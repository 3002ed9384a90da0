"""Charges the code on a guest's phone: python3 charge.py BILLNUM AMOUNT CODE.

Exit 0: paid. 1: not paid. 2: refused. 3: broken off, nothing is known. The address is in PAY_URL,
the key (where keys are asked for) in PAY_KEY, the last receipt of each bill in the file PAY_KEPT
(pay.kept). A guest who does not type the password within PAY_PATIENCE_S (60) is given up: Cancel.
Needs pay.py beside it.
"""

import os
import sys
import time

from pay import NOT_LET_IN, TELLS_NOTHING, UNDECIDED
from pay import keep, last_autoid, refused, send, to_its_end, unknown

PATIENCE_S = float(os.environ.get("PAY_PATIENCE_S", "60"))


def paystatus(answer):
    """How the receipt stands; None when the answer does not tell."""
    return answer["tag"].get("paystatus") if answer and answer["errcode"] == 0 else None


def watch(named, autoid):
    """Asks until it is decided. A guest who is too slow is given up; unknown ends nothing."""
    operation = "Query"
    patient_until = time.monotonic() + PATIENCE_S
    while True:
        answer, wait = send(operation, {**named, "autoid": autoid})
        errcode = answer["errcode"] if answer else 1
        status = paystatus(answer)
        if status == "SUCCESS":
            print("paid: SUCCESS")
            return 0
        if status not in (None, "NOTPAY", "USERPAYING"):
            print("not paid:", status)
            return 1
        if operation == "Cancel" and errcode not in {0} | UNDECIDED:
            operation = "Query"  # It is not undone: it may be paid.
            patient_until = time.monotonic() + PATIENCE_S
        elif errcode != 0 and errcode not in TELLS_NOTHING:
            return refused(answer)
        if not status:
            unknown()
        # Only what is known to wait for its guest. Once begun, Cancel is repeated until decided.
        if status and time.monotonic() > patient_until:
            operation = "Cancel"
        time.sleep(wait)


def charge(bill, amount, code):
    named = {"billnum": bill, "billtype": "1", "paytype": "97"}
    last = last_autoid(bill)
    if last:
        # After a break: the last receipt may have been paid unseen. Only then charge.
        answer, _ = send("Query", {**named, "autoid": last})
        if paystatus(answer) not in ("PAYERROR", "CLOSED", "REVOKED"):
            return watch(named, last)
    # The amount as text: no float can change it.
    members = {**named, "body": "ticket", "paymentvalue": amount, "barcode": code}
    arrived = False
    while True:
        answer, wait = send("BarCode", members)
        errcode = answer["errcode"] if answer else 1
        autoid = (answer.get("tag") or {}).get("autoid") if answer else None
        # 0: it says how it stands. 1: not known yet. 40901: paid already. All name the receipt.
        if autoid and errcode in (0, 1, 40901):
            if errcode == 1:
                unknown()
            keep(bill, autoid)
            return watch(named, autoid)
        if errcode not in UNDECIDED and not (arrived and errcode in NOT_LET_IN):
            return refused(answer)
        arrived = True  # Perhaps. So the very same call is made again, and charges once.
        unknown()
        time.sleep(wait)


if __name__ == "__main__":
    sys.exit(to_its_end(charge, sys.argv[1:4]))
