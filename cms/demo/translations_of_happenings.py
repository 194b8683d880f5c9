"""What happens in the demo's district, in Spanish and French: news, fairs, guides, seasons."""

HAPPENINGS: dict[str, tuple[str, str]] = {
    "How it works": ("Cómo funciona", "Comment ça marche"),
    "Producers show what they make. A purchasing group orders together every week or two, so that whole packs fill "
    "up and one trip brings them all; some producers also open a stall of their own, at which anybody can order.": (
        (
            "Quienes producen enseñan lo que hacen. Un grupo de consumo hace el pedido en común cada semana o cada "
            "dos, de modo que se llenan cajas enteras y un solo viaje lo trae todo; algunas productoras abren "
            "además su propio puesto, donde puede comprar cualquiera."
        ),
        (
            "Les producteurs montrent ce qu’ils font. Un groupement d’achat commande ensemble toutes les semaines "
            "ou toutes les deux semaines : les colis se remplissent et un seul trajet apporte tout. Certains "
            "producteurs ouvrent aussi leur propre étal, où chacun peut commander."
        ),
    ),
    "Paying": ("Pagar", "Payer"),
    "You pay in by card, by transfer or in cash, and pay from that balance. Many producers also take part of the "
    "price in the community's own currency. What is set aside for an order is more than you will pay at most, never "
    "less than you agreed to, and you pay for what really comes.": (
        (
            "Ingresas dinero con tarjeta, por transferencia o en efectivo, y pagas con ese saldo. Muchas "
            "productoras aceptan además una parte del precio en la moneda de la comunidad. Se reserva el máximo que "
            "puede costar el pedido, y pagas solo lo que llega de verdad."
        ),
        (
            "Vous versez par carte, par virement ou en espèces, et vous payez avec ce solde. Beaucoup de "
            "producteurs acceptent aussi une partie du prix en monnaie locale. Le maximum que peut coûter la "
            "commande est mis de côté, et vous ne payez que ce qui arrive vraiment."
        ),
    ),
    "Trust": ("Confianza", "Confiance"),
    "Every cent and every unit is kept in double entry, in books that cannot be changed afterwards.": (
        "Cada céntimo y cada unidad se anotan por partida doble, en unos libros que después no se pueden cambiar.",
        (
            "Chaque centime et chaque unité sont inscrits en partie double, dans des livres que l’on ne peut plus "
            "modifier."
        ),
    ),
    "Flour keeps its price for three years": (
        "La harina mantiene el precio tres años",
        "La farine garde son prix pendant trois ans",
    ),
    "Mill, farms and bakers have signed again: a fair price for wheat, and the same loaf for the same money.": (
        (
            "Molino, agricultores y panaderas han vuelto a firmar: un precio justo para el trigo, y el mismo pan "
            "por el mismo dinero."
        ),
        (
            "Le moulin, les fermes et les boulangers ont signé de nouveau : un prix juste pour le blé, et le même "
            "pain au même prix."
        ),
    ),
    "The price follows what farming costs, not the exchange in Chicago. If a harvest fails, all three sides carry a "
    "third.": (
        (
            "El precio sigue lo que cuesta cultivar, y no la bolsa de Chicago. Si una cosecha falla, cada parte "
            "asume un tercio."
        ),
        (
            "Le prix suit ce que coûte la culture, et non la bourse de Chicago. Si une récolte manque, chacune des "
            "trois parties en supporte un tiers."
        ),
    ),
    "Nine jars out of ten come back": ("Nueve tarros de cada diez vuelven", "Neuf bocaux sur dix reviennent"),
    "A year after the deposit began, the jam of Orchard Path travels in its own glass again and again.": (
        (
            "Un año después de empezar con el envase retornable, la mermelada de Orchard Path viaja una y otra vez "
            "en el mismo vidrio."
        ),
        (
            "Un an après le début de la consigne, la confiture d’Orchard Path voyage encore et encore dans le même "
            "verre."
        ),
    ),
    "Cargobici takes the empty crates along on the way back, and Second Spring washes them. A jar lives eleven "
    "rounds on average.": (
        (
            "Cargobici se lleva las cajas vacías a la vuelta, y Second Spring las lava. Un tarro da once vueltas de "
            "media."
        ),
        (
            "Cargobici remporte les caisses vides au retour, et Second Spring les lave. Un bocal fait onze tours en "
            "moyenne."
        ),
    ),
    "Open day at the mill": ("Puertas abiertas en el molino", "Portes ouvertes au moulin"),
    "Blat Vell": ("Blat Vell", "Blat Vell"),
    "Molí de Baix": ("Molí de Baix", "Molí de Baix"),
    "See the stones turn, and take a warm kilo home.": (
        "Ven a ver girar las muelas y llévate un kilo aún caliente.",
        "Venez voir tourner les meules, et repartez avec un kilo encore tiède.",
    ),
    "Walks start at eleven and at twelve. The path along the river is fit for prams.": (
        "Visitas a las once y a las doce. El camino del río es apto para cochecitos.",
        "Visites à onze heures et à midi. Le chemin le long de la rivière convient aux poussettes.",
    ),
    "Repair evening": ("Tarde de reparaciones", "Soirée réparation"),
    "Roda Lliure": ("Roda Lliure", "Roda Lliure"),
    "Carrer del Pou 18": ("Carrer del Pou 18", "Carrer del Pou 18"),
    "Bring what no longer turns, rings or shines. You repair, we help.": (
        "Trae lo que ya no gira, no suena o no da luz. Tú lo arreglas, te ayudamos.",
        "Apportez ce qui ne tourne plus, ne sonne plus ou n’éclaire plus. Vous réparez, nous aidons.",
    ),
    "Bicycles, lamps, toasters, zips. It costs what the part costs.": (
        "Bicis, lámparas, tostadoras, cremalleras. Cuesta lo que cueste la pieza.",
        "Vélos, lampes, grille-pain, fermetures éclair. Cela coûte le prix de la pièce.",
    ),
    "Assembly of the market": ("Asamblea del mercado", "Assemblée du marché"),
    "Ateneu Plaça Nova": ("Ateneu Plaça Nova", "Ateneu Plaça Nova"),
    "Plaça Nova 3": ("Plaça Nova 3", "Plaça Nova 3"),
    "The books were read out, and the fee for producers fell by half a point.": (
        "Se leyeron las cuentas, y la cuota de las productoras bajó medio punto.",
        "Les comptes ont été lus, et la contribution des producteurs a baissé d’un demi-point.",
    ),
    "Sixty-one members came. The trial balance is open to everybody who asks the treasurer.": (
        "Acudieron sesenta y una personas. Cualquiera puede pedir el balance en tesorería.",
        "Soixante et un membres sont venus. Quiconque le demande à la trésorerie peut voir la balance des comptes.",
    ),
    "For new cooperatives": ("Para cooperativas nuevas", "Pour les nouvelles coopératives"),
    "What it takes to stand on this square: a page, a price list and a day on which people can fetch what they "
    "bought.": (
        (
            "Qué hace falta para estar en esta plaza: una página, una lista de precios y un día para recoger lo "
            "comprado."
        ),
        (
            "Ce qu’il faut pour avoir sa place ici : une page, une liste de prix et un jour où l’on vient chercher "
            "ses achats."
        ),
    ),
    "Your page": ("Tu página", "Votre page"),
    "A picture, two paragraphs and a voice are enough. You find it under your name, once the market has given you "
    "the role of an editor.": (
        (
            "Basta con una imagen, dos párrafos y una voz. La encontrarás bajo tu nombre cuando el mercado te haya "
            "dado el papel de editora."
        ),
        (
            "Une image, deux paragraphes et une voix suffisent. Vous la trouverez sous votre nom dès que le marché "
            "vous aura confié la rédaction de votre page."
        ),
    ),
    "Your price list": ("Tu lista de precios", "Votre liste de prix"),
    "Bring the spreadsheet you have. The market reads it, shows what would change, and changes it when you say so.": (
        (
            "Trae la hoja de cálculo que tengas. El mercado la lee, te enseña qué cambiaría y lo cambia cuando tú "
            "lo digas."
        ),
        (
            "Apportez la feuille de calcul que vous avez. Le marché la lit, montre ce qui changerait, et ne change "
            "rien avant votre accord."
        ),
    ),
    "Your first opening": ("Tu primera apertura", "Votre première ouverture"),
    "Open your own stall for a few days, or let the purchasing groups put you into their next order. You are paid "
    "after the distribution, in euros and as far as you like in the community's currency.": (
        (
            "Abre puesto propio unos días, o deja que los grupos de consumo te incluyan en su próximo pedido. "
            "Cobras después del reparto, en euros y, hasta donde quieras, en la moneda de la comunidad."
        ),
        (
            "Ouvrez votre propre étal quelques jours, ou laissez les groupements d’achat vous inclure dans leur "
            "prochaine commande. Vous êtes payé après la distribution, en euros et, autant que vous le souhaitez, "
            "en monnaie locale."
        ),
    ),
    "Start a purchasing group": ("Monta un grupo de consumo", "Lancer un groupement d’achat"),
    "Ten households, a room with a table and somebody who likes lists: that is a group.": (
        "Diez hogares, una sala con una mesa y alguien a quien le gusten las listas: eso es un grupo.",
        "Dix foyers, une salle avec une table et quelqu’un qui aime les listes : voilà un groupement.",
    ),
    "Find ten households": ("Encuentra diez hogares", "Trouvez dix foyers"),
    "Fewer fill no packs, more than forty need two tables.": (
        "Con menos no se llenan las cajas; con más de cuarenta hacen falta dos mesas.",
        "À moins, les colis ne se remplissent pas ; au-delà de quarante, il faut deux tables.",
    ),
    "Find a place": ("Encuentra un lugar", "Trouvez un lieu"),
    "A room that is dry, open for two hours and reachable by cargo bike.": (
        "Una sala seca, abierta un par de horas y a la que llegue una bici de carga.",
        "Une salle sèche, ouverte deux heures et accessible en vélo cargo.",
    ),
    "Share the work": ("Repartid el trabajo", "Partagez le travail"),
    "One coordinates, one keeps the money, two receive. Change every half year. The board of the cycle says what is "
    "to be done and when.": (
        (
            "Una coordina, otra lleva el dinero, dos reciben. Cambiad cada medio año. El tablero del ciclo dice qué "
            "toca hacer y cuándo."
        ),
        (
            "Une personne coordonne, une tient la caisse, deux réceptionnent. Changez tous les six mois. Le tableau "
            "du cycle dit ce qu’il y a à faire et quand."
        ),
    ),
    "Squash and roots": ("Calabaza y raíces", "Courges et racines"),
    "What the field gives when it is cold: sweet, heavy, and good for a week's soup.": (
        "Lo que da el campo cuando hace frío: dulce, pesado y bueno para una semana de sopa.",
        "Ce que donne le champ quand il fait froid : sucré, lourd, et de quoi faire la soupe toute une semaine.",
    ),
    "Apples and pears": ("Manzanas y peras", "Pommes et poires"),
    "From the school orchard, as they are, as juice or as jam.": (
        "Del huerto de la escuela, tal cual, en zumo o en mermelada.",
        "Du verger de l’école, telles quelles, en jus ou en confiture.",
    ),
    "Spring greens": ("Verdes de primavera", "Verdure de printemps"),
    "The first leaves, picked in the morning and eaten the same day.": (
        "Las primeras hojas, cogidas por la mañana y comidas el mismo día.",
        "Les premières feuilles, cueillies le matin et mangées le jour même.",
    ),
    "Repair before new": ("Reparar antes que comprar", "Réparer plutôt que racheter"),
    "Who in this district gives things a second life, and teaches you how.": (
        "Quién en este barrio da una segunda vida a las cosas, y te enseña cómo.",
        "Qui, dans ce quartier, donne une seconde vie aux objets, et vous apprend à le faire.",
    ),
}
