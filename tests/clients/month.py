"""An integrator's month, from nothing but the OpenAPI document: projects, plans, schedules, payments that are
repeated and cut off, webhooks that are verified, the feed of changes, and the same totals as the server.

    month.py BASE KEY SECOND_KEY

The keys are of two people: whoever submits a schedule cannot approve it. Ends with the totals as JSON."""

import base64
import hashlib
import hmac
import http.server
import json
import random
import sys
import threading
import time

from openapi import Api, Refused

DECISION = {"number": "176/NQ-HĐND", "issuer": "HĐND tỉnh", "date": "2023-12-08"}
YEAR, MONTH = 2024, "2024-06"
PLAN = 1_000_000_000


class Receiver:
    """Takes webhooks, verifies them, and forgets repetitions."""

    def __init__(self):
        self.secret, self.told, self.fails, self.refused = None, {}, 1, 0
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(receiver.take(self.headers, body))
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/giaingan"

    def take(self, headers, body):
        name, at = headers["webhook-id"], headers["webhook-timestamp"]
        secret = base64.b64decode(self.secret.removeprefix("whsec_"))
        expected = hmac.new(secret, f"{name}.{at}.".encode() + body, hashlib.sha256).digest()
        signatures = [one.removeprefix("v1,") for one in headers["webhook-signature"].split(" ")]
        if base64.b64encode(expected).decode() not in signatures or abs(time.time() - int(at)) > 300:
            self.refused += 1
            return 401
        if self.fails:
            self.fails -= 1
            return 503
        self.told[name] = json.loads(body)
        return 204


class Feed:
    """Follows the changes and counts payments."""

    def __init__(self, api):
        self.api, self.at, self.seen = api, api.call("GET", "/changes?limit=1")["latest"], []

    def follow(self):
        rows = self.api.every(f"/changes?since={self.at}&limit=25")
        numbers = [row["seq"] for row in rows]
        assert numbers == sorted(set(numbers)) and all(number > self.at for number in numbers), numbers
        self.seen += rows
        self.at = numbers[-1] if numbers else self.at


def one(api, path, code, body):
    """The record with this code, made if it is not there."""
    found = api.call("GET", f"{path}?code={code}")["data"]
    return found[0] if found else api.call("POST", path, dict(body, code=code), key=f"make-{path}-{code}")


def prepare(api):
    unit = api.call("GET", "/administrative-units?level=province")["data"][0]
    source = one(api, "/funding-sources", "TH-NSTW", {"name": "Trung ương", "budget_level": "central", "origin": "domestic"})
    investor = one(api, "/agencies", "TH-SGTVT", {"name": "Sở Giao thông", "kind": "department", "unit_id": unit["id"]})
    projects = []
    for number in range(5):
        body = {
            "name": f"Tuyến đường số {number}", "group": "B", "sector": "transport", "managing_unit_id": unit["id"], "investor_id": investor["id"],
            "total_investment": 3 * PLAN, "investment_decision": DECISION, "start_year": 2023, "end_year": 2026, "status": "ongoing",
        }
        made = one(api, "/projects", f"TH{number:04}", body)
        assert one(api, "/projects", f"TH{number:04}", body)["id"] == made["id"]
        projects.append(made["id"])
    return source["id"], projects


def plan(api, approver, source, project):
    entry = {"funding_source_id": source, "budget_year": YEAR, "kind": "initial", "amount": PLAN, "effective_date": f"{YEAR}-01-01", "decision": DECISION}
    api.call("POST", f"/projects/{project}/plan-entries", entry, key=f"plan-{project}")
    items = [{"due_date": f"{YEAR}-06-10", "amount": PLAN // 4}, {"due_date": f"{YEAR}-12-31", "amount": PLAN - PLAN // 4}]
    body = {"funding_source_id": source, "budget_year": YEAR, "effective_date": f"{YEAR}-01-01", "items": items}
    draft = api.call("POST", f"/projects/{project}/schedules", body, key=f"schedule-{project}")
    api.call("POST", f"/schedules/{draft['id']}/submit", {})
    try:
        api.call("POST", f"/schedules/{draft['id']}/approve", {})
        raise AssertionError("whoever submits must not approve")
    except Refused as refused:
        assert refused.code == "approval_needs_second_person", refused
    assert approver.call("POST", f"/schedules/{draft['id']}/approve", {})["status"] == "approved"


def pay(api, dice, path, body, key):
    """Pays once, however often the line breaks."""
    for _ in range(dice.choice([0, 0, 1, 2])):
        api.drop("POST", path, body, key)
    if dice.random() < 0.2:
        twins = [threading.Thread(target=api.call, args=("POST", path, body, key)) for _ in range(3)]
        for twin in twins:
            twin.start()
        for twin in twins:
            twin.join()
    return api.call("POST", path, body, key)


def month(api, dice, source, projects, feed):
    """Pays through the month; gives what was paid by project."""
    paid, made = dict.fromkeys(projects, 0), []
    for day in range(1, 29):
        project = dice.choice(projects)
        amount = dice.randrange(1, 30) * 1_000_000
        path = f"/projects/{project}/disbursements"
        body = {
            "funding_source_id": source, "budget_year": YEAR, "kind": "completed_volume", "gross_amount": amount,
            "posted_on": f"{MONTH}-{day:02}", "voucher_number": f"TH-{day:03}",
        }
        payment = pay(api, dice, path, body, f"pay-{day}")
        assert payment["net_amount"] == amount
        paid[project] += amount
        made.append((project, payment))
        feed.follow()
        if day % 7 == 0:
            refuse(api, path, dict(body, gross_amount=PLAN, voucher_number=f"TH-{day:03}-x"))
    project, wrong = made[3]
    undo = {"posted_on": f"{MONTH}-28", "reason": "Ghi nhầm dự án"}
    reversal = pay(api, dice, f"/disbursements/{wrong['id']}/reversal", undo, "undo-3")
    paid[project] += reversal["net_amount"]
    return paid, len(made)


def refuse(api, path, body):
    """A payment above the plan is refused with a code, and its key is free again."""
    for _ in range(2):
        try:
            api.call("POST", path, body, key=f"too-much-{body['posted_on']}")
            raise AssertionError("more than the plan was paid")
        except Refused as refused:
            assert (refused.status, refused.code) == (422, "plan_exceeded"), refused


def settle(api, hook, receiver, expected):
    """Waits until everything is delivered, and has what failed sent again."""
    for _ in range(600):
        for delivery in api.every(f"/webhooks/{hook}/deliveries?state=failed&limit=200"):
            api.call("POST", f"/webhooks/{hook}/deliveries/{delivery['id']}/resend", {})
        waiting = api.every(f"/webhooks/{hook}/deliveries?state=queued,failed&limit=200")
        if not waiting and len(receiver.told) >= expected:
            return
        time.sleep(0.1)
    raise AssertionError(f"{len(receiver.told)} of {expected} were told")


def main():
    base, key, second = sys.argv[1:]
    api, dice, receiver = Api(base, key), random.Random(20240601), Receiver()
    approver = api.with_key(second)
    assert api.call("GET", "/me")["api_key"]["name"]
    feed = Feed(api)
    events = ["disbursement.recorded", "disbursement.reversed", "schedule.approved", "plan.changed"]
    hook = api.call("POST", "/webhooks", {"url": receiver.url, "events": events})
    receiver.secret = hook["secret"]
    source, projects = prepare(api)
    for project in projects:
        plan(api, approver, source, project)
    paid, payments = month(api, dice, source, projects, feed)
    settle(api, hook["id"], receiver, 2 * len(projects) + payments + 1)
    feed.follow()

    kinds = [message["type"] for message in receiver.told.values()]
    wanted = {"plan.changed": len(projects), "schedule.approved": len(projects), "disbursement.recorded": payments, "disbursement.reversed": 1}
    assert {kind: kinds.count(kind) for kind in wanted} == wanted and len(kinds) == sum(wanted.values()), kinds
    assert receiver.refused == 0
    actions = [row["action"] for row in feed.seen]
    assert actions.count("disbursement.recorded") == payments and actions.count("disbursement.reversed") == 1, actions
    heard = sum(message["data"]["record"]["net_amount"] for message in receiver.told.values() if message["data"]["entity"] == "disbursement")
    followed = sum(row["after"]["net_amount"] for row in feed.seen if row["entity"] == "disbursement")

    totals = {}
    for project in projects:
        progress = api.call("GET", f"/projects/{project}/progress?budget_year={YEAR}")
        assert progress["totals"]["disbursed"] == paid[project], (progress["totals"], paid[project])
        listed = api.every(f"/disbursements?project_id={project}&limit=3")
        assert sum(row["net_amount"] for row in listed) == paid[project]
        totals[progress["project"]["code"]] = paid[project]
    report = api.call("GET", f"/reports/progress?budget_year={YEAR}&group_by=investor")
    total = sum(paid.values())
    assert (report["totals"]["disbursed"], report["totals"]["plan"]) == (total, PLAN * len(projects)), report["totals"]
    assert heard == followed == total, (heard, followed, total)
    print(json.dumps({"payments": payments, "disbursed": total, "projects": totals}))


if __name__ == "__main__":
    main()
