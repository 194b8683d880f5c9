"""The journal in code: for each event of the market, the accounts it touches and the postings it makes.

Pure functions; `docs/bookkeeping.md` is the same page in words, with a worked example for each event. Amounts are whole
minor units (cents; hundredths of a unit). A leg `Leg(debit, credit, amount)` moves the amount from the first account to
the second; the balance of an account is its credits minus its debits. What people and producers own (wallets, prepaid
balances, dues) stands positive; what the market owns (bank, cash, reserve) stands negative.
"""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from ledger.api import Leg

EUR = "EUR"

# How euros come in from households; the treasurer's own ways of moving them are the first two.
Means = Literal["transfer", "cash"]
PaidBy = Literal["transfer", "cash", "card"]


class NewAccount(NamedTuple):
    """An account to be opened, in the words of `ledger.api.open_account`."""

    code: str
    currency: str
    kind: str
    floor: int | None = None


# --- Account codes ---------------------------------------------------------------------------------------------------


def household(household_id: int, currency: str = EUR) -> str:
    """A household's prepaid euros, or its wallet of a community currency."""
    return f"household:{household_id}:{currency}"


def household_due(household_id: int) -> str:
    """What a household still owes after a settlement its balance could not pay (an asset: negative when owed)."""
    return f"household:{household_id}:due:{EUR}"


def household_deposit(household_id: int) -> str:
    """What a household left with its groups as a deposit: it is kept apart and given back."""
    return f"household:{household_id}:deposit:{EUR}"


def organisation(organisation_id: int, currency: str = EUR) -> str:
    """What the market owes an organisation in euros, or its wallet of a community currency."""
    return f"organisation:{organisation_id}:{currency}"


def stock(organisation_id: int) -> str:
    """What a group's goods on its shelf were bought for (an asset: negative when there is something)."""
    return f"organisation:{organisation_id}:stock:{EUR}"


def differences(organisation_id: int) -> str:
    """What a group bears itself: differences to producers' invoices, credits to households, spoilt stock."""
    return f"organisation:{organisation_id}:differences:{EUR}"


def held(cycle_id: int, currency: str = EUR) -> str:
    """Money set aside for the orders of a cycle."""
    return f"cycle:{cycle_id}:held:{currency}"


def clearing(cycle_id: int, currency: str = EUR) -> str:
    """Between the households and the producers of a cycle; zero once it is settled."""
    return f"cycle:{cycle_id}:clearing:{currency}"


def issued(currency: str) -> str:
    """The other side of all units in circulation: minus the circulation."""
    return f"currency:{currency}:issued"


def circulation(currency: str) -> str:
    """The euros owed to the holders of a backed currency."""
    return f"currency:{currency}:circulation:{EUR}"


BANK = f"market:bank:{EUR}"
CASH = f"market:cash:{EUR}"
RESERVE = f"market:reserve:{EUR}"
COMMISSION = f"market:commission:{EUR}"
# Euros paid by card, from the payment until Stripe sends them to the bank.
STRIPE = f"market:stripe:{EUR}"
# What Stripe keeps for its work.
CARD_FEES = f"market:card-fees:{EUR}"
# Euros on their way back to a card: no longer the household's, not yet sent.
REFUNDING = f"market:refunding:{EUR}"

_TILL: dict[str, str] = {"transfer": BANK, "cash": CASH, "card": STRIPE}
# Euros kept against a backed currency go to an account of their own, so that nobody spends them by mistake.
_RESERVE_TILL: dict[str, str] = {"transfer": RESERVE, "cash": CASH}


class AccountCode(NamedTuple):
    """What a code says: whose account (`household`, `organisation`, `cycle`, `currency` or `market`, and which one),
    what for (empty for the main account of its owner), and in which currency."""

    owner: str
    owner_id: str
    purpose: str
    currency: str


def read_code(code: str) -> AccountCode:
    """Take an account code apart."""
    owner, *rest = code.split(":")
    if owner == "market":
        return AccountCode(owner, "", rest[0], rest[-1])
    owner_id, *rest = rest
    if owner == "currency" and rest == ["issued"]:
        return AccountCode(owner, owner_id, "issued", owner_id)
    return AccountCode(owner, owner_id, rest[0] if len(rest) > 1 else "", rest[-1])


# --- Charts of accounts ----------------------------------------------------------------------------------------------


def market_accounts() -> Sequence[NewAccount]:
    return (
        NewAccount(BANK, EUR, "asset"),
        NewAccount(CASH, EUR, "asset"),
        NewAccount(RESERVE, EUR, "asset"),
        NewAccount(COMMISSION, EUR, "income"),
    )


def card_accounts() -> Sequence[NewAccount]:
    """What paying by card needs besides; opened when the first card payment starts."""
    return (
        NewAccount(STRIPE, EUR, "asset"),
        NewAccount(CARD_FEES, EUR, "expense"),
        NewAccount(REFUNDING, EUR, "liability", floor=0),
    )


def household_accounts(household_id: int) -> Sequence[NewAccount]:
    """Prepaid euros, never below zero unless a credit limit says so, and the account for what is owed."""
    return (
        NewAccount(household(household_id), EUR, "liability", floor=0),
        NewAccount(household_due(household_id), EUR, "asset"),
    )


def group_accounts(organisation_id: int) -> Sequence[NewAccount]:
    """What receiving and settling need besides; opened when a cycle of the group is first settled."""
    return (
        NewAccount(stock(organisation_id), EUR, "asset"),
        NewAccount(differences(organisation_id), EUR, "expense"),
    )


def deposit_accounts(household_id: int) -> Sequence[NewAccount]:
    """Opened when a household joins a group that asks a deposit."""
    return (NewAccount(household_deposit(household_id), EUR, "liability", floor=0),)


def organisation_accounts(organisation_id: int) -> Sequence[NewAccount]:
    """What the market owes an organisation: nobody is paid out more than that."""
    return (NewAccount(organisation(organisation_id), EUR, "liability", floor=0),)


def currency_accounts(currency: str) -> Sequence[NewAccount]:
    return (
        NewAccount(issued(currency), currency, "asset"),
        NewAccount(circulation(currency), EUR, "liability", floor=0),
    )


def wallet_account(code: str, currency: str) -> NewAccount:
    """A wallet of a backed currency: what is not there cannot be spent."""
    return NewAccount(code, currency, "liability", floor=0)


def cycle_accounts(cycle_id: int, currencies: Sequence[str]) -> Sequence[NewAccount]:
    """Holding and clearing account per currency. Nothing can be taken from a holding account that is not in it."""
    accounts = []
    for currency in currencies:
        accounts.append(NewAccount(held(cycle_id, currency), currency, "liability", floor=0))
        accounts.append(NewAccount(clearing(cycle_id, currency), currency, "liability"))
    return accounts


# --- Events ----------------------------------------------------------------------------------------------------------


def payment_received(household_id: int, amount: int, means: PaidBy, *, owed: int = 0) -> list[Leg]:
    """Euros come in: they pay what the household owes first, the rest is prepaid balance."""
    account = household(household_id)
    legs = [Leg(_TILL[means], account, amount)]
    if paid := min(owed, amount):
        legs.append(Leg(account, household_due(household_id), paid))
    return legs


def joined(household_id: int, group_id: int, *, fee: int, deposit: int, from_balance: int) -> list[Leg]:
    """A household joins a group: its balance pays the fee, then the deposit, as far as it goes; the rest is owed."""
    legs = []
    for to, amount in ((organisation(group_id), fee), (household_deposit(household_id), deposit)):
        paid = min(amount, from_balance)
        from_balance -= paid
        if paid:
            legs.append(Leg(household(household_id), to, paid))
        if amount - paid:
            legs.append(Leg(household_due(household_id), to, amount - paid))
    return legs


def deposit_returned(household_id: int, amount: int, *, owed: int) -> list[Leg]:
    """A household leaves a group: its deposit pays what it still owes, the rest is prepaid balance."""
    legs = [Leg(household_deposit(household_id), household(household_id), amount)]
    if paid := min(owed, amount):
        legs.append(Leg(household(household_id), household_due(household_id), paid))
    return legs


def payout_made(organisation_id: int, amount: int, means: Means) -> list[Leg]:
    """Euros go out to a producer."""
    return [Leg(organisation(organisation_id), _TILL[means], amount)]


def card_fee_kept(amount: int) -> list[Leg]:
    """Stripe keeps its fee out of what a card paid."""
    return [Leg(CARD_FEES, STRIPE, amount)]


def card_payout_received(amount: int) -> list[Leg]:
    """Stripe sends what cards paid to the bank account."""
    return [Leg(BANK, STRIPE, amount)]


def refund_asked(household_id: int, amount: int) -> list[Leg]:
    """Prepaid euros leave the household for its card; they are on their way until Stripe has sent them."""
    return [Leg(household(household_id), REFUNDING, amount)]


def refund_sent(amount: int) -> list[Leg]:
    """Stripe has sent the euros back to the card."""
    return [Leg(REFUNDING, STRIPE, amount)]


def refund_refused(household_id: int, amount: int) -> list[Leg]:
    """The card takes nothing back: the euros are prepaid balance again."""
    return [Leg(REFUNDING, household(household_id), amount)]


def refund_returned(household_id: int, amount: int) -> list[Leg]:
    """A refund that had been sent came back from the bank: the euros are prepaid balance again."""
    return [Leg(STRIPE, household(household_id), amount)]


def units_issued_from_balance(household_id: int, wallet: str, currency: str, amount: int) -> list[Leg]:
    """Prepaid euros become units; the euros, wherever they lie, are now owed to the holders of the currency."""
    return [
        Leg(household(household_id), circulation(currency), amount),
        Leg(issued(currency), wallet, amount),
    ]


def order_given_back(
    household_id: int, currency: str, producers: dict[int, int], fees: dict[int, int] | None = None
) -> list[Leg]:
    """Undo the settlement of one order: producers and owners of fees give the household what they got for it."""
    to = household(household_id, currency)
    credited = [*producers.items(), *(fees or {}).items()]
    return [Leg(organisation(payee, currency), to, amount) for payee, amount in credited if amount]


def debt_paid(household_id: int, amount: int) -> list[Leg]:
    """What came back to the balance pays what the household still owed."""
    return [Leg(household(household_id), household_due(household_id), amount)]


def units_issued(wallet: str, currency: str, amount: int, means: Means) -> list[Leg]:
    """Euros come into the reserve, the same number of units goes out."""
    return [
        Leg(_RESERVE_TILL[means], circulation(currency), amount),
        Leg(issued(currency), wallet, amount),
    ]


def units_redeemed(wallet: str, currency: str, amount: int, fee: int, means: Means) -> list[Leg]:
    """Units come back, euros go out, less the commission, which stays in the reserve account as the market's income."""
    legs = [Leg(wallet, issued(currency), amount)]
    if amount > fee:
        legs.append(Leg(circulation(currency), _RESERVE_TILL[means], amount - fee))
    if fee:
        legs.append(Leg(circulation(currency), COMMISSION, fee))
    return legs


def wallet_payment(payer: str, payee: str, amount: int) -> list[Leg]:
    """Units pass from one wallet to another."""
    return [Leg(payer, payee, amount)]


def charged_beyond_hold(cycle_id: int, household_id: int, *, from_balance: int, on_due: int) -> list[Leg]:
    """What a settled order costs more than was set aside: from the prepaid balance, the rest is owed."""
    to = clearing(cycle_id)
    legs = []
    if from_balance:
        legs.append(Leg(household(household_id), to, from_balance))
    if on_due:
        legs.append(Leg(household_due(household_id), to, on_due))
    return legs


def producers_credited(cycle_id: int, currency: str, amounts: dict[int, int]) -> list[Leg]:
    """What the households paid for the goods becomes what the market owes each producer."""
    return [
        Leg(clearing(cycle_id, currency), organisation(producer, currency), amount)
        for producer, amount in amounts.items()
        if amount
    ]


def fees_credited(cycle_id: int, amounts: dict[int, int]) -> list[Leg]:
    """What the households paid in fees goes to the organisations the fees belong to."""
    return [Leg(clearing(cycle_id), organisation(payee), amount) for payee, amount in amounts.items() if amount]


def discounts_borne(cycle_id: int, group_id: int, amount: int) -> list[Leg]:
    """What discounts took off the orders of a cycle is paid by its organiser, so that its producers get their price."""
    return [Leg(differences(group_id), clearing(cycle_id), amount)] if amount else []


def discount_returned(household_id: int, group_id: int, amount: int) -> list[Leg]:
    """An order that is given back gives back its discount, too."""
    return [Leg(household(household_id), differences(group_id), amount)] if amount else []


def stock_bought(group_id: int, amounts: dict[int, int]) -> list[Leg]:
    """What a group keeps of a delivery is owed to its producers, and lies in its stock."""
    return [Leg(stock(group_id), organisation(producer), amount) for producer, amount in amounts.items() if amount]


def stock_sold(cycle_id: int, group_id: int, amount: int) -> list[Leg]:
    """What households paid for goods out of the stock takes their value off it; the producer was paid before."""
    return [Leg(clearing(cycle_id), stock(group_id), amount)] if amount else []


def stock_written_off(group_id: int, amount: int) -> list[Leg]:
    """Goods that were spoilt or given away are no longer worth anything; a negative amount was found again."""
    return list(_signed(differences(group_id), stock(group_id), amount))


def invoice_difference(group_id: int, producer_id: int, amount: int) -> list[Leg]:
    """The group bears what a producer asks for beyond what it was credited; a negative amount is less."""
    return list(_signed(differences(group_id), organisation(producer_id), amount))


def claim_credited(household_id: int, group_id: int, producer_id: int | None, amount: int) -> list[Leg]:
    """A household gets back what was missing or spoilt: from the producer, or else from the group."""
    payer = differences(group_id) if producer_id is None else organisation(producer_id)
    return [Leg(payer, household(household_id), amount)]


def capture_returned(cycle_id: int, household_id: int, currency: str, amount: int) -> list[Leg]:
    """An undone settlement gives a household back what was captured for its order."""
    return [Leg(clearing(cycle_id, currency), household(household_id, currency), amount)]


def debt_returned(household_id: int, amount: int) -> list[Leg]:
    """A debt that was paid and then undone with its settlement is the household's money again."""
    return [Leg(household_due(household_id), household(household_id), amount)]


def _signed(debit: str, credit: str, amount: int) -> Sequence[Leg]:
    """One leg the way round that its sign says; none for nothing."""
    if amount < 0:
        return [Leg(credit, debit, -amount)]
    return [Leg(debit, credit, amount)] if amount else []
