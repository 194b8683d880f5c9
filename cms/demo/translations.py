"""The demo's pages in Spanish and French, translated sentence by sentence with wagtail-localize, as
translators of a real market would do it; every word written for it."""

from django.db.models import Q, QuerySet
from wagtail.models import Locale, Page
from wagtail_localize.models import StringTranslation, Translation, TranslationSource

from cms.demo.scenes import SEEN
from cms.demo.translations_of_cards import CARDS
from cms.demo.translations_of_happenings import HAPPENINGS
from cms.demo.translations_of_neighbours import NEIGHBOURS
from cms.editors import give_rights
from cms.models import OrganisationPage

LANGUAGES = ("es", "fr")
# What stands on a page in English → in Spanish, in French. Names of places and houses stay as they are.
STORIES: dict[str, tuple[str, str]] = {
    # --- Riverside Farm
    "Vegetables from river soil, picked the morning they travel.": (
        "Verdura de vega, cogida la misma mañana en que viaja.",
        "Des légumes de terre alluviale, cueillis le matin de leur voyage.",
    ),
    "Bruno took over two hectares by the river in 2011, when the last grower here retired. The soil is deep and dark, "
    "and floods a little every third spring; what the water leaves behind feeds the leeks.": (
        (
            "Bruno se hizo cargo de dos hectáreas junto al río en 2011, cuando se jubiló el último hortelano de aquí. La "
            "tierra es honda y oscura, y cada tres primaveras se inunda un poco; lo que deja el agua alimenta los puerros."
        ),
        (
            "Bruno a repris deux hectares au bord de la rivière en 2011, quand le dernier maraîcher du coin a pris sa "
            "retraite. La terre est profonde et sombre, et un printemps sur trois l’eau la recouvre un peu ; ce qu’elle "
            "laisse nourrit les poireaux."
        ),
    ),
    "A carrot has a day on which it is best. We try to be there on that day.": (
        "Una zanahoria tiene un día en que está en su punto. Procuramos estar ahí ese día.",
        "Une carotte a un jour où elle est parfaite. Nous essayons d’être là ce jour-là.",
    ),
    "Bruno, grower": ("Bruno, hortelano", "Bruno, maraîcher"),
    "We sow forty kinds of vegetables, pick in the morning and drive in the afternoon. What the groups have ordered is "
    "what we harvest: since we know on Sunday what is wanted on Wednesday, almost nothing is ploughed in again.": (
        (
            "Sembramos cuarenta clases de verdura, cosechamos por la mañana y repartimos por la tarde. Cosechamos lo que "
            "han pedido los grupos: como el domingo ya sabemos qué hace falta el miércoles, casi nada vuelve a la tierra."
        ),
        (
            "Nous semons quarante sortes de légumes, cueillons le matin et livrons l’après-midi. Nous récoltons ce que les "
            "groupes ont commandé : comme nous savons le dimanche ce qu’il faut le mercredi, presque rien ne retourne à la "
            "terre."
        ),
    ),
    "Where": ("Dónde", "Où"),
    "People": ("Personas", "Qui"),
    "How": ("Cómo", "Comment"),
    "Vall del Riu, 6 km from the square": ("Vall del Riu, a 6 km de la plaza", "Vall del Riu, à 6 km de la place"),
    "three, and five at harvest": ("tres, y cinco en la cosecha", "trois, et cinq à la récolte"),
    "organic since 2014": ("ecológico desde 2014", "bio depuis 2014"),
    # --- Forn del Barri
    "Six bakers, one oven, flour from wheat that grows within sight of it.": (
        "Seis panaderas, un horno y harina de un trigo que crece a la vista.",
        "Six boulangers, un four, et la farine d’un blé qui pousse à portée de vue.",
    ),
    "When the bakery on Carrer Major was to become a phone shop, six people who had worked in it bought the oven. They "
    "own it in equal parts, and each month another of them keeps the books.": (
        (
            "Cuando el horno de Carrer Major iba a convertirse en una tienda de móviles, seis personas que trabajaban allí "
            "compraron el obrador. Es de todas a partes iguales, y cada mes lleva las cuentas otra de ellas."
        ),
        (
            "Quand la boulangerie de Carrer Major allait devenir une boutique de téléphones, six personnes qui y "
            "travaillaient ont acheté le four. Il leur appartient à parts égales, et chaque mois une autre tient les "
            "comptes."
        ),
    ),
    "We were never asked what we would do differently. Now we ask each other every week.": (
        "Nunca nos habían preguntado qué haríamos de otra manera. Ahora nos lo preguntamos cada semana.",
        (
            "On ne nous avait jamais demandé ce que nous ferions autrement. Maintenant, nous nous le demandons chaque "
            "semaine."
        ),
    ),
    "Mireia, baker": ("Mireia, panadera", "Mireia, boulangère"),
    "The dough rests eighteen hours. It is bread for people who do not eat much of it, but look forward to it, and it "
    "is still good on the third day.": (
        (
            "La masa reposa dieciocho horas. Es pan para quien come poco pero lo espera con ganas, y al tercer día sigue "
            "estando bueno."
        ),
        (
            "La pâte repose dix-huit heures. C’est un pain pour ceux qui en mangent peu mais l’attendent, et le troisième "
            "jour il est encore bon."
        ),
    ),
    "Carrer Major 12": ("Carrer Major 12", "Carrer Major 12"),
    "six, all members": ("seis, todas socias", "six, tous associés"),
    "Flour": ("Harina", "Farine"),
    "from the mill at Pont Vell": ("del molino de Pont Vell", "du moulin de Pont Vell"),
    # --- Hill Dairy
    "Forty goats with names, and cheese that tastes of the thyme they find.": (
        "Cuarenta cabras con nombre, y un queso que sabe al tomillo que encuentran.",
        "Quarante chèvres qui ont un nom, et un fromage au goût du thym qu’elles trouvent.",
    ),
    "Forty goats keep the slopes above the village open. Where they graze no fire has come up the hill for nine years, "
    "and the thyme has come back.": (
        (
            "Cuarenta cabras mantienen abiertas las laderas de encima del pueblo. Donde pastan, hace nueve años que no "
            "sube ningún fuego, y el tomillo ha vuelto."
        ),
        (
            "Quarante chèvres gardent ouvertes les pentes au-dessus du village. Là où elles paissent, aucun feu n’est monté "
            "depuis neuf ans, et le thym est revenu."
        ),
    ),
    "They have names because they answer to them.": (
        "Tienen nombre porque responden a él.",
        "Elles ont un nom parce qu’elles y répondent.",
    ),
    "Aline, herder": ("Aline, pastora", "Aline, bergère"),
    "The milk becomes cheese the same day, in a room as large as a kitchen. In January there is none: the goats are "
    "dry, and we repair fences.": (
        (
            "La leche se hace queso el mismo día, en una sala grande como una cocina. En enero no hay: las cabras están "
            "secas y nosotras arreglamos vallas."
        ),
        (
            "Le lait devient fromage le jour même, dans une pièce grande comme une cuisine. En janvier il n’y en a pas : "
            "les chèvres sont taries et nous réparons les clôtures."
        ),
    ),
    "Coll de l'Alzina": ("Coll de l'Alzina", "Coll de l'Alzina"),
    "Animals": ("Animales", "Animaux"),
    "forty goats, ninety hens": ("cuarenta cabras, noventa gallinas", "quarante chèvres, quatre-vingt-dix poules"),
    "Milk": ("Leche", "Lait"),
    "raw, ours only": ("cruda, solo la nuestra", "cru, le nôtre seulement"),
    # --- Second Spring
    "A workshop where people find their way back to work: soap, refills and a very good laundry powder.": (
        "Un taller desde el que se vuelve al trabajo: jabón, recargas y un detergente en polvo muy bueno.",
        "Un atelier par lequel on retrouve le chemin du travail : savon, recharges et une très bonne lessive en poudre.",
    ),
    "Eleven people work here who were told for years that there was nothing for them. They stay for up to three years, "
    "learn to weigh, mix, label and keep stock, and two out of three find work outside.": (
        (
            "Aquí trabajan once personas a las que durante años se les dijo que no había nada para ellas. Se quedan hasta "
            "tres años, aprenden a pesar, mezclar, etiquetar y llevar el almacén, y dos de cada tres encuentran trabajo "
            "fuera."
        ),
        (
            "Onze personnes travaillent ici à qui l’on a dit pendant des années qu’il n’y avait rien pour elles. Elles "
            "restent jusqu’à trois ans, apprennent à peser, mélanger, étiqueter et tenir un stock, et deux sur trois "
            "trouvent un emploi ailleurs."
        ),
    ),
    "The first week I was afraid of the scales. Now I teach it.": (
        "La primera semana la báscula me daba miedo. Ahora enseño a usarla.",
        "La première semaine, la balance me faisait peur. Maintenant, j’apprends aux autres à s’en servir.",
    ),
    "Rosa, foreperson": ("Rosa, encargada", "Rosa, cheffe d’atelier"),
    "The soap is olive oil from Vinya Alta that was not good enough to eat. The bottles come back: bring yours to the "
    "pick-up and it is filled again.": (
        (
            "El jabón es aceite de Vinya Alta que no valía para comer. Las botellas vuelven: trae la tuya al punto de "
            "recogida y te la rellenamos."
        ),
        (
            "Le savon est fait de l’huile de Vinya Alta qui n’était pas assez bonne pour la table. Les bouteilles "
            "reviennent : apportez la vôtre au retrait, nous la remplissons de nouveau."
        ),
    ),
    "Polígon Nord, unit 4": ("Polígon Nord, nave 4", "Polígon Nord, bâtiment 4"),
    "eleven in training, three trainers": (
        "once en formación, tres formadoras",
        "onze en formation, trois formatrices",
    ),
    "Certified": ("Reconocida", "Agréée"),
    "insertion enterprise": ("empresa de inserción", "entreprise d’insertion"),
    # --- Green Basket
    "everybody packs twice a year<br/>producers visited": (
        "cada cual prepara cestas dos veces al año<br/>visitamos a quien produce",
        "chacun prépare les paniers deux fois par an<br/>les producteurs sont visités",
    ),
    "It began in 2014 with eleven families and a borrowed scale. Today the Ateneu smells of bread and leeks every other "
    "Wednesday, and whoever is late is called by name. Everybody packs twice a year.": (
        (
            "Empezó en 2014 con once familias y una báscula prestada. Hoy el Ateneu huele a pan y a puerros un miércoles "
            "sí y otro no, y a quien llega tarde se le llama por su nombre. Todo el mundo prepara cestas dos veces al año."
        ),
        (
            "Tout a commencé en 2014 avec onze familles et une balance prêtée. Aujourd’hui l’Ateneu sent le pain et le "
            "poireau un mercredi sur deux, et les retardataires sont appelés par leur nom. Chacun prépare les paniers deux fois par "
            "an."
        ),
    ),
    # --- The eleventh roof
    "The eleventh roof makes power": (
        "El undécimo tejado ya da electricidad",
        "Le onzième toit produit de l’électricité",
    ),
    "Since Monday the sports hall feeds in too. Three hundred households now share what eleven roofs make.": (
        "Desde el lunes también aporta el pabellón. Trescientos hogares se reparten ya lo que dan once tejados.",
        (
            "Depuis lundi, le gymnase y contribue aussi. Trois cents foyers se partagent désormais ce que donnent onze "
            "toits."
        ),
    ),
    "It took nine volunteers two weekends, and Terra Cuita lent the scaffolding. The first sunny noon covered the hall, "
    "the school next door and forty flats.": (
        (
            "Trabajaron nueve voluntarias dos fines de semana, y Terra Cuita prestó el andamio. El primer mediodía de sol "
            "cubrió el pabellón, la escuela de al lado y cuarenta pisos."
        ),
        (
            "Neuf bénévoles y ont passé deux fins de semaine, et Terra Cuita a prêté l’échafaudage. Le premier midi de "
            "soleil a suffi au gymnase, à l’école voisine et à quarante appartements."
        ),
    ),
    "There are still shares for a hundred euros; who has little pays in instalments.": (
        "Aún quedan participaciones de cien euros; quien tiene poco paga a plazos.",
        "Il reste des parts à cent euros ; qui a peu de moyens paie en plusieurs fois.",
    ),
    # --- Winter fair
    "Winter fair": ("Feria de invierno", "Foire d’hiver"),
    "Plaça Nova": ("Plaça Nova", "Plaça Nova"),
    "Forty stalls, soup from the long table and the orchestra at noon. Bring a bag and a jar.": (
        "Cuarenta puestos, sopa en la mesa larga y la orquesta a mediodía. Trae bolsa y tarro.",
        "Quarante étals, la soupe à la longue table et l’orchestre à midi. Apportez un sac et un bocal.",
    ),
    "All who are on this market have a stall, and the community currency is taken at every one. Change your euros at "
    "the Ateneu from nine.": (
        (
            "Todas las que están en este mercado tienen puesto, y en todos se acepta la moneda de la comunidad. Cambia tus "
            "euros en el Ateneu desde las nueve."
        ),
        (
            "Tous ceux qui sont sur ce marché tiennent un étal, et chacun accepte la monnaie locale. Changez vos euros à "
            "l’Ateneu dès neuf heures."
        ),
    ),
    # --- Your first basket
    "Your first basket": ("Tu primera cesta", "Votre premier panier"),
    "From the first look to the bag in your hand, in four steps and with no account before you want one.": (
        "Del primer vistazo a la bolsa en la mano, en cuatro pasos y sin cuenta hasta que tú quieras.",
        "Du premier regard au sac en main, en quatre étapes et sans compte tant que vous n’en voulez pas.",
    ),
    "1. Look": ("1. Mira", "1. Regardez"),
    "Every stall that is open shows what there is, from whom, and what a kilo or a litre of it costs. You need no "
    "account to look or to fill a basket.": (
        (
            "Cada puesto abierto enseña lo que hay, de quién es y cuánto cuesta el kilo o el litro. Para mirar o llenar la "
            "cesta no hace falta cuenta."
        ),
        (
            "Chaque étal ouvert montre ce qu’il y a, de qui cela vient et ce qu’en coûte le kilo ou le litre. Pour regarder "
            "ou remplir un panier, aucun compte n’est nécessaire."
        ),
    ),
    "2. Choose": ("2. Elige", "2. Choisissez"),
    "Some things come in packs. Say how many you want for sure, and how many more you would take if that fills a "
    "pack.": (
        (
            "Hay cosas que vienen en cajas. Di cuántas quieres seguro, y cuántas más te llevarías si así se llena una "
            "caja."
        ),
        (
            "Certaines choses arrivent par colis. Dites combien vous en voulez à coup sûr, et combien de plus vous en "
            "prendriez si cela remplit un colis."
        ),
    ),
    "3. Order": ("3. Haz el pedido", "3. Commandez"),
    "Now a name and an e-mail address are needed. What the order may cost at most is set aside; you pay what really "
    "comes.": (
        (
            "Ahora sí hacen falta un nombre y un correo electrónico. Se reserva lo máximo que puede costar el pedido; "
            "pagas lo que llega de verdad."
        ),
        (
            "Il faut maintenant un nom et une adresse électronique. Le maximum que peut coûter la commande est mis de "
            "côté ; vous payez ce qui arrive vraiment."
        ),
    ),
    "4. Fetch it": ("4. Recógelo", "4. Retirez-la"),
    "Show your pick-up code. Something is missing or spoilt? Say so there: it comes back to your balance.": (
        "Enseña tu código de recogida. ¿Falta algo o se ha estropeado? Dilo allí mismo: vuelve a tu saldo.",
        (
            "Montrez votre code de retrait. Il manque quelque chose, ou c’est abîmé ? Dites-le sur place : cela revient sur "
            "votre solde."
        ),
    ),
}


SENTENCES = STORIES | HAPPENINGS | NEIGHBOURS | CARDS | {seen["en"]: (seen["es"], seen["fr"]) for seen in SEEN.values()}


def told_pages() -> QuerySet[Page]:
    """The English pages that tell something, below the fixed ones."""
    fixed = Q(depth__lt=3) | Q(pk__in=Page.objects.filter(numchild__gt=0))
    return Page.objects.filter(locale__language_code="en").exclude(fixed).order_by("path")


def translate_pages() -> None:
    """Translate the demo's pages, and put them out."""
    for page in told_pages():
        source, _made = TranslationSource.update_or_create_from_instance(page.specific)
        for column, code in enumerate(LANGUAGES):
            translate(source, Locale.objects.get(language_code=code), column)


def translate(source: TranslationSource, locale: Locale, column: int) -> None:
    """Give every sentence of a page that is known in a language its translation; names stay as they are."""
    Translation.objects.get_or_create(source=source, target_locale=locale)
    told = [
        StringTranslation(
            translation_of=segment.string,
            locale=locale,
            context=segment.context,
            data=SENTENCES[segment.string.data][column],
        )
        for segment in source.stringsegment_set.select_related("string", "context")
        if segment.string.data in SENTENCES
    ]
    StringTranslation.objects.bulk_create(told, ignore_conflicts=True)
    page, _created = source.create_or_update_translation(locale, fallback=True, publish=False)
    page.get_latest_revision().publish()
    if isinstance(page, OrganisationPage):
        give_rights(page)
