#!/usr/bin/env bash
# What a desk does, with curl, of bills of type 1 paid by 97:
#   bash desk.sh charge BILLNUM AMOUNT CODE             charges the code on a guest's phone
#   bash desk.sh cancel BILLNUM AUTOID                  undoes a receipt, paid or not
#   bash desk.sh refund BILLNUM AUTOID BATCHNO AMOUNT   gives money back
# Exit 0: paid, undone, returned. 1: it is not, finally. 2: refused. 3: broken off, nothing is
# known. The address is in PAY_URL, the key in PAY_KEY, the last receipt of each charged bill in
# the file PAY_KEPT (pay.kept). A guest who does not type the password within PAY_PATIENCE_S (60)
# is given up. Keep BATCHNO before the first call: the same number is the same refund, however
# often it is sent.
set -Eeuo pipefail
trap 'echo "broken off, outcome unknown: no cash yet" >&2 && exit 3' ERR
url=${PAY_URL:-http://127.0.0.1:3000}
kept=${PAY_KEPT:-pay.kept}
patience=${PAY_PATIENCE_S:-60}
arrived=''

# member NAME: a member of the answer; names are unique in it. A real program has a JSON reader.
member() {
  sed -nE "s/.*\"$1\":\"?([^\",}]*)\"?.*/\1/p" <<<"$answer"
}

# send OPERATION MEMBERS: one call. Sets answer, errcode (no answer is like 1: perhaps it was done),
# and how long to wait before another.
send() {
  local key=() reply asked
  [[ -z ${PAY_KEY:-} ]] || key=(--header "X-Api-Key: $PAY_KEY")
  reply=$(curl --silent --include --max-time 10 "${key[@]}" \
    --header 'Content-Type: application/json' --data "$2" "$url/api/3Pay/AliPay/$1") || reply=''
  answer=${reply##*$'\n'}
  errcode=$(member errcode)
  errcode=${errcode:-1}
  asked=$(sed -nE 's/^[Rr][Ee][Tt][Rr][Yy]-[Aa][Ff][Tt][Ee][Rr]: *([0-9]{1,3}).*/\1/p' <<<"$reply")
  asked=${asked:-0}
  wait=$((10#$asked > 2 ? 10#$asked : 2))
}

end() {
  echo "$2"
  exit "$1"
}

refused() {
  end 2 "refused: $answer" >&2
}

# What came of the call is not known yet.
undecided() {
  [[ $errcode =~ ^(1|42900|50000|50300|50301)$ ]]
}

# The key is being changed, perhaps: of what may have arrived this tells nothing.
not_let_in() {
  [[ $errcode =~ ^(40100|40300)$ ]]
}

# unknown TAKE: for the people at the desk, what they must not do.
unknown() {
  echo "outcome unknown: $1 no cash yet" >&2
}

# again TAKE: ends at a refusal; else waits, and the very same call is made again: it counts once.
again() {
  [[ $errcode == 0 ]] || undecided || { [[ -n $arrived ]] && not_let_in; } || refused
  arrived=perhaps
  unknown "$1"
  sleep "$wait"
}

# watch NAMED: asks until it is decided. A guest who is too slow is given up; unknown ends nothing.
watch() {
  local operation=Query until=$((SECONDS + patience)) status
  while :; do
    send "$operation" "{$1}"
    status=''
    [[ $errcode != 0 ]] || status=$(member paystatus)
    case $status in
      SUCCESS) end 0 'paid: SUCCESS' ;;
      '' | NOTPAY | USERPAYING) ;;
      *) end 1 "not paid: $status" ;;
    esac
    if [[ $operation == Cancel && $errcode != 0 ]] && ! undecided; then
      operation=Query # It is not undone: it may be paid.
      until=$((SECONDS + patience))
    # Neither does Alipay's refusal of the service's own keys (50201) tell anything of a receipt.
    elif [[ $errcode != 0 && $errcode != 50201 ]] && ! undecided && ! not_let_in; then
      refused
    fi
    [[ -n $status ]] || unknown take
    # Only what is known to wait for its guest. Once begun, Cancel is repeated until it is decided.
    [[ -z $status ]] || ((SECONDS <= until)) || operation=Cancel
    sleep "$wait"
  done
}

# The receipt that was begun last on the bill. A real till has it in its database.
last_autoid() {
  [[ ! -e $kept ]] || while IFS=$'\t' read -r each last; do
    [[ $each != "$1" ]] || echo "$last"
  done <"$kept" | tail -n 1
}

charge() {
  local named="\"billnum\":\"$1\",\"billtype\":\"1\",\"paytype\":\"97\"" autoid
  autoid=$(last_autoid "$1")
  if [[ -n $autoid ]]; then
    # After a break: the last receipt may have been paid unseen. Only then charge.
    send Query "{$named,\"autoid\":\"$autoid\"}"
    case $errcode$(member paystatus) in
      0PAYERROR | 0CLOSED | 0REVOKED) ;;
      *) watch "$named,\"autoid\":\"$autoid\"" ;;
    esac
  fi
  while :; do
    # The amount as text: no float can change it.
    send BarCode "{$named,\"body\":\"ticket\",\"paymentvalue\":\"$2\",\"barcode\":\"$3\"}"
    autoid=$(member autoid)
    # 0: it says how it stands. 1: not known yet. 40901: paid already. All name the receipt.
    if [[ -n $autoid && $errcode =~ ^(0|1|40901)$ ]]; then
      [[ $errcode != 1 ]] || unknown take
      printf '%s\t%s\n' "$1" "$autoid" >>"$kept"
      watch "$named,\"autoid\":\"$autoid\""
    fi
    again take
  done
}

cancel() {
  local named="\"billnum\":\"$1\",\"autoid\":\"$2\",\"billtype\":\"1\",\"paytype\":\"97\"" status
  while :; do
    send Cancel "{$named}"
    status=$([[ $errcode != 0 ]] || member paystatus)
    case $status in
      '' | NOTPAY | USERPAYING) again give ;; # The money may be on its way back.
      SUCCESS) end 1 'not undone: SUCCESS' ;;
      *) end 0 "undone: $status" ;;
    esac
  done
}

refund() {
  local named="\"billnum\":\"$1\",\"autoid\":\"$2\",\"billtype\":\"1\",\"paytype\":\"97\"" status
  local operation=Refund members
  named+=",\"batchno\":\"$3\""
  members="{$named,\"refundvalue\":\"$4\"}"
  while :; do
    send "$operation" "$members"
    status=$([[ $errcode != 0 ]] || member refundstatus)
    case $status in
      2) end 0 "returned: $(member refundvalue)" ;;
      9) end 1 "not returned: $answer" ;; # Another try needs a new batchno.
    esac
    # With a tag it is saved: it is asked after. Without one the same call is made again.
    if [[ $errcode == 1 && -n $(member batchno) ]]; then
      operation=RefundQuery
      members="{$named}"
    fi
    again give
  done
}

case "${1:-} $#" in
  'charge 4' | 'cancel 3' | 'refund 5') "$@" ;;
  *) end 2 'charge BILL AMOUNT CODE, cancel BILL AUTOID or refund BILL AUTOID BATCHNO AMOUNT' >&2 ;;
esac
