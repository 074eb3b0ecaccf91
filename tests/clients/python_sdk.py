"""The vendor's Python SDK as it comes, with its base URL pointed at a proxy. Says as JSON what each scenario came to."""

import json
import os
import sys
import time

import requests
from wavespeed import Client

BASE = os.environ["BASE"]
MODEL = "wavespeed-ai/imagen4"
client = Client(api_key="a-text-of-the-developers-own", base_url=BASE)


def run():
    outputs = client.run(MODEL, {"prompt": "a fox", "num_images": 2, "seed": 7}, poll_interval=0.05)["outputs"]
    return [len(requests.get(url, timeout=10).content) for url in outputs]


def sync():
    return len(client.run(MODEL, {"prompt": "a fox"}, enable_sync_mode=True)["outputs"])


def models():
    bought = [
        ("wavespeed-ai/flux-dev", {"prompt": "a fox", "size": "768*512", "num_images": 2, "guidance_scale": 3.5}),
        ("google/nano-banana-2/text-to-image", {"prompt": "a fox", "aspect_ratio": "3:2", "resolution": "4k"}),
        ("midjourney/text-to-image", {"prompt": "a fox", "stylize": 200, "quality": 4}),
    ]
    return [len(client.run(model, inputs, poll_interval=0.05)["outputs"]) for model, inputs in bought]


def failure():
    try:
        client.run(MODEL, {"prompt": "a fox that fails"}, poll_interval=0.05, max_retries=2)
    except RuntimeError as error:
        return str(error)


def refused():
    result = client.run_no_throw(MODEL, {"prompt": "a fox", "steps": 30}, max_retries=2)
    return [result["status"], result["error"]]


def recover():
    try:
        client.run(MODEL, {"prompt": "a slow fox"}, timeout=1, poll_interval=0.1)
    except TimeoutError as error:
        task = str(error).split("task_id: ")[1].rstrip(")")
    while True:
        data = client.get_result(task)["data"]
        if data["status"] not in ("created", "processing"):
            return [data["status"], len(data["outputs"])]
        time.sleep(0.1)


def listing():
    body = {"page": 1, "page_size": 10, "status": "completed"}
    answer = requests.post(f"{BASE}/api/v3/predictions", json=body, headers=client._get_headers(), timeout=10)
    return [answer.status_code, answer.json()["data"]["total"]]


def gone():
    task = client.run_no_throw(MODEL, {"prompt": "a fox"}, poll_interval=0.05)["task_id"]
    answer = requests.post(
        f"{BASE}/api/v3/predictions/delete", json={"ids": [task]}, headers=client._get_headers(), timeout=10
    )
    try:
        client.get_result(task)
    except RuntimeError as error:
        return [answer.json()["data"]["deleted_count"], str(error)]


print(json.dumps(globals()[sys.argv[1]]()))
