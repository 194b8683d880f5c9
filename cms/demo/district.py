"""The rest of the demo's district: who is there besides the six that sell food; every word and place invented for it."""

from typing import NamedTuple


class Neighbour(NamedTuple):
    """An organisation with its page: a sentence, a paragraph and what it stands for, in English and Catalan."""

    slug: str
    name: str
    kind: str
    activity: str
    territory: str
    place: str
    latitude: str
    longitude: str
    scene: str
    summary: str
    en: str
    ca: str
    values: tuple[str, str]


# Where the first six and the group lie, and what they do: slug → activity, territory, latitude, longitude.
PLACES = {
    "riverside-farm": ("food", "Vall del Riu", "41.63120", "2.08840"),
    "forn-del-barri": ("food", "Centre", "41.60710", "2.09680"),
    "hill-dairy": ("food", "Serra", "41.65410", "2.11930"),
    "second-spring": ("home", "Polígon Nord", "41.62040", "2.10890"),
    "vinya-alta": ("food", "Serra", "41.64680", "2.13470"),
    "orchard-path": ("food", "Horta", "41.59630", "2.11240"),
    "green-basket": ("food", "Plaça Nova", "41.61020", "2.10150"),
}

NEIGHBOURS = (
    Neighbour(
        "la-llavor", "La Llavor", "association", "food", "Horta", "Camí de l'Horta 9", "41.59480", "2.11560", "field",
        "Seeds and seedlings of the kinds that have always grown here, kept by forty gardeners.",
        "Every member grows two kinds and gives back twice the seed. So two hundred kinds live in forty gardens, and none "
        "of them in a bank. In March the seedlings are sold in the square, a handful at a time.",
        "Cada sòcia cultiva dues varietats i torna el doble de llavor. Així dues-centes varietats viuen en quaranta horts, i "
        "cap en un banc. Al març el planter es ven a la plaça, a grapats.",
        ("open-pollinated\nno patents\nshared land", "llavor oberta\nsense patents\nterra compartida"),
    ),
    Neighbour(
        "blat-vell", "Blat Vell", "cooperative", "food", "Vall del Riu", "Molí de Baix", "41.62750", "2.09310", "bakery",
        "A water mill that grinds the wheat of five farms for two bakeries.",
        "The stones turn slowly, so the flour stays cool. Two people work here, and the price of a kilo has been agreed with "
        "farmers and bakers for three years ahead: nobody has to guess.",
        "Les moles giren a poc a poc, i la farina no s'escalfa. Hi treballem dues persones, i el preu del quilo s'ha pactat "
        "amb pagesos i forners per a tres anys: ningú no ha d'endevinar res.",
        ("old wheat\nwater power\nagreed prices", "blats antics\nforça de l'aigua\npreus pactats"),
    ),
    Neighbour(
        "abella-negra", "Abella Negra", "farm", "food", "Serra", "Coll Roig", "41.65890", "2.12640", "pasture",
        "Sixty hives of the dark local bee, moved on foot and by mule.",
        "The bees follow rosemary, heather and chestnut. What they make in a bad year they keep; in a good one we take a "
        "third. Whoever buys honey also pays for the hives on school roofs.",
        "Les abelles segueixen el romaní, el bruc i el castanyer. Els anys dolents s'ho queden tot; els bons en prenem un "
        "terç. Qui compra mel també paga els ruscs dels terrats de les escoles.",
        ("local bees\nglass comes back", "abella autòctona\nels pots tornen"),
    ),
    Neighbour(
        "cuina-de-totes", "Cuina de Totes", "insertion", "food", "Plaça Nova", "Plaça Nova 11", "41.61090", "2.10020", "pantry",
        "Eight cooks from seven countries, and a lunch table for the whole square.",
        "We cook what the farms have too much of, and what our grandmothers cooked from it. Lunch is served at one long "
        "table; catering goes out by cargo bike. Half of us came from the training kitchen.",
        "Cuinem el que a les pageses els sobra, i el que en feien les nostres àvies. El dinar se serveix en una sola taula "
        "llarga; els càterings surten en bicicleta. La meitat venim de la cuina de formació.",
        ("surplus first\nfair wages\nno single-use", "primer l'excedent\nsous dignes\nres d'un sol ús"),
    ),
    Neighbour(
        "mans-amigues", "Mans Amigues", "cooperative", "care", "Centre", "Carrer Major 40", "41.60790", "2.09850", "garden",
        "Care at home by twenty-three carers who own their cooperative.",
        "The same two people come to the same door, and have time to sit down. Carers are employed, insured and paid for the "
        "way between two houses. Families choose the hours; the assembly decides the rest.",
        "A la mateixa porta hi truquen les mateixes dues persones, i tenen temps de seure. Les cuidadores tenen contracte, "
        "assegurança i cobren el camí entre casa i casa. Les famílies trien les hores; l'assemblea decideix la resta.",
        ("same faces\nemployed carers\nowned by them", "les mateixes cares\namb contracte\nde les sòcies"),
    ),
    Neighbour(
        "espai-cria", "Espai Cria", "association", "care", "Plaça Nova", "Carrer dels Til·lers 5", "41.61160", "2.10260", "garden",
        "A nursery run by parents and three teachers, with a garden for mud.",
        "Twelve children, three teachers, and parents who cook and mend in turn. The fee follows the household's income. In "
        "the afternoon the garden is open to every child of the square.",
        "Dotze infants, tres mestres, i famílies que cuinen i arreglen per torns. La quota va segons els ingressos. A la "
        "tarda el jardí és obert a tota la mainada de la plaça.",
        ("fee by income\noutdoors every day", "quota segons ingressos\na fora cada dia"),
    ),
    Neighbour(
        "llibres-del-pont", "Llibres del Pont", "cooperative", "culture", "Centre", "Pont Vell 2", "41.60580", "2.09460", "shelves",
        "A bookshop with a reading room, owned by three booksellers and four hundred readers.",
        "Readers lend the shop money and are paid back in books. There are chairs, a stove in winter, and an evening every "
        "week. What you want to read and cannot pay for, you read here.",
        "Els lectors deixen diners a la llibreria i els recuperen en llibres. Hi ha cadires, una estufa a l'hivern i una "
        "vetllada cada setmana. El que vols llegir i no pots pagar, ho llegeixes aquí.",
        ("owned by readers\nsmall presses", "dels lectors\neditorials petites"),
    ),
    Neighbour(
        "orquestra-de-barri", "Orquestra de Barri", "association", "culture", "Polígon Nord", "Nau 7", "41.62160", "2.11090", "shelves",
        "Seventy people aged six to eighty who learned an instrument together.",
        "Instruments are lent, lessons are given in groups, and whoever knows three notes teaches the first. Concerts are "
        "free; the hat pays for strings.",
        "Els instruments es deixen, les classes són en grup, i qui sap tres notes ensenya la primera. Els concerts són "
        "gratuïts; la gorra paga les cordes.",
        ("instruments on loan\nopen rehearsals", "instruments en préstec\nassajos oberts"),
    ),
    Neighbour(
        "roda-lliure", "Roda Lliure", "cooperative", "repair", "Centre", "Carrer del Pou 18", "41.60860", "2.09510", "tools",
        "A bicycle workshop where you may do it yourself, with somebody beside you.",
        "Four mechanics and twelve stands. You pay by the hour, with tools and advice, or leave it to us. Bicycles that "
        "nobody wants any more leave again with lights and a guarantee.",
        "Quatre mecànics i dotze peus. Pagues per hores, amb eines i consell, o ens ho deixes fer. Les bicis que ja ningú "
        "no vol en tornen a sortir amb llums i garantia.",
        ("repair before new\nused parts", "reparar abans que comprar\npeces usades"),
    ),
    Neighbour(
        "segona-volta", "Segona Volta", "insertion", "repair", "Polígon Nord", "Nau 12", "41.62290", "2.10710", "tools",
        "Washing machines, radios and lamps get a second life here, and so do careers.",
        "What the town throws away is tested, repaired and sold with a year's guarantee. Nine people learn the trade; last "
        "year thirty-one tonnes did not become waste.",
        "El que el poble llença es prova, es repara i es ven amb un any de garantia. Hi aprenen l'ofici nou persones; l'any "
        "passat trenta-una tones no van ser residu.",
        ("a year's guarantee\ntraining on the job", "un any de garantia\nformació treballant"),
    ),
    Neighbour(
        "sol-comu", "Sol Comú", "cooperative", "energy", "Plaça Nova", "Plaça Nova 1", "41.61000", "2.10110", "roofs",
        "Three hundred households that make their own power on eleven shared roofs.",
        "The panels on school, library and sports hall belong to whoever takes a share of a hundred euros. What they make is "
        "split by the hour; who has little pays first, and less.",
        "Les plaques de l'escola, la biblioteca i el pavelló són de qui n'agafa una part de cent euros. El que fan es "
        "reparteix hora a hora; qui té poc, primer i a menys preu.",
        ("owned by its users\nno profit on heat", "de qui la fa servir\nsense guany amb la calor"),
    ),
    Neighbour(
        "can-clau", "Can Clau", "cooperative", "housing", "Horta", "Carrer del Rec 22", "41.59850", "2.10830", "roofs",
        "Twenty-eight flats that nobody can sell, and a kitchen for all of them.",
        "The house belongs to the cooperative, the ground to the town for seventy-five years. Members pay in once and a "
        "modest sum each month; who leaves gets back what they paid in, and no more.",
        "La casa és de la cooperativa, i el sòl del municipi per setanta-cinc anys. Les sòcies fan una aportació i paguen "
        "poc cada mes; qui marxa recupera el que va posar, i res més.",
        ("not for sale\nshared kitchen", "no es ven\ncuina compartida"),
    ),
    Neighbour(
        "terra-cuita", "Terra Cuita", "cooperative", "housing", "Vall del Riu", "Camí de la Bòbila", "41.62480", "2.08620", "roofs",
        "Masons and carpenters who build with earth, straw and what the old house had.",
        "Six trades under one roof, one price, one person to call. Nothing leaves the site that could be used again. We take "
        "a third of the wages in the community's currency, because the baker does.",
        "Sis oficis sota una teulada, un sol preu i una persona a qui trucar. No surt de l'obra res que es pugui tornar a "
        "fer servir. Cobrem un terç en moneda de la comunitat, perquè el forn també.",
        ("earth and straw\nreuse on site", "terra i palla\nreutilitzem a l'obra"),
    ),
    Neighbour(
        "tinta-fresca", "Tinta Fresca", "cooperative", "printing", "Centre", "Carrer del Pou 3", "41.60890", "2.09740", "shelves",
        "Posters, notebooks and small editions, printed with soy inks by five partners.",
        "We print for those who have something to say, and say so if it would be better shorter. Paper cut-offs become "
        "notebooks; the notebooks pay for the leaflets of whoever cannot.",
        "Imprimim per a qui té alguna cosa a dir, i ho diem si seria millor més curt. Dels retalls de paper en fem llibretes; "
        "les llibretes paguen els fulls de qui no pot.",
        ("soy inks\noff-cuts become notebooks", "tintes de soja\nels retalls, llibretes"),
    ),
    Neighbour(
        "caixa-petita", "Caixa Petita", "cooperative", "finance", "Centre", "Carrer Major 3", "41.60640", "2.09640", "roofs",
        "Savings of the district, lent to the district, with every loan in the window.",
        "Whoever saves here sees where the money is: an oven, a press, a roof. Loans are small, decisions are taken in the "
        "open, and in nineteen years two were not paid back.",
        "Qui estalvia aquí veu on són els diners: un forn, una premsa, una teulada. Els préstecs són petits, es decideixen a "
        "la vista, i en dinou anys només dos no s'han tornat.",
        ("every loan public\nno commissions", "tots els préstecs públics\nsense comissions"),
    ),
    Neighbour(
        "net-i-clar", "Net i Clar", "cooperative", "home", "Polígon Nord", "Nau 3", "41.62110", "2.10620", "workshop",
        "Cleaning by fourteen partners who set their own hours, with soap from next door.",
        "We clean offices, stairs and schools by day, when people are there who can say good morning. The soap comes from "
        "Second Spring in bottles that go back every Friday.",
        "Netegem oficines, escales i escoles de dia, quan hi ha gent que diu bon dia. El sabó ve de Second Spring en "
        "ampolles que tornen cada divendres.",
        ("day shifts\nlocal soap", "torns de dia\nsabó de prop"),
    ),
    Neighbour(
        "cargobici", "Cargobici", "cooperative", "mobility", "Plaça Nova", "Carrer dels Til·lers 1", "41.61130", "2.10190", "roofs",
        "Deliveries by cargo bike: five riders, two trailers, and no van.",
        "We carry the crates of the purchasing groups, the lunches of Cuina de Totes and once a piano. The price is by the "
        "crate, not by the hurry.",
        "Portem les caixes dels grups de consum, els dinars de Cuina de Totes i, un dia, un piano. El preu va per caixa, no "
        "per pressa.",
        ("by bike alone\nemployed riders", "només en bici\namb contracte"),
    ),
    Neighbour(
        "escola-d-oficis", "Escola d'Oficis", "association", "culture", "Polígon Nord", "Nau 1", "41.61990", "2.10770", "shelves",
        "A school for those who learn with their hands, in the workshops of the district.",
        "Two years, four workshops, one trade. The teachers are those who do it for a living; the exam is a chair, a loaf or "
        "a bicycle that somebody buys.",
        "Dos anys, quatre tallers, un ofici. Les mestres són les que en viuen; l'examen és una cadira, un pa o una bicicleta "
        "que algú compra.",
        ("learning by doing\nno fee", "aprendre fent\ngratuïta"),
    ),
)  # fmt: skip

# Two more purchasing groups beside Green Basket, each with its page.
GROUPS = (
    Neighbour(
        "la-cistella", "La Cistella", "group", "food", "Horta", "Can Clau, planta baixa", "41.59870", "2.10850", "field",
        "Thirty households around Can Clau; vegetables every week, the rest once a month.",
        "We meet on Thursdays in the shared kitchen of Can Clau. Two households pack, two cook, and whoever has time stays for "
        "soup. New households come along twice before they decide.",
        "Ens trobem els dijous a la cuina de Can Clau. Dues llars fan les caixes, dues cuinen, i qui té temps es queda a la "
        "sopa. Les llars noves venen dos cops abans de decidir-se.",
        ("soup on Thursdays\ncome and try", "sopa els dijous\nvine i prova"),
    ),
    Neighbour(
        "taula-del-nord", "Taula del Nord", "group", "food", "Polígon Nord", "Nau 7, porta lateral", "41.62180", "2.11050", "pantry",
        "People who work on the estate and take their week's food home on Fridays.",
        "Offices and workshops order together, and the crates come with the bread van. It takes ten minutes on the way "
        "home.",
        "Oficines i tallers fem la comanda plegats, i les caixes venen amb la furgoneta del pa. Són deu minuts de camí a "
        "casa.",
        ("Fridays at five", "divendres a les cinc"),
    ),
)  # fmt: skip

GREEN_BASKET = Neighbour(
    "green-basket", "Green Basket", "group", "food", "Plaça Nova", "Plaça Nova", "41.61020", "2.10150", "pantry", "",
    "It began in 2014 with eleven families and a borrowed scale. Today the Ateneu smells of bread and leeks every other "
    "Wednesday, and whoever is late is called by name. Everybody packs twice a year.",
    "Va començar el 2014 amb onze famílies i una balança deixada. Avui, un dimecres sí i un no, l'Ateneu fa olor de pa i de "
    "porros, i a qui arriba tard se'l crida pel nom. Tothom fa caixes dos cops l'any.",
    ("everybody packs twice a year\nproducers visited", "tothom fa caixes\nvisitem les productores"),
)  # fmt: skip
