"""How words are compared when somebody looks for something: without capitals, accents and the Catalan middle dot."""

import re
from typing import Any

from django.db.models import Func, TextField

PLAIN = {
    accented: plain
    for plain, row in {
        "a": "àáâäãå", "c": "ç", "e": "èéêë", "i": "ìíîï", "l": "ŀ", "n": "ñ", "o": "òóôöõ", "u": "ùúûü", "y": "ýÿ",
        "'": "’",
    }.items()
    for accented in row
}  # fmt: skip
LONGER = {"œ": "oe", "æ": "ae", "·": ""}
TABLE = str.maketrans({**PLAIN, **LONGER})


def fold(text: str) -> str:
    """Write a text as it is compared: `Col·laboració` → `collaboracio`."""
    return text.lower().translate(TABLE)


def in_order(text: str) -> list[tuple[int, str]]:
    """Give the key by which names stand as people expect: `Jam 13` before `Jam 103`, accents and capitals aside."""
    # Every second part is a number: a longer one is larger, and among equally long ones the letters decide.
    parts = re.split(r"([0-9]+)", fold(text))
    return [(len(part.lstrip("0")), part.lstrip("0")) if n % 2 else (0, part) for n, part in enumerate(parts)]


class Fold(Func):
    """The same in the database: PostgreSQL's own `translate`, on SQLite the function above (config/sqlite)."""

    function = "FOLD"
    arity = 1
    output_field = TextField()

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        sql, params = compiler.compile(self.source_expressions[0])
        # LOWER may know no letter beyond English there, so capitals are named as well.
        both = {**{accented.upper(): plain for accented, plain in PLAIN.items() if accented != "’"}, **PLAIN}
        single = {accented: plain for accented, plain in both.items() if len(accented) == 1}
        sql = f"TRANSLATE(LOWER({sql}), {_quoted(''.join(single))}, {_quoted(''.join(single.values()))})"
        for accented, plain in LONGER.items():
            for letter in dict.fromkeys((accented, accented.upper())):
                sql = f"REPLACE({sql}, {_quoted(letter)}, {_quoted(plain)})"
        return sql, params


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
