"""Units as price lists name them, in UN/ECE Recommendation 20 codes."""

import re
from dataclasses import dataclass
from decimal import Decimal

PIECE = "H87"

# How many grams or millilitres one unit holds. MTQ is a cubic metre, a kilolitre; GLI the imperial gallon.
# Source of codes and factors: UN/ECE Recommendation 20, annex III.
GRAMS = {
    "MGM": Decimal("0.001"), "GRM": Decimal(1), "KGM": Decimal(1000), "TNE": Decimal(1_000_000),
    "ONZ": Decimal("28.349523125"), "LBR": Decimal("453.59237"),
}  # fmt: skip
MILLILITRES = {
    "MLT": Decimal(1), "CLT": Decimal(10), "DLT": Decimal(100), "LTR": Decimal(1000), "MTQ": Decimal(1_000_000),
    "GLI": Decimal("4546.09"),
}  # fmt: skip

# What people write, as a code and how many of it: a decagram is ten grams.
WORDS: dict[str, tuple[str, int]] = {
    word: (code, times)
    for words, code, times in [
        ("mg milligram", "MGM", 1),
        ("g gr gram grams gramm", "GRM", 1),
        ("dag dkg decagram", "GRM", 10),
        ("hg hectogram", "GRM", 100),
        ("kg kilo kilos kilogram kilogramm", "KGM", 1),
        ("t tonne", "TNE", 1),
        ("oz ounce", "ONZ", 1),
        ("lb pound", "LBR", 1),
        ("ml millilitre milliliter", "MLT", 1),
        ("cl centilitre centiliter", "CLT", 1),
        ("dl decilitre deciliter", "DLT", 1),
        ("l litre liter litres", "LTR", 1),
    ]
    for word in words.split()
}

_AMOUNT = re.compile(
    r"(?<![0-9.,x×*/])(?:([0-9]+)\s*[x×*]\s*)?([0-9]+(?:[.,][0-9]+)?)\s*(" + "|".join(WORDS) + r")\b(?!\s*[x×*/])"
)


@dataclass(frozen=True)
class Measure:
    """An amount of weight, volume or pieces."""

    amount: Decimal
    unit: str

    def times(self, other: "Measure") -> Decimal | None:
        """Say how often `other` fits into this: one kilogram holds 1000 grams. None if they cannot be compared."""
        for table in (GRAMS, MILLILITRES):
            if self.unit in table and other.unit in table:
                return self.amount * table[self.unit] / (other.amount * table[other.unit])
        return None


def measure(words: str) -> Measure | None:
    """Read “500 g”, “4x250ml”, “jar 0,5 l” or “kg”; None where there is no weight or volume, or more than one."""
    words = words.strip().lower()
    if (bare := words.rstrip(".")) in WORDS:
        code, times = WORDS[bare]
        return Measure(Decimal(times), code)
    matches = _AMOUNT.findall(words)
    if len(matches) != 1:
        return None
    bundle, number, word = matches[0]
    code, times = WORDS[word]
    amount = Decimal(number.replace(",", ".")) * int(bundle or 1) * times
    return Measure(amount, code) if amount > 0 else None
