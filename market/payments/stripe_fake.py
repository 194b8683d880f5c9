"""A stand-in for Stripe on this machine, below the library's own HTTP seam: it remembers, signs, and refuses what the
real interface would refuse. For the demo and the tests only; no call of it has ever been compared with Stripe itself.

Parameters are checked against the types that come with the stripe package, so one that the present interface does not
have is refused here too. What it remembers lies in one SQLite file, because web server and worker are two processes.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
import time
import urllib.parse
import urllib.request
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import stripe
from django.conf import settings
from stripe.params import RefundCreateParams
from stripe.params.checkout import SessionCreateParams, SessionExpireParams

from market.payments.stripe_contract import contract_errors, nested

FILE = "stripe-stand-in.sqlite3"
TABLES = """
CREATE TABLE IF NOT EXISTS object (id TEXT PRIMARY KEY, kind TEXT, number INTEGER, body TEXT,
  delivered INTEGER DEFAULT 0);
CREATE TABLE IF NOT EXISTS answer (key TEXT PRIMARY KEY, question TEXT, status INTEGER, body TEXT);
CREATE TABLE IF NOT EXISTS fault (number INTEGER PRIMARY KEY, kind TEXT);
"""


class Refusal(Exception):
    """What Stripe answers instead of doing it."""

    def __init__(self, message: str, *, status: int = 400, kind: str = "invalid_request_error") -> None:
        super().__init__(message)
        self.status = status
        self.body = {"error": {"type": kind, "message": message}}


def check(params_type: Any, params: dict[str, Any]) -> None:
    """Refuse what Stripe's own types do not have."""
    if wrong := contract_errors(params_type, params):
        raise Refusal("; ".join(wrong))


class FakeStripe(stripe.HTTPClient):
    """The stand-in as the library sees it."""

    name = "stand-in"

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.file = file
        with closing(self._open()) as db:
            db.executescript(TABLES)

    @classmethod
    def here(cls) -> FakeStripe:
        """The stand-in of this installation."""
        return cls(settings.VAR_DIR / FILE)

    def _open(self) -> sqlite3.Connection:
        db = sqlite3.connect(self.file, timeout=20, isolation_level=None)
        db.row_factory = sqlite3.Row
        return db

    def close(self) -> None:
        """Nothing stays open between two requests."""

    # --- The interface ---

    def request(
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: Any = None, **_more: Any
    ) -> tuple[str, int, Mapping[str, str]]:
        fault = self._next_fault()
        if fault == "down":
            raise stripe.APIConnectionError("the stand-in was told not to answer")
        if fault == "error":
            return json.dumps({"error": {"type": "api_error", "message": "told to fail"}}), 500, {}
        address = urllib.parse.urlsplit(url)
        params = nested(urllib.parse.parse_qsl(post_data or address.query, keep_blank_values=True))
        key = {name.lower(): value for name, value in (headers or {}).items()}.get("idempotency-key", "")
        answer = self._answer(method.upper(), address.path, params, key if method.lower() == "post" else "")
        if fault == "lost":
            raise stripe.APIConnectionError("the stand-in was told to lose its answer")
        return answer

    def _answer(self, method: str, path: str, params: dict[str, Any], key: str) -> tuple[str, int, Mapping[str, str]]:
        question = json.dumps([method, path, params], sort_keys=True)
        with closing(self._open()) as db:
            db.execute("BEGIN IMMEDIATE")
            before = db.execute("SELECT * FROM answer WHERE key = ?", [key]).fetchone() if key else None
            if before and before["question"] != question:
                body = {"error": {"type": "idempotency_error", "message": "this key was used for something else"}}
                db.execute("COMMIT")
                return json.dumps(body), 400, {}
            if before:
                db.execute("COMMIT")
                return before["body"], before["status"], {"Idempotent-Replayed": "true"}
            try:
                body, status = Desk(db).handle(method, path, params), 200
            except Refusal as refusal:
                body, status = refusal.body, refusal.status
            text = json.dumps(body)
            if key:
                db.execute("INSERT INTO answer VALUES (?, ?, ?, ?)", [key, question, status, text])
            db.execute("COMMIT")
        return text, status, {"request-id": "req_stand_in"}

    # --- What happens outside the interface: at the hosted page, at the bank, on the way ---

    def act(self, what: str, *arguments: Any) -> Any:
        """Do what people and banks do: `pay`, `decline`, `pay_slowly`, `end_slow`, `end_refund`, `pay_out`."""
        with closing(self._open()) as db:
            db.execute("BEGIN IMMEDIATE")
            result = getattr(Desk(db), what)(*arguments)
            db.execute("COMMIT")
        return result

    def get(self, thing_id: str) -> dict[str, Any]:
        with closing(self._open()) as db:
            return Desk(db).load(thing_id)

    def fail_next(self, *kinds: str) -> None:
        """Make the next requests fail: `down` (never arrives), `lost` (done, the answer is lost), `error` (500)."""
        with closing(self._open()) as db:
            db.executemany("INSERT INTO fault (kind) VALUES (?)", [[kind] for kind in kinds])

    def _next_fault(self) -> str:
        with closing(self._open()) as db:
            row = db.execute(
                "DELETE FROM fault WHERE number = (SELECT min(number) FROM fault) RETURNING kind"
            ).fetchone()
        return row["kind"] if row else ""

    def things(self, kind: str, *, undelivered: bool = False) -> list[dict[str, Any]]:
        """List the objects of a kind, oldest first."""
        which = " AND NOT delivered" if undelivered else ""
        with closing(self._open()) as db:
            rows = db.execute(f"SELECT body FROM object WHERE kind = ?{which} ORDER BY number", [kind])  # noqa: S608
            return [json.loads(row["body"]) for row in rows]

    def events(self) -> list[dict[str, Any]]:
        """List what there was to tell so far, oldest first."""
        return self.things("event")

    def deliver(self, address: str) -> None:
        """Send every event that has not arrived yet to the webhook; what is refused stays to be sent again."""
        for event in self.things("event", undelivered=True):
            body = json.dumps(event)
            request = urllib.request.Request(address, body.encode(), {"Stripe-Signature": signed(body)})  # noqa: S310
            try:
                urllib.request.urlopen(request, timeout=20).close()  # noqa: S310 - our own webhook
            except OSError:
                return
            with closing(self._open()) as db:
                db.execute("UPDATE object SET delivered = 1 WHERE id = ?", [event["id"]])


def signed(body: str, *, timestamp: int | None = None) -> str:
    """Sign a body as Stripe would, with the library's own means."""
    return stripe.WebhookSignature.generate_signature_header(
        body, settings.STRIPE_WEBHOOK_SECRETS[0], timestamp=timestamp
    )


class Desk:
    """Stripe's own clerk: does one thing inside one transaction of the file."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self.db = db

    def handle(self, method: str, path: str, params: dict[str, Any]) -> dict[str, Any]:
        match method, path.removeprefix("/v1/").split("/"):
            case "POST", ["checkout", "sessions"]:
                return self.open_session(params)
            case "GET", ["checkout", "sessions", session_id]:
                return self.expanded(self.expire_if_late(self.load(session_id)), params)
            case "POST", ["checkout", "sessions", session_id, "expire"]:
                check(SessionExpireParams, params)
                return self.expanded(self.expire(self.load(session_id)), params)
            case "POST", ["refunds"]:
                return self.refund(params)
            case "GET", ["refunds", refund_id]:
                return self.load(refund_id)
            case "GET", ["events"]:
                return self.list_events(params)
            case "GET", ["balance"]:
                return self.balance()
        raise Refusal(f"the stand-in does not know {method} {path}", status=404)

    # --- Rows ---

    def load(self, thing_id: str) -> dict[str, Any]:
        row = self.db.execute("SELECT body FROM object WHERE id = ?", [thing_id]).fetchone()
        if row is None:
            raise Refusal(f"No such object: '{thing_id}'", status=404)
        body: dict[str, Any] = json.loads(row["body"])
        return body

    def store(self, kind: str, prefix: str, **fields: Any) -> dict[str, Any]:
        thing = {
            "id": f"{prefix}_{secrets.token_hex(12)}", "object": kind, "created": int(time.time()), "livemode": False,
            **fields,
        }  # fmt: skip
        number = self.db.execute("SELECT count(*) FROM object").fetchone()[0]
        self.db.execute(
            "INSERT INTO object (id, kind, number, body) VALUES (?, ?, ?, ?)",
            [thing["id"], kind, number, json.dumps(thing)],
        )
        return thing

    def change(self, thing: dict[str, Any], **fields: Any) -> dict[str, Any]:
        thing.update(fields)
        self.db.execute("UPDATE object SET body = ? WHERE id = ?", [json.dumps(thing), thing["id"]])
        return thing

    def tell(self, kind: str, thing: dict[str, Any]) -> None:
        self.store(
            "event", "evt", type=kind, api_version=stripe.api_version, data={"object": dict(thing)},
            pending_webhooks=1, request={"id": None, "idempotency_key": None},
        )  # fmt: skip

    def expanded(self, thing: dict[str, Any], params: dict[str, Any]) -> dict[str, Any]:
        for path in params.get("expand", {}).values():
            self._expand(thing, path.split("."))
        return thing

    def _expand(self, thing: dict[str, Any], path: list[str]) -> None:
        if path and thing.get(path[0]):
            inner = thing[path[0]]
            thing[path[0]] = inner = self.load(inner) if isinstance(inner, str) else inner
            self._expand(inner, path[1:])

    # --- Payment pages ---

    def open_session(self, params: dict[str, Any]) -> dict[str, Any]:
        check(SessionCreateParams, params)
        now = int(time.time())
        expires = int(params.get("expires_at", now + 86400))
        if not now + 1800 <= expires <= now + 86400:
            raise Refusal("expires_at must be between 30 minutes and 24 hours from now")
        items = params["line_items"].values()
        total = sum(int(item["price_data"]["unit_amount"]) * int(item["quantity"]) for item in items)
        if total < 50:
            raise Refusal("The Checkout Session's total amount due must add up to at least €0.50 eur")
        names = [item["price_data"]["product_data"]["name"] for item in items]
        session = self.store(
            "checkout.session", "cs_test", mode=params["mode"], ui_mode=params.get("ui_mode", "hosted_page"),
            status="open", payment_status="unpaid", amount_subtotal=total, amount_total=total, currency="eur",
            success_url=params["success_url"], cancel_url=params.get("cancel_url"), expires_at=expires,
            metadata=params.get("metadata", {}), client_reference_id=params.get("client_reference_id"),
            customer_email=params.get("customer_email"), payment_intent=None, locale=params.get("locale"),
        )  # fmt: skip
        # What the page shows; Stripe keeps the lines under an address of their own.
        note = {"names": names, "intent_metadata": params.get("payment_intent_data", {}).get("metadata", {})}
        self.db.execute(
            "INSERT INTO object (id, kind, body) VALUES (?, 'note', ?)", [f"note_{session['id']}", json.dumps(note)]
        )
        address = f"{settings.SITE_URL}/stripe-stand-in/{session['id']}/"
        return self.expanded(self.change(session, url=address), params)

    def expire_if_late(self, session: dict[str, Any]) -> dict[str, Any]:
        late = session["status"] == "open" and session["expires_at"] <= time.time()
        return self.expire(session) if late else session

    def expire(self, session: dict[str, Any]) -> dict[str, Any]:
        if session["status"] != "open":
            raise Refusal(f"Only open sessions can be expired; this one is {session['status']}")
        self.change(session, status="expired", url=None)
        self.tell("checkout.session.expired", session)
        return session

    def pay(self, session_id: str) -> dict[str, Any]:
        """Pay a page with a card."""
        session, intent = self._complete(session_id, "succeeded")
        self._charge(intent)
        self.change(session, payment_status="paid")
        self.tell("payment_intent.succeeded", intent)
        self.tell("checkout.session.completed", session)
        return session

    def decline(self, session_id: str) -> dict[str, Any]:
        """Try a card that the bank declines: the page stays open for another one."""
        session = self._open_session(session_id)
        self.tell("payment_intent.payment_failed", {"id": "pi_declined", "object": "payment_intent"})
        return session

    def pay_slowly(self, session_id: str) -> dict[str, Any]:
        """Pay a page by a method whose money comes days later."""
        session, _intent = self._complete(session_id, "processing")
        self.tell("checkout.session.completed", session)
        return session

    def end_slow(self, session_id: str, succeeded: bool) -> dict[str, Any]:
        """Let the money of a slow method arrive, or not."""
        session = self.load(session_id)
        intent = self.load(session["payment_intent"])
        if succeeded:
            self._charge(self.change(intent, status="succeeded", amount_received=intent["amount"]))
            self.change(session, payment_status="paid")
            self.tell("checkout.session.async_payment_succeeded", session)
        else:
            self.change(intent, status="requires_payment_method")
            self.tell("checkout.session.async_payment_failed", session)
        return session

    def _open_session(self, session_id: str) -> dict[str, Any]:
        session = self.expire_if_late(self.load(session_id))
        if session["status"] != "open":
            raise Refusal(f"This page is {session['status']}.")
        return session

    def _complete(self, session_id: str, status: str) -> tuple[dict[str, Any], dict[str, Any]]:
        session = self._open_session(session_id)
        note = self.load(f"note_{session_id}")
        received = session["amount_total"] if status == "succeeded" else 0
        intent = self.store(
            "payment_intent", "pi", amount=session["amount_total"], amount_received=received, currency="eur",
            status=status, latest_charge=None, metadata=note["intent_metadata"],
        )  # fmt: skip
        self.change(session, status="complete", payment_intent=intent["id"], url=None)
        return session, intent

    def _charge(self, intent: dict[str, Any]) -> None:
        amount = intent["amount"]
        charge = self.store(
            "charge", "ch", amount=amount, amount_captured=amount, amount_refunded=0, currency="eur",
            payment_intent=intent["id"], status="succeeded", paid=True, captured=True, refunded=False,
        )  # fmt: skip
        # A usual price for cards of this region: 1.5 % and 25 cents.
        moved = self._move("charge", amount, fee=25 + (amount * 15 + 500) // 1000, source=charge["id"])
        self.change(charge, balance_transaction=moved["id"])
        self.change(intent, latest_charge=charge["id"])

    def _move(self, kind: str, amount: int, *, fee: int = 0, source: str = "") -> dict[str, Any]:
        return self.store(
            "balance_transaction", "txn", type=kind, amount=amount, fee=fee, net=amount - fee, currency="eur",
            source=source, status="available",
        )  # fmt: skip

    # --- Refunds, payouts, lists ---

    def refund(self, params: dict[str, Any]) -> dict[str, Any]:
        check(RefundCreateParams, params)
        intent = self.load(params["payment_intent"])
        if not intent["latest_charge"]:
            raise Refusal("This PaymentIntent does not have a successful charge to refund.")
        charge = self.load(intent["latest_charge"])
        amount = int(params.get("amount", charge["amount"]))
        if amount > charge["amount"] - charge["amount_refunded"]:
            raise Refusal("Refund amount is greater than unrefunded amount on charge")
        self.change(charge, amount_refunded=charge["amount_refunded"] + amount)
        moved = self._move("refund", -amount)
        refund = self.store(
            "refund", "re", amount=amount, currency="eur", status="succeeded", payment_intent=intent["id"],
            charge=charge["id"], metadata=params.get("metadata", {}), reason=params.get("reason"),
            balance_transaction=moved["id"],
        )  # fmt: skip
        self.tell("refund.created", refund)
        self.tell("charge.refunded", charge)
        return refund

    def end_refund(self, refund_id: str, status: str) -> dict[str, Any]:
        """Let a bank send a refund back (`failed`)."""
        refund = self.load(refund_id)
        if status == "failed" and refund["status"] != "failed":
            self._move("refund_failure", refund["amount"])
        self.change(refund, status=status)
        self.tell("refund.failed" if status == "failed" else "refund.updated", refund)
        return refund

    def pay_out(self, amount: int) -> dict[str, Any]:
        """Send euros to the bank account."""
        self._move("payout", -amount)
        payout = self.store("payout", "po", amount=amount, currency="eur", status="paid")
        self.tell("payout.paid", payout)
        return payout

    def list_events(self, params: dict[str, Any]) -> dict[str, Any]:
        rows = self.db.execute("SELECT body FROM object WHERE kind = 'event' ORDER BY number DESC").fetchall()
        since = int(params.get("created", {}).get("gte", 0))
        events = [event for event in (json.loads(row["body"]) for row in rows) if event["created"] >= since]
        ids = [event["id"] for event in events]
        if after := params.get("starting_after"):
            events = events[ids.index(after) + 1 :]
        limit = int(params.get("limit", 10))
        return {"object": "list", "url": "/v1/events", "has_more": len(events) > limit, "data": events[:limit]}

    def balance(self) -> dict[str, Any]:
        rows = self.db.execute("SELECT body FROM object WHERE kind = 'balance_transaction'").fetchall()
        total = sum(json.loads(row["body"])["net"] for row in rows)
        zero = {"amount": 0, "currency": "eur", "source_types": {"card": 0}}
        return {"object": "balance", "livemode": False, "available": [{**zero, "amount": total}], "pending": [zero]}
