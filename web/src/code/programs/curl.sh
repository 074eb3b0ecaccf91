base=${WAVESPEED_BASE_URL:-https://api.wavespeed.ai}
call() {
  curl -sS --fail-with-body -H "Authorization: Bearer $WAVESPEED_API_KEY" -H 'Content-Type: application/json' "$base/api/v3/$@"
}

task=$(call @MODEL@ --data-raw @INPUT@)
id=$(printf '%s\n' "$task" | grep -o '"id": *"[^"]*"' | head -n 1 | cut -d '"' -f 4)
until call "predictions/$id/result" > result.json &&
  grep -Eq '"status": *"(completed|failed|cancelled|timeout|deleted)"' result.json; do
  sleep 1
done
cat result.json
