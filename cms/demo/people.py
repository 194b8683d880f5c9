"""Who works at the demo's first producers and what these stand for; every word invented for it."""

# slug → name, and what they do
PEOPLE: dict[str, tuple[tuple[str, str, str], ...]] = {
    "riverside-farm": (
        ("Bruno", "sows and drives", "sembra i reparteix"),
        ("Tere", "looks after the soil", "té cura de la terra"),
        ("Biel", "picks, and answers the telephone", "cull i agafa el telèfon"),
    ),
    "forn-del-barri": (
        ("Mireia", "dough and ledger", "massa i comptes"),
        ("Quim", "the oven at three in the morning", "el forn a les tres de la matinada"),
        ("Ona", "the counter", "el taulell"),
    ),
    "hill-dairy": (
        ("Aline", "herds and milks", "pastura i muny"),
        ("Nuri", "makes the cheese", "fa el formatge"),
    ),
}
# slug → up to six words of what they stand for
VALUES: dict[str, tuple[str, str]] = {
    "riverside-farm": ("organic since 2014\npicked to order", "ecològic des del 2014\ncollit per encàrrec"),
    "forn-del-barri": (
        "owned by its bakers\nlocal wheat\neighteen hours' rest",
        "de les forneres\nblat d’aquí\ndivuit hores de repòs",
    ),
    "hill-dairy": ("pasture all year\nown milk only", "pastura tot l’any\nnomés llet pròpia"),
    "second-spring": (
        "insertion enterprise\nbottles come back\nlocal olive oil",
        "empresa d’inserció\nles ampolles tornen\noli d’aquí",
    ),
    "vinya-alta": ("dry-stone terraces\nagreed prices", "feixes de pedra seca\npreus pactats"),
    "orchard-path": ("never sprayed\nrun by neighbours", "mai ensulfatat\nportat pel veïnat"),
}
