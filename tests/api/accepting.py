"""One of several client processes: accepts many proposals at once; prints a status a line, and what is offered else."""

import json
import sys
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from urllib.error import HTTPError

OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def accept(base, token, proposal, opening):
    body = json.dumps({"kind": "accept", "opening_id": opening}).encode()
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json", "Idempotency-Key": proposal}
    request = urllib.request.Request(f"{base}/v1/proposals/{proposal}/decisions", body, headers)
    try:
        with OPENER.open(request, timeout=60) as answer:
            return answer.status, ""
    except HTTPError as error:
        told = json.loads(error.read())
        return error.code, " ".join([told["code"], *(one["opening_id"] for one in told.get("next_best", ()))])


if __name__ == "__main__":
    base, token, opening, *proposals = sys.argv[1:]
    with ThreadPoolExecutor(50) as pool:
        for status, code in pool.map(lambda one: accept(base, token, one, opening), proposals):
            print(status, code)
