"""What happens in the demo's district and what there is to know: news, fairs, guides, seasons; own words, two languages."""

from typing import NamedTuple


class News(NamedTuple):
    slug: str
    days_ago: int
    scene: str
    en: tuple[str, str, str]
    ca: tuple[str, str, str]


class Fair(NamedTuple):
    slug: str
    in_days: int
    hour: int
    hours: int
    place: str
    address: str
    latitude: str
    longitude: str
    host: str
    scene: str
    en: tuple[str, str, str]
    ca: tuple[str, str, str]


class Guide(NamedTuple):
    slug: str
    audience: str
    en: tuple[str, str, str]
    ca: tuple[str, str, str]


class Topic(NamedTuple):
    slug: str
    scene: str
    months: tuple[int, int] | None
    words: str
    activity: str
    en: tuple[str, str]
    ca: tuple[str, str]


NEWS = (
    News(
        "eleven-roofs", 3, "roofs",
        ("The eleventh roof makes power", "Since Monday the sports hall feeds in too. Three hundred households now share what eleven roofs make.",
         "<p>It took nine volunteers two weekends, and Terra Cuita lent the scaffolding. The first sunny noon covered the hall, the "
         "school next door and forty flats.</p><p>There are still shares for a hundred euros; who has little pays in instalments.</p>"),
        ("L'onzena teulada ja fa llum", "Des de dilluns el pavelló també hi aporta. Tres-centes llars es reparteixen el que fan onze teulades.",
         "<p>Hi van treballar nou voluntàries dos caps de setmana, i Terra Cuita va deixar la bastida. El primer migdia de sol va "
         "cobrir el pavelló, l'escola del costat i quaranta pisos.</p><p>Encara queden parts de cent euros; qui té poc, a terminis.</p>"),
    ),
    News(
        "flour-price", 12, "bakery",
        ("Flour keeps its price for three years", "Mill, farms and bakers have signed again: a fair price for wheat, and the same loaf for the same money.",
         "<p>The price follows what farming costs, not the exchange in Chicago. If a harvest fails, all three sides carry a third.</p>"),
        ("La farina manté el preu tres anys", "Molí, pageses i forners han tornat a signar: un preu just pel blat, i el mateix pa pels mateixos diners.",
         "<p>El preu segueix el que costa conrear, i no la borsa de Chicago. Si una collita falla, cada part n'assumeix un terç.</p>"),
    ),
    News(
        "jars-back", 26, "pantry",
        ("Nine jars out of ten come back", "A year after the deposit began, the jam of Orchard Path travels in its own glass again and again.",
         "<p>Cargobici takes the empty crates along on the way back, and Second Spring washes them. A jar lives eleven rounds on average.</p>"),
        ("Nou pots de cada deu tornen", "Un any després de començar el dipòsit, la melmelada d'Orchard Path viatja un cop i un altre en el mateix vidre.",
         "<p>Cargobici s'endú les caixes buides de tornada, i Second Spring les renta. Un pot fa onze voltes de mitjana.</p>"),
    ),
)  # fmt: skip

FAIRS = (
    Fair(
        "winter-fair", 8, 10, 8, "Plaça Nova", "Plaça Nova", "41.61020", "2.10150", "cabas", "garden",
        ("Winter fair", "Forty stalls, soup from the long table and the orchestra at noon. Bring a bag and a jar.",
         "<p>All who are on this market have a stall, and the community currency is taken at every one. Change your euros at the "
         "Ateneu from nine.</p>"),
        ("Fira d'hivern", "Quaranta parades, sopa a la taula llarga i l'orquestra al migdia. Porta bossa i pot.",
         "<p>Tothom qui és en aquest mercat hi té parada, i a totes s'accepta la moneda de la comunitat. Canvi d'euros a l'Ateneu "
         "des de les nou.</p>"),
    ),
    Fair(
        "open-mill", 15, 11, 3, "Blat Vell", "Molí de Baix", "41.62750", "2.09310", "blat-vell", "bakery",
        ("Open day at the mill", "See the stones turn, and take a warm kilo home.",
         "<p>Walks start at eleven and at twelve. The path along the river is fit for prams.</p>"),
        ("Porta oberta al molí", "Vine a veure girar les moles i endú-te un quilo encara calent.",
         "<p>Visites a les onze i a les dotze. El camí del riu és apte per a cotxets.</p>"),
    ),
    Fair(
        "repair-evening", 19, 18, 3, "Roda Lliure", "Carrer del Pou 18", "41.60860", "2.09510", "roda-lliure", "tools",
        ("Repair evening", "Bring what no longer turns, rings or shines. You repair, we help.",
         "<p>Bicycles, lamps, toasters, zips. It costs what the part costs.</p>"),
        ("Vespre de reparacions", "Porta el que ja no roda, no sona o no fa llum. Tu ho arregles, nosaltres t'ajudem.",
         "<p>Bicis, llums, torradores, cremalleres. Costa el que costa la peça.</p>"),
    ),
    Fair(
        "assembly", -20, 19, 2, "Ateneu Plaça Nova", "Plaça Nova 3", "41.61030", "2.10130", "cabas", "shelves",
        ("Assembly of the market", "The books were read out, and the fee for producers fell by half a point.",
         "<p>Sixty-one members came. The trial balance is open to everybody who asks the treasurer.</p>"),
        ("Assemblea del mercat", "Es van llegir els comptes, i la quota de les productores va baixar mig punt.",
         "<p>Hi van venir seixanta-una persones. El balanç és obert a tothom qui el demani a la tresoreria.</p>"),
    ),
)  # fmt: skip

GUIDES = (
    Guide(
        "your-first-basket", "consumer",
        ("Your first basket", "From the first look to the bag in your hand, in four steps and with no account before you want one.",
         "<h2>1. Look</h2><p>Every stall that is open shows what there is, from whom, and what a kilo or a litre of it costs. You need no "
         "account to look or to fill a basket.</p><h2>2. Choose</h2><p>Some things come in packs. Say how many you want for sure, and how "
         "many more you would take if that fills a pack.</p><h2>3. Order</h2><p>Now a name and an e-mail address are needed. What the order "
         "may cost at most is set aside; you pay what really comes.</p><h2>4. Fetch it</h2><p>Show your pick-up code. Something is missing "
         "or spoilt? Say so there: it comes back to your balance.</p>"),
        ("El teu primer cabàs", "De la primera ullada a la bossa a la mà, en quatre passos i sense compte fins que vulguis.",
         "<h2>1. Mira</h2><p>Cada parada oberta ensenya què hi ha, de qui és i quant en costa un quilo o un litre. Per mirar o omplir el "
         "cabàs no cal cap compte.</p><h2>2. Tria</h2><p>Hi ha coses que venen en caixes. Digues quantes en vols segur, i quantes més en "
         "prendries si així s'omple una caixa.</p><h2>3. Fes la comanda</h2><p>Ara sí que calen un nom i una adreça electrònica. Es reserva "
         "el màxim que pot costar; pagues el que arriba.</p><h2>4. Recull-la</h2><p>Ensenya el codi de recollida. Falta alguna cosa o s'ha "
         "fet malbé? Digues-ho allà mateix: torna al teu saldo.</p>"),
    ),
    Guide(
        "for-new-cooperatives", "cooperative",
        ("For new cooperatives", "What it takes to stand on this square: a page, a price list and a day on which people can fetch what they bought.",
         "<h2>Your page</h2><p>A picture, two paragraphs and a voice are enough. You find it under your name, once the market has given you "
         "the role of an editor.</p><h2>Your price list</h2><p>Bring the spreadsheet you have. The market reads it, shows what would change, and "
         "changes it when you say so.</p><h2>Your first opening</h2><p>Open your own stall for a few days, or let the purchasing groups put you "
         "into their next order. You are paid after the distribution, in euros and as far as you like in the community's currency.</p>"),
        ("Per a cooperatives noves", "Què cal per ser en aquesta plaça: una pàgina, una llista de preus i un dia per recollir el que s'ha comprat.",
         "<h2>La pàgina</h2><p>N'hi ha prou amb una imatge, dos paràgrafs i una veu. La trobaràs sota el teu nom quan el mercat t'hagi donat "
         "el paper d'editora.</p><h2>La llista de preus</h2><p>Porta el full de càlcul que tinguis. El mercat el llegeix, t'ensenya què "
         "canviaria, i ho canvia quan tu ho dius.</p><h2>La primera obertura</h2><p>Obre parada pròpia uns dies, o deixa que els grups de "
         "consum et posin a la propera comanda. Cobres després del repartiment, en euros i, fins on vulguis, en moneda de la comunitat.</p>"),
    ),
    Guide(
        "a-new-group", "group",
        ("Start a purchasing group", "Ten households, a room with a table and somebody who likes lists: that is a group.",
         "<h2>Find ten households</h2><p>Fewer fill no packs, more than forty need two tables.</p><h2>Find a place</h2><p>A room that is dry, open "
         "for two hours and reachable by cargo bike.</p><h2>Share the work</h2><p>One coordinates, one keeps the money, two receive. Change every "
         "half year. The board of the cycle says what is to be done and when.</p>"),
        ("Munta un grup de consum", "Deu llars, una sala amb una taula i algú a qui agraden les llistes: això és un grup.",
         "<h2>Troba deu llars</h2><p>Amb menys no s'omplen les caixes, i amb més de quaranta calen dues taules.</p><h2>Troba un lloc</h2><p>Una "
         "sala seca, oberta un parell d'hores i on arribi una bici de càrrega.</p><h2>Repartiu la feina</h2><p>Una coordina, una porta els "
         "diners, dues reben. Canvieu cada mig any. El tauler del cicle diu què toca fer i quan.</p>"),
    ),
)  # fmt: skip

TOPICS = (
    Topic(
        "squash-and-roots", "field", (10, 2), "squash, carrot, potato, leek, carbassa, pastanaga, patata, porro", "",
        ("Squash and roots", "What the field gives when it is cold: sweet, heavy, and good for a week's soup."),
        ("Carbassa i arrels", "El que dona el camp quan fa fred: dolç, feixuc i bo per a una setmana de sopa."),
    ),
    Topic(
        "apples-and-pears", "pantry", (8, 2), "apple, pear, poma, pera", "",
        ("Apples and pears", "From the school orchard, as they are, as juice or as jam."),
        ("Pomes i peres", "De l'hort de l'escola, tal com són, en suc o en melmelada."),
    ),
    Topic(
        "spring-greens", "garden", (3, 6), "chard, salad, greens, bleda, enciam", "",
        ("Spring greens", "The first leaves, picked in the morning and eaten the same day."),
        ("Verds de primavera", "Les primeres fulles, collides al matí i menjades el mateix dia."),
    ),
    Topic(
        "repair", "tools", None, "", "repair",
        ("Repair before new", "Who in this district gives things a second life, and teaches you how."),
        ("Reparar abans que comprar", "Qui en aquest barri dona una segona vida a les coses, i te n'ensenya."),
    ),
)  # fmt: skip

# The fixed pages in four languages; what stands below them is told in two.
FRONT = {
    "en": {
        "home": "Cabas", "headline": "Good food and fair work, a short walk away",
        "introduction": "Bakers, farms, workshops and neighbours share one market here. Look around, fill a basket, fetch it round the corner.",
        "index": "Producers", "index introduction": "Cooperatives, farms, associations and workshops of the district, and the groups that order from them.",
        "news": "News", "news introduction": "What has changed on the square.",
        "events": "Fairs", "events introduction": "Where we meet: fairs, open days, evenings.",
        "guides": "Guides", "guides introduction": "How to begin, whatever you come for.",
    },
    "ca": {
        "home": "Cabas", "headline": "Bon menjar i feina digna, a quatre passes",
        "introduction": "Forns, pagesos, tallers i veïnes comparteixen aquest mercat. Passeja-hi, omple el cabàs i recull-lo a la cantonada.",
        "index": "Productores", "index introduction": "Cooperatives, pagesos, associacions i tallers del barri, i els grups que els compren.",
        "news": "Notícies", "news introduction": "Què ha canviat a la plaça.",
        "events": "Fires", "events introduction": "On ens trobem: fires, portes obertes, vetllades.",
        "guides": "Guies", "guides introduction": "Com començar, vinguis pel que vinguis.",
    },
    "es": {
        "home": "Cabas", "headline": "Buena comida y trabajo digno, a dos pasos",
        "introduction": "Hornos, huertas, talleres y vecinas comparten este mercado. Pasea, llena la cesta y recógela a la vuelta de la esquina.",
        "index": "Productoras", "index introduction": "Cooperativas, huertas, asociaciones y talleres del barrio, y los grupos que les compran.",
        "news": "Noticias", "news introduction": "Qué ha cambiado en la plaza.",
        "events": "Ferias", "events introduction": "Dónde nos vemos: ferias, puertas abiertas, veladas.",
        "guides": "Guías", "guides introduction": "Cómo empezar, vengas a lo que vengas.",
    },
    "fr": {
        "home": "Cabas", "headline": "Bien manger et travailler dignement, à deux pas d’ici",
        "introduction": "Boulangers, fermes, ateliers et voisins partagent ce marché. Promenez-vous, remplissez un cabas, venez le chercher au coin de la rue.",
        "index": "Producteurs", "index introduction": "Coopératives, fermes, associations et ateliers du quartier, et les groupes qui leur commandent.",
        "news": "Actualités", "news introduction": "Ce qui a changé sur la place.",
        "events": "Foires", "events introduction": "Où l'on se retrouve : foires, portes ouvertes, veillées.",
        "guides": "Guides", "guides introduction": "Comment commencer, quoi que vous veniez chercher.",
    },
}  # fmt: skip
