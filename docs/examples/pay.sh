#!/usr/bin/env bash
# Takes one payment with curl: bash pay.sh BILLNUM AMOUNT. Exit 0: paid. 1: not paid. 2: refused.
# The address is in PAY_URL, the key (where keys are asked for) in PAY_KEY.
set -euo pipefail
url=${PAY_URL:-http://127.0.0.1:3000}
bill=$1
amount=$2

# call OPERATION BODY: prints the answer. No answer is repeated: the same members are the same call.
call() {
  local key=()
  [[ -z ${PAY_KEY:-} ]] || key=(--header "X-Api-Key: $PAY_KEY")
  until curl --silent --show-error --max-time 10 "${key[@]}" \
    --header 'Content-Type: application/json' --data "$2" "$url/api/3Pay/AliPay/$1"; do
    sleep 2
  done
}

# member NAME JSON: a member of an answer; names are unique in it. A real program has a JSON reader.
member() {
  sed -nE "s/.*\"$1\":\"?([^\",}]*)\"?.*/\1/p" <<<"$2"
}

while :; do
  answer=$(call ScanCode "{\"billnum\":\"$bill\",\"billtype\":\"1\",\"body\":\"ticket\",\
\"paytype\":\"98\",\"paymentvalue\":\"$amount\"}")
  case $(member errcode "$answer") in
    0) echo "show as a QR code: $(member codeurl "$answer")" && break ;;
    40901) break ;; # Paid already: the tag names the receipt to be asked for.
    # Not known yet (or no envelope at all): repeat it, do not collect in another way.
    '' | 1 | 50000 | 50300) sleep 2 ;;
    *) echo "refused: $answer" >&2 && exit 2 ;;
  esac
done
autoid=$(member autoid "$answer")

while :; do
  answer=$(call Query "{\"billnum\":\"$bill\",\"autoid\":\"$autoid\",\"billtype\":\"1\",\
\"paytype\":\"98\"}")
  case $(member errcode "$answer") in
    0) ;;
    '' | 1 | 50000 | 50300) sleep 2 && continue ;;
    *) echo "refused: $answer" >&2 && exit 2 ;;
  esac
  status=$(member paystatus "$answer")
  case $status in
    SUCCESS) echo 'paid: SUCCESS' && exit 0 ;;
    NOTPAY | USERPAYING) sleep 2 ;;
    *) echo "not paid: $status" && exit 1 ;;
  esac
done
