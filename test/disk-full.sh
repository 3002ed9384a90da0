#!/bin/sh
# A disk that is full: the service on a small tmpfs answers with errors, never with SUCCESS for what
# is not in the books, lives on, and goes on when there is room again. Root only: `npm run disk-full`.
# What cannot be run has proved nothing: exit code 2.
set -u
cd "$(dirname "$0")/.." || exit 2
if [ "$(id -u)" != 0 ]; then
  echo "not run: mounting a tmpfs needs root"
  exit 2
fi
for name in node curl mount; do
  command -v "$name" >/dev/null || { echo "not run: there is no $name"; exit 2; }
done
[ -f dist/src/main.js ] || { echo "not run: npm run build first"; exit 2; }
disk=$(mktemp -d)
data=$(mktemp -d)
if ! mount -t tmpfs -o size=2m tmpfs "$disk" 2>/dev/null; then
  rmdir "$disk" "$data"
  echo "not run: no tmpfs can be mounted here"
  exit 2
fi
service=
finish() {
  [ -n "$service" ] && kill -9 "$service" 2>/dev/null
  pid=$(sed -n 's/.*"pid": *\([0-9]*\).*/\1/p' "$data/simulator/simulator.json" 2>/dev/null)
  [ -n "$pid" ] && kill -9 "$pid" 2>/dev/null
  sleep 1
  umount "$disk"
  rm -rf "$disk" "$data"
}
trap finish EXIT

NODE_ENV=test PORT=0 DATABASE_URL="sqlite:$disk/books.sqlite" SIM_PORT=0 \
  SIM_DATA="$data/simulator" SWEEP_PERIOD_MS=200 RATE_LIMIT_PER_MINUTE=1000000 \
  MICROSERVICE_TRANSPORT=none LOG_LEVEL=error node dist/src/main.js >"$data/log" 2>&1 &
service=$!
url=
for _ in $(seq 100); do
  url=$(sed -n 's|^3Pay Gateway *\(http://[^/]*\)/.*|\1|p' "$data/log")
  [ -n "$url" ] && break
  sleep 0.2
done
[ -n "$url" ] || { echo "the service did not start"; cat "$data/log"; exit 1; }

node test/disk-full.mjs "$url" "$disk" "$data/simulator/simulator.json"
result=$?
kill -0 "$service" 2>/dev/null || { echo "FAILED: the service has died"; result=1; }
exit $result
