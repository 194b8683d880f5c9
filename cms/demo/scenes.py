"""More pictures drawn by code: roofs, tools, shelves of books, a garden."""

import math
from typing import Any

Colour = tuple[int, int, int]

# What is to be seen in each, for those who cannot see it, in the languages of the demo's pages.
SEEN: dict[str, dict[str, str]] = {
    scene: dict(zip(("en", "ca", "es", "fr"), words, strict=True))
    for scene, words in {
        "field": (
            "Rows of vegetables run towards green hills",
            "Rengles de verdures cap als turons verds",
            "Hileras de verduras hacia unas colinas verdes",
            "Des rangs de légumes vers des collines vertes",
        ),
        "bakery": (
            "Five round loaves on a wooden board",
            "Cinc pans rodons damunt d’un tauler de fusta",
            "Cinco panes redondos sobre una tabla de madera",
            "Cinq pains ronds sur une planche de bois",
        ),
        "pasture": (
            "Four goats on a green slope",
            "Quatre cabres en un pendent verd",
            "Cuatro cabras en una ladera verde",
            "Quatre chèvres sur une pente verte",
        ),
        "pantry": (
            "Six jars with pulses and preserves",
            "Sis pots amb llegums i conserves",
            "Seis tarros con legumbres y conservas",
            "Six bocaux de légumes secs et de conserves",
        ),
        "garden": (
            "Two people on a bench below a tree",
            "Dues persones en un banc sota un arbre",
            "Dos personas en un banco bajo un árbol",
            "Deux personnes sur un banc sous un arbre",
        ),
        "shelves": (
            "Shelves full of books",
            "Prestatges plens de llibres",
            "Estanterías llenas de libros",
            "Des étagères pleines de livres",
        ),
        "tools": (
            "A bicycle below a wall of tools",
            "Una bicicleta sota una paret d’eines",
            "Una bicicleta bajo una pared de herramientas",
            "Un vélo sous un mur d’outils",
        ),
        "roofs": (
            "Tiled roofs with solar panels",
            "Teulades amb plaques solars",
            "Tejados con placas solares",
            "Des toits de tuiles avec des panneaux solaires",
        ),
        "workshop": (
            "Shelves with bars of soap and bottles",
            "Prestatges amb pastilles de sabó i ampolles",
            "Estanterías con pastillas de jabón y botellas",
            "Des étagères avec des savons et des bouteilles",
        ),
        "terraces": (
            "Olive trees on dry terraces",
            "Oliveres en terrasses de secà",
            "Olivos en bancales de secano",
            "Des oliviers sur des terrasses sèches",
        ),
    }.items()
}


def roofs(canvas: Any) -> None:
    """Roofs of a town with solar panels."""
    draw, hand = canvas.draw, canvas.random
    walls = [(232, 206, 168), (218, 172, 142), (240, 222, 188), (206, 188, 160)]
    for row, y in enumerate((560, 700, 860)):
        x = -60 - row * 40
        while x < 1640:
            wide, tall = hand.randrange(200, 320), hand.randrange(90, 170)
            wall = walls[hand.randrange(4)]
            draw.rectangle([x, y - tall, x + wide, 1000], fill=wall)
            draw.polygon([(x - 16, y - tall), (x + wide + 16, y - tall), (x + wide - 20, y - tall - 70), (x + 20, y - tall - 70)],
                         fill=(182, 92, 62))  # fmt: skip
            if hand.random() < 0.6:
                for panel in range(3):
                    left = x + 50 + panel * 48
                    draw.polygon([(left, y - tall - 14), (left + 40, y - tall - 14), (left + 32, y - tall - 58), (left + 2, y - tall - 58)],
                                 fill=(44, 72, 112))  # fmt: skip
                    draw.line([(left + 20, y - tall - 14), (left + 17, y - tall - 58)], fill=(120, 150, 190), width=2)
            for window in range(wide // 70):
                left = x + 24 + window * 68
                draw.rectangle([left, y - tall + 26, left + 32, y - tall + 74], fill=(250, 240, 214))
                draw.rectangle([left - 9, y - tall + 26, left - 1, y - tall + 74], fill=(96, 136, 120))
            x += wide


def tools(canvas: Any) -> None:
    """A workshop wall with tools, and a wheel."""
    draw, hand = canvas.draw, canvas.random
    draw.rectangle([0, 0, 1600, 1000], fill=(214, 196, 166))
    for x in range(0, 1600, 200):
        draw.rectangle([x, 0, x + 4, 780], fill=(190, 170, 138))
    draw.rectangle([0, 780, 1600, 1000], fill=(140, 98, 62))
    for number in range(9):
        x, y = 90 + number * 165, 130 + hand.randrange(0, 60)
        tint = [(176, 62, 46), (58, 98, 132), (84, 126, 84)][number % 3]
        if number % 3 == 0:  # a hammer
            draw.rectangle([x, y, x + 18, y + 230], fill=(160, 112, 70))
            draw.rounded_rectangle([x - 44, y - 10, x + 62, y + 34], 10, fill=(92, 92, 98))
        elif number % 3 == 1:  # a spanner
            draw.rounded_rectangle([x, y + 30, x + 20, y + 220], 9, fill=(138, 142, 150))
            draw.ellipse([x - 22, y - 10, x + 42, y + 54], outline=(138, 142, 150), width=18)
        else:  # a screwdriver
            draw.rounded_rectangle([x - 10, y, x + 30, y + 100], 16, fill=tint)
            draw.rectangle([x + 5, y + 100, x + 15, y + 240], fill=(150, 154, 160))
    for cx, cy, size in ((430, 700, 210), (1090, 690, 220)):
        draw.ellipse([cx - size, cy - size, cx + size, cy + size], outline=(52, 48, 46), width=22)
        for spoke in range(16):
            turn = spoke * math.pi / 8
            draw.line(
                [(cx, cy), (cx + size * math.cos(turn), cy + size * math.sin(turn))], fill=(150, 150, 154), width=3
            )
        draw.ellipse([cx - 24, cy - 24, cx + 24, cy + 24], fill=(96, 96, 102))
    draw.line([(430, 700), (640, 430), (980, 440), (740, 700), (430, 700)], fill=(168, 50, 31), width=22, joint="curve")
    draw.line([(640, 430), (740, 700)], fill=(168, 50, 31), width=22)
    draw.line([(1090, 690), (980, 440), (950, 360)], fill=(168, 50, 31), width=20)
    draw.rounded_rectangle([580, 396, 720, 424], 12, fill=(60, 44, 34))
    draw.line([(950, 360), (1040, 340)], fill=(60, 44, 34), width=16)


def shelves(canvas: Any) -> None:
    """Shelves full of books and paper."""
    draw, hand = canvas.draw, canvas.random
    draw.rectangle([0, 0, 1600, 1000], fill=(120, 84, 58))
    spines: list[Colour] = [
        (186, 74, 54),
        (58, 104, 92),
        (222, 176, 88),
        (62, 92, 130),
        (236, 222, 196),
        (122, 74, 104),
        (146, 160, 96),
    ]
    for shelf in (300, 590, 880):
        draw.rectangle([0, shelf - 270, 1600, shelf], fill=(96, 66, 46))
        x = 16
        while x < 1590:
            wide, tall = hand.randrange(24, 62), hand.randrange(150, 245)
            tint = spines[hand.randrange(len(spines))]
            lean = hand.randrange(0, 22) if hand.random() < 0.08 else 0
            draw.polygon(
                [(x, shelf), (x + wide, shelf), (x + wide + lean, shelf - tall), (x + lean, shelf - tall)], fill=tint
            )
            draw.line(
                [(x + lean + 5, shelf - tall + 34), (x + wide + lean - 5, shelf - tall + 34)],
                fill=(246, 232, 200),
                width=4,
            )
            x += wide + 3 + lean
        draw.rectangle([0, shelf, 1600, shelf + 22], fill=(166, 122, 82))


def garden(canvas: Any) -> None:
    """A garden with a bench under a tree."""
    draw, hand = canvas.draw, canvas.random
    canvas.hill(620, (134, 172, 96), 26)
    canvas.hill(780, (116, 156, 82), 18)
    for _flower in range(170):
        x, y = hand.randrange(0, 1600), hand.randrange(700, 990)
        size = 5 + (y - 700) // 30
        tint = [(216, 92, 74), (244, 200, 90), (246, 240, 228), (150, 104, 170)][hand.randrange(4)]
        draw.line([(x, y), (x, y + size * 3)], fill=(80, 124, 62), width=3)
        draw.ellipse([x - size, y - size, x + size, y + size], fill=tint)
    trunk = hand.randrange(380, 520)
    draw.polygon([(trunk - 26, 800), (trunk + 26, 800), (trunk + 16, 430), (trunk - 16, 430)], fill=(112, 80, 52))
    for _leaf in range(120):
        dx, dy = hand.gauss(0, 130), hand.gauss(0, 80)
        shade = 60 + hand.randrange(0, 60)
        draw.ellipse([trunk + dx - 46, 390 + dy - 40, trunk + dx + 46, 390 + dy + 40], fill=(shade, shade + 76, 60))
    draw.rounded_rectangle([760, 690, 1180, 716], 8, fill=(170, 118, 72))
    draw.rounded_rectangle([760, 620, 1180, 650], 8, fill=(170, 118, 72))
    for x in (790, 1140):
        draw.rectangle([x, 620, x + 16, 800], fill=(96, 70, 48))
    for x, tint in ((880, (96, 120, 150)), (1030, (176, 82, 66))):
        draw.ellipse([x - 34, 470, x + 34, 540], fill=(232, 184, 148))
        draw.rounded_rectangle([x - 54, 540, x + 54, 700], 40, fill=tint)
