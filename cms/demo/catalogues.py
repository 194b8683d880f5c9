"""The demo's producers and what they sell; every word and price invented for it.

A product: number, name, price per item with VAT, VAT percent, what one item is, unit and amount, items in a pack,
share payable in community currency, category.
"""

from typing import NamedTuple


class DemoProduct(NamedTuple):
    sku: str
    name: str
    price: str
    vat: str
    words: str
    unit: str
    amount: str
    pack: str
    share: int
    category: str


class DemoProducer(NamedTuple):
    slug: str
    name: str
    kind: str
    place: str
    summary: str
    language: str
    editor: str
    products: tuple[DemoProduct, ...]


VEG, FRUIT, BREAD, DAIRY, DRY, HOUSE, OIL = (
    "Vegetables", "Fruit", "Bread", "Milk and eggs", "Store cupboard", "Household", "Oil and preserves"
)  # fmt: skip

PRODUCERS = (
    DemoProducer(
        "riverside-farm",
        "Riverside Farm",
        "farm",
        "Vall del Riu",
        "Vegetables from river soil, picked the morning they travel.",
        "en",
        "Bruno",
        (
            DemoProduct("V01", "Carrots with their greens", "1.90", "4", "bunch", "H87", "1", "6", 30, VEG),
            DemoProduct("V02", "Potatoes", "6.20", "4", "5 kg bag", "KGM", "5", "4", 30, VEG),
            DemoProduct("V03", "Chard", "2.10", "4", "bunch", "H87", "1", "5", 30, VEG),
            DemoProduct("V04", "Leeks", "2.60", "4", "1 kg", "KGM", "1", "8", 30, VEG),
            DemoProduct("V05", "Winter squash", "2.45", "4", "1 kg", "KGM", "1", "10", 30, VEG),
            DemoProduct("V06", "Salad bowl of the week", "1.75", "4", "head", "H87", "1", "12", 30, VEG),
            DemoProduct("V07", "Vegetable box for four", "16.50", "4", "box", "H87", "1", "1", 40, VEG),
        ),
    ),
    DemoProducer(
        "forn-del-barri",
        "Forn del Barri",
        "cooperative",
        "Carrer Major 12",
        "Six bakers, one oven, flour from wheat that grows within sight of it.",
        "ca",
        "Mireia",
        (
            DemoProduct("B01", "Country loaf", "4.80", "4", "1 kg", "KGM", "1", "1", 50, BREAD),
            DemoProduct("B02", "Rye with seeds", "4.20", "4", "750 g", "GRM", "750", "1", 50, BREAD),
            DemoProduct("B03", "Spelt rolls", "3.60", "4", "bag of 6", "H87", "6", "4", 50, BREAD),
            DemoProduct("B04", "Stone-ground wheat flour", "2.15", "4", "1 kg", "KGM", "1", "10", 25, DRY),
        ),
    ),
    DemoProducer(
        "hill-dairy",
        "Hill Dairy",
        "farm",
        "Coll de l'Alzina",
        "Forty goats with names, and cheese that tastes of the thyme they find.",
        "fr",
        "Aline",
        (
            DemoProduct("D01", "Fresh goat cheese", "3.95", "4", "150 g", "GRM", "150", "8", 20, DAIRY),
            DemoProduct("D02", "Aged goat cheese", "7.80", "4", "250 g", "GRM", "250", "6", 20, DAIRY),
            DemoProduct("D03", "Goat yoghurt", "2.40", "4", "500 g jar", "GRM", "500", "6", 20, DAIRY),
            DemoProduct("D04", "Eggs", "3.35", "4", "box of 10", "H87", "10", "6", 20, DAIRY),
        ),
    ),
    DemoProducer(
        "second-spring",
        "Second Spring",
        "insertion",
        "Polígon Nord, nau 4",
        "A workshop where people find their way back to work: soap, refills and a very good laundry powder.",
        "es",
        "Rosa",
        (
            DemoProduct("H01", "Olive oil soap", "3.10", "21", "bar of 120 g", "GRM", "120", "12", 60, HOUSE),
            DemoProduct("H02", "Laundry powder", "11.40", "21", "2.5 kg", "KGM", "2.5", "4", 60, HOUSE),
            DemoProduct("H03", "Washing-up liquid, refill", "4.30", "21", "1 l", "LTR", "1", "6", 60, HOUSE),
        ),
    ),
    DemoProducer(
        "vinya-alta",
        "Vinya Alta",
        "cooperative",
        "Serra de Dalt",
        "Eleven families with old olive trees and terraces of vines between them.",
        "ca",
        "Pau",
        (
            DemoProduct("O01", "Olive oil, first pressing", "13.80", "4", "1 l", "LTR", "1", "6", 25, OIL),
            DemoProduct("O02", "Table olives", "4.60", "10", "400 g jar", "GRM", "400", "12", 25, OIL),
            DemoProduct("O03", "Red wine, young", "5.90", "21", "0.75 l", "MLT", "750", "6", 15, OIL),
            DemoProduct("O04", "Almonds in their skin", "9.333", "4", "500 g", "GRM", "500", "3", 25, DRY),
        ),
    ),
    DemoProducer(
        "orchard-path",
        "Orchard Path",
        "association",
        "Camí de l'Horta",
        "A school orchard run by its neighbours; what the children do not eat is for sale.",
        "en",
        "Sam",
        (
            DemoProduct("F01", "Apples, mixed kinds", "2.20", "4", "1 kg", "KGM", "1", "10", 40, FRUIT),
            DemoProduct("F02", "Pears", "2.65", "4", "1 kg", "KGM", "1", "10", 40, FRUIT),
            DemoProduct("F03", "Apple juice", "2.95", "10", "1 l", "LTR", "1", "6", 40, FRUIT),
            DemoProduct("F04", "Fig jam", "4.45", "10", "240 g jar", "GRM", "240", "12", 40, OIL),
        ),
    ),
)

HOUSEHOLDS = (
    "Lise", "Soler", "Okafor", "Martí", "Benali", "Duran", "Ferrer", "Nowak", "Puig", "Silva", "Roca", "Weber",
)  # fmt: skip

# What some of the rest of the district sells; their words are theirs, in Catalan.
OTHER = "Paper, books and repairs"
MORE_PRODUCTS: dict[str, tuple[DemoProduct, ...]] = {
    "tinta-fresca": (
        DemoProduct("P01", "Llibreta de retalls, A5", "4.50", "21", "96 pages", "H87", "1", "1", 100, OTHER),
        DemoProduct("P02", "Cartell de la fira, serigrafiat", "12.00", "21", "50 × 70 cm", "H87", "1", "1", 100, OTHER),
        DemoProduct("P03", "Calendari de l'hort", "9.00", "21", "A3", "H87", "1", "1", 100, OTHER),
    ),
    "llibres-del-pont": (
        DemoProduct("L01", "Llibre del mes", "16.00", "4", "with a card", "H87", "1", "1", 50, OTHER),
        DemoProduct("L02", "Contes de la mainada", "11.50", "4", "illustrated", "H87", "1", "1", 50, OTHER),
    ),
    "abella-negra": (
        DemoProduct("M01", "Mel de romaní", "7.20", "10", "500 g", "GRM", "500", "1", 40, OIL),
        DemoProduct("M02", "Mel de castanyer", "7.60", "10", "500 g", "GRM", "500", "1", 40, OIL),
    ),
    "blat-vell": (
        DemoProduct("F11", "Farina de blat antic", "2.40", "4", "1 kg", "KGM", "1", "10", 30, DRY),
        DemoProduct("F12", "Farina integral", "2.20", "4", "1 kg", "KGM", "1", "10", 30, DRY),
    ),
}

# Stalls open to everybody: producer, who keeps it, its name, where to fetch it, in how many days it closes.
STALLS: tuple[tuple[str, str, str, tuple[str, str], int], ...] = (
    ("riverside-farm", "Bruno", "Riverside Farm: farm shop", ("The farm gate", "Camí del Riu 1"), 3),
    ("forn-del-barri", "Mireia", "Forn del Barri: el taulell", ("Forn del Barri", "Carrer Major 12"), 1),
    ("tinta-fresca", "Marta", "Tinta Fresca: paper de la plaça", ("La impremta", "Carrer del Pou 3"), 6),
)

# Which of the fourteen allergens the law names are in what: number → allergens.
ALLERGENS: dict[str, list[str]] = {
    "B01": ["gluten"], "B02": ["gluten", "sesame"], "B03": ["gluten"], "B04": ["gluten"], "F11": ["gluten"],
    "F12": ["gluten"], "D01": ["milk"], "D02": ["milk"], "D03": ["milk"], "D04": ["eggs"], "O03": ["sulphites"],
    "O04": ["nuts"],
}  # fmt: skip
INGREDIENTS: dict[str, str] = {
    "B01": "wheat flour, water, sourdough, salt", "B02": "rye flour, water, sourdough, sesame, salt",
    "B03": "spelt flour, water, olive oil, yeast, salt", "F03": "apples", "F04": "figs, sugar, lemon",
    "D03": "goat's milk, cultures", "H01": "olive oil, water, lye, rosemary", "O02": "olives, water, salt, thyme",
}  # fmt: skip
