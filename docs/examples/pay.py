"""Takes one payment: python3 pay.py BILLNUM AMOUNT. Exit 0: paid. 1: not paid. 2: refused.

The address is in PAY_URL, the key (where keys are asked for) in PAY_KEY. Python 3.8, no packages.
"""

import json
import os
import sys
import time
import urllib.error
import urllib.request

URL = os.environ.get("PAY_URL", "http://127.0.0.1:3000")
KEY = os.environ.get("PAY_KEY")
ANSWER_WITHIN_S = 10
ASK_EVERY_S = 2
# Our fault or nobody's: what came of the call is not known, so it is repeated.
UNDECIDED = {1, 50000, 50300}


def send(operation, members):
    """One call; None when no envelope came."""
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    if KEY:
        headers["X-Api-Key"] = KEY
    request = urllib.request.Request(
        f"{URL}/api/3Pay/AliPay/{operation}", json.dumps(members).encode(), headers
    )
    try:
        with urllib.request.urlopen(request, timeout=ANSWER_WITHIN_S) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        try:
            return json.load(error)
        except ValueError:
            return None
    except (OSError, ValueError):
        return None


def call(operation, members):
    """Repeats a call, with the very same members, until its outcome is known."""
    while True:
        answer = send(operation, members)
        if answer and "errcode" in answer and answer["errcode"] not in UNDECIDED:
            return answer
        time.sleep(ASK_EVERY_S)


def pay(bill, amount):
    named = {"billnum": bill, "billtype": "1", "paytype": "98"}
    # The amount as text: no float can change it.
    answer = call("ScanCode", {**named, "body": "ticket", "paymentvalue": amount})
    if answer["errcode"] == 40901:
        pass  # Paid already: the tag names the receipt to be asked for.
    elif answer["errcode"] != 0:
        print("refused:", answer["errcode"], answer.get("errmsg"), file=sys.stderr)
        return 2
    else:
        print("show as a QR code:", answer["tag"]["codeurl"], flush=True)
    autoid = answer["tag"]["autoid"]
    while True:
        answer = call("Query", {**named, "autoid": autoid})
        if answer["errcode"] != 0:
            print("refused:", answer["errcode"], answer.get("errmsg"), file=sys.stderr)
            return 2
        status = answer["tag"]["paystatus"]
        if status == "SUCCESS":
            print("paid: SUCCESS")
            return 0
        if status not in ("NOTPAY", "USERPAYING"):
            print("not paid:", status)
            return 1
        time.sleep(ASK_EVERY_S)


if __name__ == "__main__":
    sys.exit(pay(sys.argv[1], sys.argv[2]))
