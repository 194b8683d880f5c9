"""Which drawing of static/img/produce.svg stands for a product: found by words of four languages, never wrong for long
because the name stands beside it."""

from functools import lru_cache
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from market.folding import fold

register = template.Library()

# The first that fits wins: "apple juice" is a juice, "olive oil soap" a soap.
DRAWINGS: tuple[tuple[str, str], ...] = (
    ("soap", "soap sabo jabon savon"),
    ("powder", "powder detergent lessive"),
    ("bottle", "washing-up liquid cleaner neteja limpieza rentaplats lavavajillas vaisselle"),
    ("box", "box cistella cesta panier lot"),
    ("juice", "juice suc zumo jus"),
    ("jam", "jam melmelada mermelada confiture marmalade"),
    ("honey", "honey mel miel"),
    ("flour", "flour farina harina farine"),
    ("rolls", "roll panet panecillo petit-pain coca brioche cookie galeta galleta biscuit"),
    ("bread", "bread loaf rye pa pan pain llesca"),
    ("yoghurt", "yoghurt yogurt iogurt yaourt"),
    ("milk", "milk llet leche lait"),
    ("cheese", "cheese formatge queso fromage"),
    ("eggs", "egg eggs ous oeufs huevo oeuf"),
    ("oil", "oil oli aceite huile vinegar vinagre vinaigre"),
    ("olives", "olive oliva aceituna"),
    ("wine", "wine vi vino vin cava beer cervesa cerveza biere cider sidra cidre"),
    ("nuts", "almond ametlla almendra amande nut nou avellan noix noisette"),
    ("coffee", "coffee cafe te tea infusio infusion"),
    ("pulses", "lentil llenti lenteja lentille chickpea cigro garbanzo bean mongeta alubia rice arros arroz riz pasta"),
    ("carrot", "carrot pastanaga pastanagues zanahoria carotte"),
    ("potato", "potato patata patates pomme-de-terre onion ceba cebolla oignon garlic all ajo"),
    ("leek", "leek porro puerro poireau calcot"),
    ("squash", "squash pumpkin carbassa carbasses calabaza courge carabassa"),
    ("tomato", "tomato tomaquet tomate pepper pebrot pimiento"),
    ("apple", "apple poma pomes manzana pomme"),
    ("pear", "pear pera peres poire"),
    ("grapes", "grape raim uva raisin fig figs figa figues higo higos"),
    ("herbs", "herb herbes seedling planter plant basil alfabrega albahaca"),
    ("greens", "chard salad lettuce cabbage spinach bleda acelga enciam lechuga laitue col espinac greens verdura"),
    ("fish", "fish peix pescado poisson"),
    ("meat", "meat lamb chicken carn xai pollastre carne cordero pollo viande agneau poulet"),
    ("book", "book llibre libro livre notebook llibreta cahier print impres poster cartell calend cuaderno"),
)  # fmt: skip
WORDS = [(name, tuple(words.split())) for name, words in DRAWINGS]


@lru_cache(maxsize=4096)
def drawing_of(text: str) -> str:
    """Choose a drawing for a product's name: words that begin like one of the table; a basket where none does."""
    spoken = fold(text).replace(",", " ").split()
    for name, known in WORDS:
        for word in spoken:
            # Short words are compared whole: "pa" is bread, "paper" is not.
            if any(word == other or (len(other) > 3 and word.startswith(other)) for other in known):
                return name
    return "basket"


@register.simple_tag
def produce(offer: Any) -> SafeString:
    """Draw what a product or offer is, beside its name."""
    name = drawing_of(str(getattr(offer, "name", offer)))
    return format_html(
        '<svg class="produce" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        static("img/produce.svg"),
        name,
    )
