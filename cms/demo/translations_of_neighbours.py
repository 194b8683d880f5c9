"""What the organisations of the demo's district tell of themselves, in Spanish and French."""

NEIGHBOURS: dict[str, tuple[str, str]] = {
    "Every member grows two kinds and gives back twice the seed. So two hundred kinds live in forty gardens, and "
    "none of them in a bank. In March the seedlings are sold in the square, a handful at a time.": (
        (
            "Cada socia cultiva dos variedades y devuelve el doble de semilla. Así viven doscientas variedades en "
            "cuarenta huertos, y ninguna en un banco. En marzo el plantel se vende en la plaza, a puñados."
        ),
        (
            "Chaque membre cultive deux variétés et rend le double de graines. Ainsi deux cents variétés vivent "
            "dans quarante jardins, et aucune dans une banque. En mars, les plants se vendent sur la place, par "
            "poignées."
        ),
    ),
    "The stones turn slowly, so the flour stays cool. Two people work here, and the price of a kilo has been agreed "
    "with farmers and bakers for three years ahead: nobody has to guess.": (
        (
            "Las muelas giran despacio y la harina no se calienta. Aquí trabajamos dos personas, y el precio del "
            "kilo está pactado con agricultores y panaderas para tres años: nadie tiene que adivinar nada."
        ),
        (
            "Les meules tournent lentement, et la farine reste fraîche. Deux personnes travaillent ici, et le prix "
            "du kilo est convenu pour trois ans avec les paysans et les boulangers : personne n’a rien à deviner."
        ),
    ),
    "The bees follow rosemary, heather and chestnut. What they make in a bad year they keep; in a good one we take "
    "a third. Whoever buys honey also pays for the hives on school roofs.": (
        (
            "Las abejas siguen el romero, el brezo y el castaño. En los años malos se quedan con todo; en los "
            "buenos tomamos un tercio. Quien compra miel paga también las colmenas de los tejados de las escuelas."
        ),
        (
            "Les abeilles suivent le romarin, la bruyère et le châtaignier. Les mauvaises années, elles gardent "
            "tout ; les bonnes, nous en prenons un tiers. Acheter du miel, c’est aussi payer les ruches sur les "
            "toits des écoles."
        ),
    ),
    "We cook what the farms have too much of, and what our grandmothers cooked from it. Lunch is served at one long "
    "table; catering goes out by cargo bike. Half of us came from the training kitchen.": (
        (
            "Cocinamos lo que a las huertas les sobra, y lo que hacían con ello nuestras abuelas. La comida se "
            "sirve en una sola mesa larga; los encargos salen en bici de carga. La mitad venimos de la cocina de "
            "formación."
        ),
        (
            "Nous cuisinons ce que les fermes ont en trop, et ce qu’en faisaient nos grands-mères. Le déjeuner se "
            "prend à une seule longue table ; les buffets partent à vélo cargo. La moitié d’entre nous vient de la "
            "cuisine d’apprentissage."
        ),
    ),
    "The same two people come to the same door, and have time to sit down. Carers are employed, insured and paid "
    "for the way between two houses. Families choose the hours; the assembly decides the rest.": (
        (
            "A la misma puerta llaman las mismas dos personas, y tienen tiempo de sentarse. Las cuidadoras tienen "
            "contrato y seguro, y cobran el camino entre casa y casa. Las familias eligen las horas; la asamblea "
            "decide lo demás."
        ),
        (
            "À la même porte sonnent les deux mêmes personnes, et elles ont le temps de s’asseoir. Elles sont "
            "salariées, assurées et payées pour le trajet d’une maison à l’autre. Les familles choisissent les "
            "heures ; l’assemblée décide du reste."
        ),
    ),
    "Twelve children, three teachers, and parents who cook and mend in turn. The fee follows the household's "
    "income. In the afternoon the garden is open to every child of the square.": (
        (
            "Doce criaturas, tres maestras, y familias que cocinan y arreglan por turnos. La cuota depende de los "
            "ingresos. Por la tarde el jardín está abierto a toda la chiquillería de la plaza."
        ),
        (
            "Douze enfants, trois éducatrices, et des parents qui cuisinent et réparent à tour de rôle. Le tarif "
            "suit les revenus du foyer. L’après-midi, le jardin est ouvert à tous les enfants de la place."
        ),
    ),
    "Readers lend the shop money and are paid back in books. There are chairs, a stove in winter, and an evening "
    "every week. What you want to read and cannot pay for, you read here.": (
        (
            "Los lectores prestan dinero a la librería y lo recuperan en libros. Hay sillas, una estufa en invierno "
            "y una velada cada semana. Lo que quieres leer y no puedes pagar, lo lees aquí."
        ),
        (
            "Les lecteurs prêtent de l’argent à la librairie et sont remboursés en livres. Il y a des chaises, un "
            "poêle l’hiver et une soirée par semaine. Ce que l’on veut lire sans pouvoir l’acheter, on le lit ici."
        ),
    ),
    "Instruments are lent, lessons are given in groups, and whoever knows three notes teaches the first. Concerts "
    "are free; the hat pays for strings.": (
        (
            "Los instrumentos se prestan, las clases son en grupo, y quien sabe tres notas enseña la primera. Los "
            "conciertos son gratis; la gorra paga las cuerdas."
        ),
        (
            "Les instruments sont prêtés, les cours se donnent en groupe, et qui connaît trois notes enseigne la "
            "première. Les concerts sont gratuits ; le chapeau paie les cordes."
        ),
    ),
    "Four mechanics and twelve stands. You pay by the hour, with tools and advice, or leave it to us. Bicycles that "
    "nobody wants any more leave again with lights and a guarantee.": (
        (
            "Cuatro mecánicas y doce soportes. Pagas por horas, con herramientas y consejo, o nos lo dejas a "
            "nosotras. Las bicis que ya nadie quiere vuelven a salir con luces y garantía."
        ),
        (
            "Quatre mécaniciens et douze pieds d’atelier. On paie à l’heure, outils et conseils compris, ou l’on "
            "nous laisse faire. Les vélos dont plus personne ne veut repartent avec des lumières et une garantie."
        ),
    ),
    "What the town throws away is tested, repaired and sold with a year's guarantee. Nine people learn the trade; "
    "last year thirty-one tonnes did not become waste.": (
        (
            "Lo que el pueblo tira se prueba, se repara y se vende con un año de garantía. Nueve personas aprenden "
            "el oficio; el año pasado, treinta y una toneladas no fueron residuo."
        ),
        (
            "Ce que la ville jette est testé, réparé et vendu avec un an de garantie. Neuf personnes apprennent le "
            "métier ; l’an dernier, trente et une tonnes ne sont pas devenues des déchets."
        ),
    ),
    "The panels on school, library and sports hall belong to whoever takes a share of a hundred euros. What they "
    "make is split by the hour; who has little pays first, and less.": (
        (
            "Las placas de la escuela, la biblioteca y el pabellón son de quien toma una participación de cien "
            "euros. Lo que producen se reparte hora a hora; quien tiene poco va primero, y a menor precio."
        ),
        (
            "Les panneaux de l’école, de la bibliothèque et du gymnase appartiennent à qui prend une part de cent "
            "euros. Ce qu’ils produisent se partage heure par heure ; ceux qui ont peu passent d’abord, et paient "
            "moins."
        ),
    ),
    "The house belongs to the cooperative, the ground to the town for seventy-five years. Members pay in once and a "
    "modest sum each month; who leaves gets back what they paid in, and no more.": (
        (
            "La casa es de la cooperativa; el suelo, del municipio por setenta y cinco años. Las socias hacen una "
            "aportación y pagan poco cada mes; quien se va recupera lo que puso, y nada más."
        ),
        (
            "La maison appartient à la coopérative, le sol à la commune, pour soixante-quinze ans. Les membres "
            "versent une part une fois, puis une somme modeste chaque mois ; qui s’en va reprend ce qu’il a versé, "
            "et rien de plus."
        ),
    ),
    "Six trades under one roof, one price, one person to call. Nothing leaves the site that could be used again. We "
    "take a third of the wages in the community's currency, because the baker does.": (
        (
            "Seis oficios bajo un techo, un solo precio y una persona a quien llamar. No sale de la obra nada que "
            "pueda volver a usarse. Cobramos un tercio en moneda de la comunidad, porque la panadería también."
        ),
        (
            "Six métiers sous un toit, un seul prix, une personne à appeler. Rien de ce qui peut resservir ne "
            "quitte le chantier. Nous prenons un tiers du salaire en monnaie locale, puisque le boulanger en fait "
            "autant."
        ),
    ),
    "We print for those who have something to say, and say so if it would be better shorter. Paper cut-offs become "
    "notebooks; the notebooks pay for the leaflets of whoever cannot.": (
        (
            "Imprimimos para quien tiene algo que decir, y lo decimos si quedaría mejor más corto. Los recortes de "
            "papel se hacen libretas; las libretas pagan las octavillas de quien no puede."
        ),
        (
            "Nous imprimons pour qui a quelque chose à dire, et nous le disons si ce serait mieux plus court. Les "
            "chutes de papier deviennent des carnets ; les carnets paient les tracts de qui ne le peut pas."
        ),
    ),
    "Whoever saves here sees where the money is: an oven, a press, a roof. Loans are small, decisions are taken in "
    "the open, and in nineteen years two were not paid back.": (
        (
            "Quien ahorra aquí ve dónde está el dinero: un horno, una prensa, un tejado. Los préstamos son "
            "pequeños, se deciden a la vista, y en diecinueve años solo dos no se han devuelto."
        ),
        (
            "Qui épargne ici voit où est l’argent : un four, une presse, un toit. Les prêts sont petits, les "
            "décisions se prennent au grand jour, et en dix-neuf ans deux seulement n’ont pas été remboursés."
        ),
    ),
    "We clean offices, stairs and schools by day, when people are there who can say good morning. The soap comes "
    "from Second Spring in bottles that go back every Friday.": (
        (
            "Limpiamos oficinas, escaleras y escuelas de día, cuando hay gente que da los buenos días. El jabón "
            "viene de Second Spring en botellas que vuelven cada viernes."
        ),
        (
            "Nous nettoyons bureaux, escaliers et écoles de jour, quand il y a du monde pour dire bonjour. Le savon "
            "vient de Second Spring dans des bouteilles qui repartent chaque vendredi."
        ),
    ),
    "We carry the crates of the purchasing groups, the lunches of Cuina de Totes and once a piano. The price is by "
    "the crate, not by the hurry.": (
        (
            "Llevamos las cajas de los grupos de consumo, las comidas de Cuina de Totes y, una vez, un piano. El "
            "precio va por caja, no por prisa."
        ),
        (
            "Nous transportons les caisses des groupements d’achat, les repas de Cuina de Totes et, une fois, un "
            "piano. On paie à la caisse, pas à l’urgence."
        ),
    ),
    "Two years, four workshops, one trade. The teachers are those who do it for a living; the exam is a chair, a "
    "loaf or a bicycle that somebody buys.": (
        (
            "Dos años, cuatro talleres, un oficio. Enseñan quienes viven de ello; el examen es una silla, un pan o "
            "una bici que alguien compra."
        ),
        (
            "Deux ans, quatre ateliers, un métier. Ceux qui enseignent en vivent ; l’examen, c’est une chaise, un "
            "pain ou un vélo que quelqu’un achète."
        ),
    ),
    "We meet on Thursdays in the shared kitchen of Can Clau. Two households pack, two cook, and whoever has time "
    "stays for soup. New households come along twice before they decide.": (
        (
            "Nos vemos los jueves en la cocina de Can Clau. Dos hogares preparan las cajas, dos cocinan, y quien "
            "tiene tiempo se queda a la sopa. Los hogares nuevos vienen dos veces antes de decidirse."
        ),
        (
            "Nous nous retrouvons le jeudi dans la cuisine de Can Clau. Deux foyers préparent les caisses, deux "
            "cuisinent, et qui a le temps reste pour la soupe. Les nouveaux viennent deux fois avant de se décider."
        ),
    ),
    "Offices and workshops order together, and the crates come with the bread van. It takes ten minutes on the way "
    "home.": (
        (
            "Oficinas y talleres hacemos el pedido en común, y las cajas vienen con la furgoneta del pan. Son diez "
            "minutos de camino a casa."
        ),
        (
            "Bureaux et ateliers commandent ensemble, et les caisses arrivent avec la camionnette du pain. C’est "
            "dix minutes sur le chemin du retour."
        ),
    ),
    "Eleven families with old olive trees and terraces of vines between them.": (
        "Once familias con olivos viejos y, entre ellos, terrazas de viña.",
        "Onze familles, leurs vieux oliviers et, entre eux, des terrasses de vigne.",
    ),
    "Eleven families, each with a few rows of old trees, none with enough to live on. Together they bought a small "
    "press in 1998 and have paid it off since.": (
        (
            "Once familias, cada una con unas hileras de árboles viejos y ninguna con bastante para vivir. En 1998 "
            "compraron juntas una prensa pequeña, y ya está pagada."
        ),
        (
            "Onze familles, chacune avec quelques rangs de vieux arbres, aucune avec de quoi en vivre. En 1998, "
            "elles ont acheté ensemble un petit pressoir, et l’ont remboursé depuis."
        ),
    ),
    "Nobody here is paid by the kilo. Every family brings what it has, and the price is agreed in a meeting that "
    "lasts as long as it has to.": (
        (
            "Aquí nadie cobra a tanto el kilo. Cada familia trae lo que tiene, y el precio se acuerda en una "
            "asamblea que dura lo que haga falta."
        ),
        (
            "Ici, personne n’est payé au kilo. Chaque famille apporte ce qu’elle a, et le prix se décide dans une "
            "réunion qui dure le temps qu’il faut."
        ),
    ),
    "A school orchard run by its neighbours; what the children do not eat is for sale.": (
        "Un huerto de frutales de la escuela llevado por el vecindario; lo que no se comen los niños se vende.",
        "Un verger d’école tenu par le voisinage ; ce que les enfants ne mangent pas est à vendre.",
    ),
    "Behind the school stand four hundred fruit trees that the town had given up. Since 2016 neighbours prune and "
    "pick them with the children, and every class has a row of its own.": (
        (
            "Detrás de la escuela hay cuatrocientos frutales que el ayuntamiento había abandonado. Desde 2016 el "
            "vecindario los poda y los cosecha con los niños, y cada clase tiene su hilera."
        ),
        (
            "Derrière l’école poussent quatre cents arbres fruitiers que la commune avait abandonnés. Depuis 2016, "
            "les voisins les taillent et les récoltent avec les enfants, et chaque classe a son rang."
        ),
    ),
    "What the school kitchen does not need becomes juice and jam, or is sold as it is. It pays for the ladders, the "
    "insurance and one wage.": (
        (
            "Lo que no hace falta en la cocina de la escuela se hace zumo y mermelada, o se vende tal cual. Paga "
            "las escaleras, el seguro y un sueldo."
        ),
        (
            "Ce dont la cantine n’a pas besoin devient jus et confiture, ou se vend tel quel. Cela paie les "
            "échelles, l’assurance et un salaire."
        ),
    ),
}
