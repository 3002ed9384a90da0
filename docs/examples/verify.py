"""Takes one callback: python3 verify.py ID TIMESTAMP SIGNATURE < BODY.

Exit 0: genuine, act on it. 1: refuse it (401). 3: known, answer 2xx and do nothing.
CALLBACK_SECRET is `whsec_...`; ids that were taken are kept in the file CALLBACK_SEEN
(callbacks.seen), where your system has a table with a unique key. Python 3.8, no packages.
"""

import base64
import hashlib
import hmac
import json
import os
import sys
import time

TOLERANCE_S = 5 * 60
SEEN = os.environ.get("CALLBACK_SEEN", "callbacks.seen")


def is_genuine(secret, event_id, timestamp, signatures, body):
    """Does a signature hold over the bytes as they came, and is it of our time?"""
    try:
        age_s = abs(time.time() - int(timestamp))
    except ValueError:
        return False
    if age_s > TOLERANCE_S:
        return False
    key = base64.b64decode(secret[len("whsec_"):])
    signed = f"{event_id}.{timestamp}.".encode() + body
    expected = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    # Two while a secret changes; all are compared, each in constant time.
    given = [one.encode() for one in signatures.split(" ")]
    return any([hmac.compare_digest(one, expected.encode()) for one in given])


def seen_before(event_id):
    """Notes the id. In your system: an insert under a unique key, in the unit that books it."""
    with open(SEEN, "a+", encoding="utf-8") as file:
        file.seek(0)
        if event_id in file.read().split("\n"):
            return True
        file.write(event_id + "\n")
        return False


def main():
    event_id, timestamp, signatures = sys.argv[1:4]
    body = sys.stdin.buffer.read()
    if not is_genuine(os.environ["CALLBACK_SECRET"], event_id, timestamp, signatures, body):
        print("refused")
        return 1
    if seen_before(event_id):
        print("known")
        return 3
    data = json.loads(body)["data"]
    # The state decides, never the type.
    print("taken", data["billnum"], data["autoid"], data["paystatus"], data["seq"])
    return 0


sys.exit(main())
