#!/usr/bin/env bash
# Takes one payment with curl: bash pay.sh BILLNUM AMOUNT. Exit 0: paid. 1: not paid. 2: refused.
# 3: broken off, nothing is known. The address is in PAY_URL, the key (where keys are asked for) in
# PAY_KEY. The last receipt of each bill is kept in the file PAY_KEPT (pay.kept).
set -Eeuo pipefail
# What was refused in a subshell is refused; all else is not 1: it may be paid.
trap '[[ $? == 2 ]] && exit 2; echo "broken off, outcome unknown: no cash yet" >&2; exit 3' ERR
[[ $# == 2 ]] || { echo 'pay.sh BILLNUM AMOUNT' >&2 && exit 2; }
url=${PAY_URL:-http://127.0.0.1:3000}
kept=${PAY_KEPT:-pay.kept}
bill=$1
amount=$2

# member NAME JSON: a member of an answer; names are unique in it. A real program has a JSON reader.
member() {
  sed -nE "s/.*\"$1\":\"?([^\",}]*)\"?.*/\1/p" <<<"$2"
}

# call OPERATION MEMBERS: prints the answer as soon as the outcome of the call is known. Until then
# the very same call is repeated, after Retry-After where that is said.
call() {
  local key=() reply answer asked
  [[ -z ${PAY_KEY:-} ]] || key=(--header "X-Api-Key: $PAY_KEY")
  while :; do
    reply=$(curl --silent --include --max-time 10 "${key[@]}" \
      --header 'Content-Type: application/json' --data "$2" "$url/api/3Pay/AliPay/$1") || reply=''
    answer=${reply##*$'\n'}
    case $1$(member errcode "$answer") in
      # No answer, not known yet, too often, our fault, no database, overloaded.
      ScanCode | Query | ScanCode1 | Query1 | *42900 | *50000 | *50300 | *50301) ;;
      # A key is being changed, perhaps: of a code that was shown this tells nothing.
      Query40100 | Query40300 | Query50201) ;;
      *) echo "$answer" && return ;;
    esac
    asked=$(sed -nE 's/^[Rr][Ee][Tt][Rr][Yy]-[Aa][Ff][Tt][Ee][Rr]: *([0-9]{1,3}).*/\1/p' <<<"$reply")
    echo 'outcome unknown: take no cash yet' >&2 # For the people at the till.
    sleep $((${asked:-0} > 2 ? asked : 2))
  done
}

refused() {
  echo "refused: $1" >&2
  exit 2
}

# query AUTOID: prints how the receipt stands, as its paystatus.
query() {
  local answer
  answer=$(call Query "{\"billnum\":\"$bill\",\"autoid\":\"$1\",\"billtype\":\"1\",\
\"paytype\":\"98\"}")
  [[ $(member errcode "$answer") == 0 ]] || refused "$answer"
  member paystatus "$answer"
}

# watch AUTOID: asks until it is decided. What is not known never ends this.
watch() {
  local status
  while :; do
    status=$(query "$1")
    case $status in
      SUCCESS) echo 'paid: SUCCESS' && exit 0 ;;
      '' | NOTPAY | USERPAYING) sleep 2 ;;
      *) echo "not paid: $status" && exit 1 ;;
    esac
  done
}

# The receipt that was begun last on the bill. A real till has it in its database.
autoid=$([[ ! -e $kept ]] || while IFS=$'\t' read -r each last; do
  [[ $each != "$bill" ]] || echo "$last"
done <"$kept" | tail -n 1)
if [[ -n $autoid ]]; then
  # After a break: the last receipt may have been paid unseen. Only then ask for a code.
  status=$(query "$autoid")
  case $status in SUCCESS | REFUND) watch "$autoid" ;; esac
fi

answer=$(call ScanCode "{\"billnum\":\"$bill\",\"billtype\":\"1\",\"body\":\"ticket\",\
\"paytype\":\"98\",\"paymentvalue\":\"$amount\"}")
autoid=$(member autoid "$answer")
case $(member errcode "$answer") in
  0 | 40901) printf '%s\t%s\n' "$bill" "$autoid" >>"$kept" ;; # Before anybody can pay.
  *) refused "$answer" ;;
esac
# 40901: paid already; the tag names the receipt to be asked for.
[[ $(member errcode "$answer") == 40901 ]] || echo "show as a QR code: $(member codeurl "$answer")"
watch "$autoid"
