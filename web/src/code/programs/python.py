import json
import os
import time
import urllib.request

BASE = os.environ.get("WAVESPEED_BASE_URL", "https://api.wavespeed.ai")
INPUT = @INPUT@


def call(method, path, body=None):
    headers = {"Authorization": "Bearer " + os.environ["WAVESPEED_API_KEY"], "Content-Type": "application/json"}
    data = json.dumps(body).encode() if body else None
    request = urllib.request.Request(BASE + "/api/v3/" + path, data, headers, method=method)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)["data"]


task = call("POST", "@MODEL@", INPUT)
while task["status"] not in ("completed", "failed", "cancelled", "timeout", "deleted"):
    time.sleep(1)
    task = call("GET", "predictions/" + task["id"] + "/result")
if task["status"] != "completed":
    raise SystemExit(task["status"] + ": " + str(task.get("error")))
print("\n".join(task["outputs"]))
