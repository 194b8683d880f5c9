"""What the demo's producers tell of themselves, in English and Catalan; every word invented for it."""

from typing import NamedTuple


class Story(NamedTuple):
    """A page: two paragraphs, something somebody said, and facts. Its picture is a scene."""

    scene: str
    paragraphs: dict[str, tuple[str, str]]
    quotation: dict[str, tuple[str, str]]
    facts: dict[str, tuple[tuple[str, str], ...]]


STORIES: dict[str, Story] = {
    "riverside-farm": Story(
        "field",
        {
            "en": (
                "Bruno took over two hectares by the river in 2011, when the last grower here retired. The soil is deep "
                "and dark, and floods a little every third spring; what the water leaves behind feeds the leeks.",
                "We sow forty kinds of vegetables, pick in the morning and drive in the afternoon. What the groups have "
                "ordered is what we harvest: since we know on Sunday what is wanted on Wednesday, almost nothing is "
                "ploughed in again.",
            ),
            "ca": (
                "El Bruno va agafar dues hectàrees vora el riu el 2011, quan l'últim pagès d'aquí es va jubilar. La terra "
                "és fonda i fosca, i cada tres primaveres s'inunda una mica; el que hi deixa l'aigua alimenta els porros.",
                "Sembrem quaranta menes de verdures, collim al matí i repartim a la tarda. Collim el que els grups han "
                "demanat: com que diumenge ja sabem què cal dimecres, gairebé res no torna a la terra.",
            ),
        },
        {
            "en": ("A carrot has a day on which it is best. We try to be there on that day.", "Bruno, grower"),
            "ca": ("Una pastanaga té un dia que és el millor. Mirem de ser-hi aquell dia.", "Bruno, pagès"),
        },
        {
            "en": (
                ("Where", "Vall del Riu, 6 km from the square"),
                ("People", "three, and five at harvest"),
                ("How", "organic since 2014"),
            ),
            "ca": (
                ("On", "Vall del Riu, a 6 km de la plaça"),
                ("Persones", "tres, i cinc a la collita"),
                ("Com", "ecològic des del 2014"),
            ),
        },
    ),
    "forn-del-barri": Story(
        "bakery",
        {
            "en": (
                "When the bakery on Carrer Major was to become a phone shop, six people who had worked in it bought the "
                "oven. They own it in equal parts, and each month another of them keeps the books.",
                "The dough rests eighteen hours. It is bread for people who do not eat much of it, but look forward to it, "
                "and it is still good on the third day.",
            ),
            "ca": (
                "Quan el forn del Carrer Major s'havia de convertir en una botiga de mòbils, sis persones que hi "
                "treballaven en van comprar l'obrador. És de totes a parts iguals, i cada mes una altra en porta els comptes.",
                "La massa reposa divuit hores. És pa per a gent que en menja poc però l'espera, i el tercer dia encara és bo.",
            ),
        },
        {
            "en": (
                "We were never asked what we would do differently. Now we ask each other every week.",
                "Mireia, baker",
            ),
            "ca": (
                "Mai no ens havien preguntat què faríem diferent. Ara ens ho preguntem cada setmana.",
                "Mireia, fornera",
            ),
        },
        {
            "en": (
                ("Where", "Carrer Major 12"),
                ("People", "six, all members"),
                ("Flour", "from the mill at Pont Vell"),
            ),
            "ca": (("On", "Carrer Major 12"), ("Persones", "sis, totes sòcies"), ("Farina", "del molí del Pont Vell")),
        },
    ),
    "hill-dairy": Story(
        "pasture",
        {
            "en": (
                "Forty goats keep the slopes above the village open. Where they graze no fire has come up the hill for "
                "nine years, and the thyme has come back.",
                "The milk becomes cheese the same day, in a room as large as a kitchen. In January there is none: the goats "
                "are dry, and we repair fences.",
            ),
            "ca": (
                "Quaranta cabres mantenen oberts els pendents de sobre el poble. On pasturen, fa nou anys que no hi puja "
                "cap foc, i la farigola ha tornat.",
                "La llet es fa formatge el mateix dia, en una sala gran com una cuina. Al gener no n'hi ha: les cabres "
                "s'eixuguen i nosaltres arreglem tanques.",
            ),
        },
        {
            "en": ("They have names because they answer to them.", "Aline, herder"),
            "ca": ("Tenen nom perquè responen quan els crides.", "Aline, pastora"),
        },
        {
            "en": (("Where", "Coll de l'Alzina"), ("Animals", "forty goats, ninety hens"), ("Milk", "raw, ours only")),
            "ca": (
                ("On", "Coll de l'Alzina"),
                ("Animals", "quaranta cabres, noranta gallines"),
                ("Llet", "crua, només la nostra"),
            ),
        },
    ),
    "second-spring": Story(
        "workshop",
        {
            "en": (
                "Eleven people work here who were told for years that there was nothing for them. They stay for up to three "
                "years, learn to weigh, mix, label and keep stock, and two out of three find work outside.",
                "The soap is olive oil from Vinya Alta that was not good enough to eat. The bottles come back: bring yours to "
                "the pick-up and it is filled again.",
            ),
            "ca": (
                "Hi treballen onze persones a qui durant anys es va dir que no hi havia res per a elles. S'hi estan fins a "
                "tres anys, aprenen a pesar, barrejar, etiquetar i portar estocs, i dues de cada tres troben feina fora.",
                "El sabó és oli de Vinya Alta que no era prou bo per menjar. Les ampolles tornen: porta la teva al punt de "
                "recollida i te la tornem a omplir.",
            ),
        },
        {
            "en": ("The first week I was afraid of the scales. Now I teach it.", "Rosa, foreperson"),
            "ca": ("La primera setmana em feia por la bàscula. Ara n'ensenyo.", "Rosa, encarregada"),
        },
        {
            "en": (
                ("Where", "Polígon Nord, unit 4"),
                ("People", "eleven in training, three trainers"),
                ("Certified", "insertion enterprise"),
            ),
            "ca": (
                ("On", "Polígon Nord, nau 4"),
                ("Persones", "onze en formació, tres formadores"),
                ("Reconeguda", "empresa d'inserció"),
            ),
        },
    ),
    "vinya-alta": Story(
        "terraces",
        {
            "en": (
                "Eleven families, each with a few rows of old trees, none with enough to live on. Together they bought a small "
                "press in 1998 and have paid it off since.",
                "Nobody here is paid by the kilo. Every family brings what it has, and the price is agreed in a meeting that "
                "lasts as long as it has to.",
            ),
            "ca": (
                "Onze famílies, cadascuna amb uns quants rengles d'arbres vells, i cap amb prou per viure'n. El 1998 van "
                "comprar plegades una premsa petita, i ja l'han pagada.",
                "Aquí ningú no cobra a tant el quilo. Cada família porta el que té, i el preu s'acorda en una assemblea que "
                "dura el que calgui.",
            ),
        },
        {
            "en": ("An olive tree plans for a hundred years. We try for ten.", "Pau, member"),
            "ca": ("Una olivera fa plans a cent anys. Nosaltres, a deu.", "Pau, soci"),
        },
        {
            "en": (
                ("Where", "Serra de Dalt"),
                ("People", "eleven families"),
                ("Press", "cold, within a day of picking"),
            ),
            "ca": (
                ("On", "Serra de Dalt"),
                ("Persones", "onze famílies"),
                ("Premsa", "en fred, el dia després de collir"),
            ),
        },
    ),
    "orchard-path": Story(
        "pantry",
        {
            "en": (
                "Behind the school stand four hundred fruit trees that the town had given up. Since 2016 neighbours prune and "
                "pick them with the children, and every class has a row of its own.",
                "What the school kitchen does not need becomes juice and jam, or is sold as it is. It pays for the ladders, the "
                "insurance and one wage.",
            ),
            "ca": (
                "Darrere l'escola hi ha quatre-cents fruiters que l'ajuntament havia abandonat. Des del 2016 els veïns els podem "
                "i els collim amb la mainada, i cada classe té el seu rengle.",
                "El que no fa falta a la cuina de l'escola es fa suc i melmelada, o es ven tal qual. Paga les escales, "
                "l'assegurança i un sou.",
            ),
        },
        {
            "en": ("People ask whose trees they are. We say: come on Saturday.", "Sam, of the Saturday team"),
            "ca": ("La gent pregunta de qui són els arbres. Diem: vine dissabte.", "Sam, de la colla dels dissabtes"),
        },
        {
            "en": (
                ("Where", "Camí de l'Horta, behind the school"),
                ("People", "thirty volunteers, one employee"),
                ("Sprayed", "never"),
            ),
            "ca": (
                ("On", "Camí de l'Horta, darrere l'escola"),
                ("Persones", "trenta voluntaris, una treballadora"),
                ("Ensulfatat", "mai"),
            ),
        },
    ),
}

ABOUT = {
    "en": (
        "How it works",
        "<p>Producers show what they make. A purchasing group orders together every week or two, so that whole packs fill up and "
        "one trip brings them all; some producers also open a stall of their own, at which anybody can order.</p>"
        "<h2>Paying</h2><p>You pay in by card, by transfer or in cash, and pay from that balance. Many producers also take part of "
        "the price in the community's own currency. What is set aside for an order is more than you will pay at most, never less "
        "than you agreed to, and you pay for what really comes.</p>"
        "<h2>Trust</h2><p>Every cent and every unit is kept in double entry, in books that cannot be changed afterwards.</p>",
    ),
    "ca": (
        "Com funciona",
        "<p>Les productores mostren què fan. Un grup de consum fa la comanda plegat cada setmana o cada dues, de manera que "
        "s'omplen caixes senceres i un sol viatge ho porta tot; algunes productores també obren parada pròpia, on pot comprar "
        "tothom.</p><h2>Pagar</h2><p>Ingresses diners amb targeta, transferència o en efectiu, i pagues d'aquest saldo. Moltes "
        "productores accepten una part del preu en la moneda de la comunitat. Es reserva el màxim que pot costar la comanda, i "
        "pagues només el que arriba de debò.</p><h2>Confiança</h2><p>Cada cèntim i cada unitat s'apunten per partida doble, en "
        "uns llibres que després no es poden canviar.</p>",
    ),
}
