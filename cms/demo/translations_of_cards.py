"""What the demo's organisations say of themselves in a word or a sentence, in Spanish and French."""

CARDS: dict[str, tuple[str, str]] = {
    "Seeds and seedlings of the kinds that have always grown here, kept by forty gardeners.": (
        "Semillas y plantel de las variedades de siempre de aquí, guardados por cuarenta hortelanas.",
        "Graines et plants des variétés d’ici depuis toujours, gardés par quarante jardiniers.",
    ),
    "A water mill that grinds the wheat of five farms for two bakeries.": (
        "Un molino de agua que muele el trigo de cinco fincas para dos panaderías.",
        "Un moulin à eau qui moud le blé de cinq fermes pour deux boulangeries.",
    ),
    "Sixty hives of the dark local bee, moved on foot and by mule.": (
        "Sesenta colmenas de abeja negra autóctona, llevadas a pie y en mula.",
        "Soixante ruches d’abeille noire locale, déplacées à pied et à dos de mule.",
    ),
    "Eight cooks from seven countries, and a lunch table for the whole square.": (
        "Ocho cocineras de siete países y una mesa puesta para toda la plaza.",
        "Huit cuisinières de sept pays, et une table de midi pour toute la place.",
    ),
    "Care at home by twenty-three carers who own their cooperative.": (
        "Atención a domicilio de veintitrés cuidadoras, dueñas de su cooperativa.",
        "Aide à domicile par vingt-trois auxiliaires à qui appartient la coopérative.",
    ),
    "A nursery run by parents and three teachers, with a garden for mud.": (
        "Una escuela infantil de familias y tres maestras, con jardín para el barro.",
        "Une crèche tenue par des parents et trois éducatrices, avec un jardin où faire de la boue.",
    ),
    "A bookshop with a reading room, owned by three booksellers and four hundred readers.": (
        "Una librería con sala de lectura, de tres libreros y cuatrocientos lectores.",
        "Une librairie avec salle de lecture, à trois libraires et quatre cents lecteurs.",
    ),
    "Seventy people aged six to eighty who learned an instrument together.": (
        "Setenta personas de seis a ochenta años que aprendieron juntas un instrumento.",
        "Soixante-dix personnes de six à quatre-vingts ans qui ont appris ensemble un instrument.",
    ),
    "A bicycle workshop where you may do it yourself, with somebody beside you.": (
        "Un taller de bicis donde puedes hacerlo tú, con alguien al lado.",
        "Un atelier vélo où l’on fait soi-même, avec quelqu’un à côté.",
    ),
    "Washing machines, radios and lamps get a second life here, and so do careers.": (
        "Lavadoras, radios y lámparas tienen aquí una segunda vida; los oficios, también.",
        "Lave-linge, radios et lampes ont ici une seconde vie ; les parcours aussi.",
    ),
    "Three hundred households that make their own power on eleven shared roofs.": (
        "Trescientos hogares que producen su electricidad en once tejados compartidos.",
        "Trois cents foyers qui produisent leur électricité sur onze toits partagés.",
    ),
    "Twenty-eight flats that nobody can sell, and a kitchen for all of them.": (
        "Veintiocho pisos que nadie puede vender, y una cocina para todos.",
        "Vingt-huit logements que personne ne peut vendre, et une cuisine pour tous.",
    ),
    "Masons and carpenters who build with earth, straw and what the old house had.": (
        "Albañiles y carpinteras que construyen con tierra, paja y lo que tenía la casa vieja.",
        "Maçons et charpentiers qui bâtissent avec la terre, la paille et ce qu’offrait la vieille maison.",
    ),
    "Posters, notebooks and small editions, printed with soy inks by five partners.": (
        "Carteles, libretas y tiradas pequeñas, impresos con tinta de soja por cinco socias.",
        "Affiches, carnets et petits tirages, imprimés à l’encre de soja par cinq associés.",
    ),
    "Savings of the district, lent to the district, with every loan in the window.": (
        "Ahorros del barrio prestados al barrio, con todos los préstamos en el escaparate.",
        "L’épargne du quartier prêtée au quartier, chaque prêt affiché en vitrine.",
    ),
    "Cleaning by fourteen partners who set their own hours, with soap from next door.": (
        "Limpieza de catorce socias que deciden su horario, con jabón de al lado.",
        "Le ménage par quatorze associées qui fixent leurs horaires, avec du savon d’à côté.",
    ),
    "Deliveries by cargo bike: five riders, two trailers, and no van.": (
        "Reparto en bici de carga: cinco ciclistas, dos remolques y ninguna furgoneta.",
        "Livraisons à vélo cargo : cinq cyclistes, deux remorques et pas de camionnette.",
    ),
    "A school for those who learn with their hands, in the workshops of the district.": (
        "Una escuela para quien aprende con las manos, en los talleres del barrio.",
        "Une école pour qui apprend avec ses mains, dans les ateliers du quartier.",
    ),
    "Thirty households around Can Clau; vegetables every week, the rest once a month.": (
        "Treinta hogares en torno a Can Clau; verdura cada semana, el resto una vez al mes.",
        "Trente foyers autour de Can Clau ; des légumes chaque semaine, le reste une fois par mois.",
    ),
    "People who work on the estate and take their week's food home on Fridays.": (
        "Gente que trabaja en el polígono y se lleva a casa los viernes la comida de la semana.",
        "Des gens qui travaillent dans la zone et rapportent chez eux, le vendredi, les provisions de la semaine.",
    ),
    "Neighbours around Plaça Nova who order together every second week.": (
        "Gente de Plaça Nova que hace el pedido en común cada dos semanas.",
        "Des voisins de Plaça Nova qui commandent ensemble toutes les deux semaines.",
    ),
    "open-pollinated<br/>no patents<br/>shared land": (
        "semilla abierta<br/>sin patentes<br/>tierra compartida",
        "semences libres<br/>sans brevets<br/>terre partagée",
    ),
    "old wheat<br/>water power<br/>agreed prices": (
        "trigos antiguos<br/>fuerza del agua<br/>precios pactados",
        "blés anciens<br/>force de l’eau<br/>prix convenus",
    ),
    "local bees<br/>glass comes back": (
        "abeja autóctona<br/>los tarros vuelven",
        "abeilles locales<br/>bocaux consignés",
    ),
    "surplus first<br/>fair wages<br/>no single-use": (
        "primero el excedente<br/>sueldos dignos<br/>nada de usar y tirar",
        "les surplus d’abord<br/>salaires justes<br/>rien de jetable",
    ),
    "same faces<br/>employed carers<br/>owned by them": (
        "las mismas caras<br/>con contrato<br/>de las socias",
        "les mêmes visages<br/>salariées<br/>propriétaires",
    ),
    "fee by income<br/>outdoors every day": (
        "cuota según ingresos<br/>al aire libre cada día",
        "tarif selon les revenus<br/>dehors chaque jour",
    ),
    "owned by readers<br/>small presses": (
        "de los lectores<br/>editoriales pequeñas",
        "aux lecteurs<br/>petits éditeurs",
    ),
    "instruments on loan<br/>open rehearsals": (
        "instrumentos prestados<br/>ensayos abiertos",
        "instruments prêtés<br/>répétitions ouvertes",
    ),
    "repair before new<br/>used parts": (
        "reparar antes que comprar<br/>piezas usadas",
        "réparer d’abord<br/>pièces d’occasion",
    ),
    "a year's guarantee<br/>training on the job": (
        "un año de garantía<br/>formación trabajando",
        "un an de garantie<br/>formation en travaillant",
    ),
    "owned by its users<br/>no profit on heat": (
        "de quien la usa<br/>sin lucro con el calor",
        "à ses usagers<br/>pas de profit sur la chaleur",
    ),
    "not for sale<br/>shared kitchen": ("no se vende<br/>cocina compartida", "pas à vendre<br/>cuisine partagée"),
    "earth and straw<br/>reuse on site": (
        "tierra y paja<br/>reutilizamos en la obra",
        "terre et paille<br/>réemploi sur place",
    ),
    "soy inks<br/>off-cuts become notebooks": (
        "tintas de soja<br/>los recortes, libretas",
        "encres de soja<br/>les chutes en carnets",
    ),
    "every loan public<br/>no commissions": (
        "todos los préstamos públicos<br/>sin comisiones",
        "tous les prêts publics<br/>sans commissions",
    ),
    "day shifts<br/>local soap": ("turnos de día<br/>jabón de cerca", "horaires de jour<br/>savon local"),
    "by bike alone<br/>employed riders": ("solo en bici<br/>con contrato", "à vélo seulement<br/>cyclistes salariés"),
    "learning by doing<br/>no fee": ("aprender haciendo<br/>gratuita", "apprendre en faisant<br/>gratuite"),
    "soup on Thursdays<br/>come and try": ("sopa los jueves<br/>ven y prueba", "soupe le jeudi<br/>venez essayer"),
    "Fridays at five": ("viernes a las cinco", "vendredi à cinq heures"),
    "An olive tree plans for a hundred years. We try for ten.": (
        "Un olivo hace planes a cien años. Nosotras, a diez.",
        "Un olivier fait des plans à cent ans. Nous essayons à dix.",
    ),
    "Pau, member": ("Pau, socio", "Pau, associé"),
    "Serra de Dalt": ("Serra de Dalt", "Serra de Dalt"),
    "eleven families": ("once familias", "onze familles"),
    "Press": ("Prensa", "Pressoir"),
    "cold, within a day of picking": (
        "en frío, al día siguiente de la cosecha",
        "à froid, dans la journée qui suit la cueillette",
    ),
    "People ask whose trees they are. We say: come on Saturday.": (
        "La gente pregunta de quién son los árboles. Decimos: ven el sábado.",
        "On nous demande à qui sont les arbres. Nous répondons : venez samedi.",
    ),
    "Sam, of the Saturday team": ("Sam, del equipo de los sábados", "Sam, de l’équipe du samedi"),
    "Camí de l'Horta, behind the school": (
        "Camí de l'Horta, detrás de la escuela",
        "Camí de l'Horta, derrière l’école",
    ),
    "thirty volunteers, one employee": ("treinta voluntarios, una empleada", "trente bénévoles, une salariée"),
    "Sprayed": ("Fumigado", "Traitements"),
    "never": ("nunca", "aucun"),
    "sows and drives": ("siembra y reparte", "sème et livre"),
    "looks after the soil": ("cuida la tierra", "prend soin du sol"),
    "picks, and answers the telephone": ("cosecha y atiende el teléfono", "cueille et répond au téléphone"),
    "dough and ledger": ("masa y cuentas", "la pâte et les comptes"),
    "the oven at three in the morning": ("el horno a las tres de la mañana", "le four à trois heures du matin"),
    "the counter": ("el mostrador", "le comptoir"),
    "herds and milks": ("pastorea y ordeña", "garde et trait"),
    "makes the cheese": ("hace el queso", "fait le fromage"),
    "organic since 2014<br/>picked to order": (
        "ecológico desde 2014<br/>cosecha por encargo",
        "bio depuis 2014<br/>cueilli à la commande",
    ),
    "owned by its bakers<br/>local wheat<br/>eighteen hours' rest": (
        "de sus panaderas<br/>trigo local<br/>dieciocho horas de reposo",
        "aux boulangers<br/>blé local<br/>dix-huit heures de repos",
    ),
    "pasture all year<br/>own milk only": (
        "pasto todo el año<br/>solo leche propia",
        "au pré toute l’année<br/>notre lait seulement",
    ),
    "insertion enterprise<br/>bottles come back<br/>local olive oil": (
        "empresa de inserción<br/>las botellas vuelven<br/>aceite de aquí",
        "entreprise d’insertion<br/>bouteilles consignées<br/>huile d’olive locale",
    ),
    "dry-stone terraces<br/>agreed prices": (
        "terrazas de piedra seca<br/>precios pactados",
        "terrasses en pierre sèche<br/>prix convenus",
    ),
    "never sprayed<br/>run by neighbours": (
        "sin fumigar<br/>del vecindario",
        "jamais traité<br/>tenu par les voisins",
    ),
    "Bruno": ("Bruno", "Bruno"),
    "Mireia": ("Mireia", "Mireia"),
    "Aline": ("Aline", "Aline"),
    "Ona": ("Ona", "Ona"),
    "Quim": ("Quim", "Quim"),
    "Tere": ("Tere", "Tere"),
    "Biel": ("Biel", "Biel"),
    "Nuri": ("Nuri", "Nuri"),
}
