"""Takes one payment: python3 pay.py BILLNUM AMOUNT.

Exit 0: paid. 1: not paid. 2: refused. 3: broken off, nothing is known. The address is in PAY_URL, the key (where keys are asked for) in PAY_KEY. The last receipt of each
bill is kept in the file PAY_KEPT (pay.kept). Python 3.8, no packages.
"""

import http.client
import json
import os
import sys
import time
import traceback
import urllib.error
import urllib.request

URL = os.environ.get("PAY_URL", "http://127.0.0.1:3000")
KEY = os.environ.get("PAY_KEY")
KEPT = os.environ.get("PAY_KEPT", "pay.kept")
ANSWER_WITHIN_S = 10
ASK_EVERY_S = 2
LONGEST_WAIT_S = 300
# What came of the call is not known yet: it is repeated, after Retry-After where that is said.
UNDECIDED = {1, 42900, 50000, 50300, 50301}
# The key is being changed, perhaps: of a code that was shown this tells nothing.
NOT_LET_IN = {40100, 40300}
# Nor does Alipay's refusal of the service's own keys tell anything of a receipt asked after.
TELLS_NOTHING = UNDECIDED | NOT_LET_IN | {50201}


def send(operation, members):
    """One call: the answer, or None when no envelope came, and how long to wait before another."""
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    if KEY:
        headers["X-Api-Key"] = KEY
    request = urllib.request.Request(
        f"{URL}/api/3Pay/AliPay/{operation}", json.dumps(members).encode(), headers
    )
    wait = ASK_EVERY_S
    try:
        try:
            reply = urllib.request.urlopen(request, timeout=ANSWER_WITHIN_S)
        except urllib.error.HTTPError as error:
            reply = error  # An answer all the same: of 429 and 503 for example.
        with reply:
            asked = reply.headers.get("Retry-After", "")
            if asked.isdecimal():
                wait = max(wait, min(int(asked), LONGEST_WAIT_S))
            answer = json.load(reply)
    except (OSError, ValueError, http.client.HTTPException):
        return None, wait
    return (answer if isinstance(answer, dict) and "errcode" in answer else None), wait


def unknown(take="take"):
    """For the people at the till: what they must not do."""
    print(f"outcome unknown: {take} no cash yet", file=sys.stderr, flush=True)


def to_its_end(program, arguments):
    """Runs it to its exit code. 3 is not 1: a full disk, perhaps, and the money has moved."""
    try:
        return program(*arguments)
    except Exception:
        traceback.print_exc()
        print("broken off, outcome unknown: no cash yet", file=sys.stderr)
        return 3


def call(operation, members, undecided):
    """Repeats a call, with the very same members, until its outcome is known."""
    while True:
        answer, wait = send(operation, members)
        if answer and answer["errcode"] not in undecided:
            return answer
        unknown()
        time.sleep(wait)


def query(named, autoid):
    """Asks for a receipt until the answer tells how it stands."""
    return call("Query", {**named, "autoid": autoid}, TELLS_NOTHING)


def last_autoid(bill):
    """The receipt that was begun last on the bill, or None. A real till has it in its database."""
    found = None
    if os.path.exists(KEPT):
        with open(KEPT, encoding="utf-8") as lines:
            for line in lines:
                kept_bill, tab, autoid = line.rstrip("\n").partition("\t")
                if tab and kept_bill == bill:
                    found = autoid
    return found


def keep(bill, autoid):
    with open(KEPT, "a", encoding="utf-8") as lines:
        lines.write(f"{bill}\t{autoid}\n")
        lines.flush()
        os.fsync(lines.fileno())


def refused(answer):
    print("refused:", answer["errcode"], answer.get("errmsg"), file=sys.stderr)
    return 2


def watch(named, autoid):
    """Asks until it is decided. What is not known never ends this."""
    while True:
        answer = query(named, autoid)
        if answer["errcode"] != 0:
            return refused(answer)
        status = (answer.get("tag") or {}).get("paystatus")
        if status == "SUCCESS":
            print("paid: SUCCESS")
            return 0
        if status not in ("NOTPAY", "USERPAYING", None):
            print("not paid:", status)
            return 1
        time.sleep(ASK_EVERY_S)


def pay(bill, amount):
    named = {"billnum": bill, "billtype": "1", "paytype": "98"}
    autoid = last_autoid(bill)
    if autoid:
        # After a break: the last receipt may have been paid unseen. Only then ask for a code.
        answer = query(named, autoid)
        if answer["errcode"] != 0:
            return refused(answer)
        if answer["tag"]["paystatus"] in ("SUCCESS", "REFUND"):
            return watch(named, autoid)
    # The amount as text: no float can change it.
    members = {**named, "body": "ticket", "paymentvalue": amount}
    answer = call("ScanCode", members, UNDECIDED)
    # 40901: paid already; the tag names the receipt to be asked for.
    if answer["errcode"] not in (0, 40901):
        return refused(answer)
    autoid = answer["tag"]["autoid"]
    keep(bill, autoid)  # Before anybody can pay.
    if answer["errcode"] == 0:
        print("show as a QR code:", answer["tag"]["codeurl"], flush=True)
    return watch(named, autoid)


if __name__ == "__main__":
    sys.exit(to_its_end(pay, sys.argv[1:3]))
