"""Pictures for the demo's pages, drawn by code so that nobody's photograph is borrowed: a landscape for each trade."""

import math
import random
from collections.abc import Callable
from io import BytesIO

from django.core.files.images import ImageFile
from PIL import Image, ImageDraw, ImageFilter

from cms.demo.scenes import SEEN, garden, roofs, shelves, tools
from cms.models import CabasImage
from cms.pictures import SHAPES

SIZE = (1600, 1000)
Colour = tuple[int, int, int]

SKY: tuple[Colour, Colour] = ((252, 226, 183), (174, 214, 226))


def mix(one: Colour, other: Colour, part: float) -> Colour:
    """Mix two colours; `part` of the second."""
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(one, other, strict=True))
    return red, green, blue


class Canvas:
    """Paper with a sky, hills in the distance and a random hand of its own."""

    def __init__(self, seed: str, ground: Colour) -> None:
        self.random = random.Random(seed)  # noqa: S311 - a drawing, the same on every machine
        self.image = Image.new("RGB", SIZE)
        self.draw = ImageDraw.Draw(self.image)
        self.ground = ground
        width, height = SIZE
        for y in range(height):
            self.draw.line([(0, y), (width, y)], fill=mix(SKY[1], SKY[0], min(1, y / (height * 0.55))))
        sun = self.random.randrange(300, 1300)
        self.draw.ellipse([sun - 85, 150, sun + 85, 320], fill=(255, 243, 204))
        for layer in range(3):
            self.hill(430 + layer * 70, mix((128, 160, 150), ground, (layer + 1) / 4), 70 - layer * 15)

    def hill(self, height: int, colour: Colour, swing: int) -> None:
        width, bottom = SIZE
        phase, pace = self.random.uniform(0, 6), self.random.uniform(0.002, 0.005)
        edge = [
            (x, height + swing * math.sin(x * pace + phase) + 14 * math.sin(x * 0.013 + phase))
            for x in range(0, width + 20, 20)
        ]
        self.draw.polygon([*edge, (width, bottom), (0, bottom)], fill=colour)

    def finish(self) -> bytes:
        grain = Image.effect_noise(SIZE, 14).convert("RGB").filter(ImageFilter.GaussianBlur(0.6))
        out = BytesIO()
        Image.blend(self.image, grain, 0.05).save(out, "JPEG", quality=86)
        return out.getvalue()


def field(canvas: Canvas) -> None:
    """Rows of vegetables that run towards the hills."""
    draw, width, height = canvas.draw, *SIZE
    canvas.hill(600, (122, 96, 62), 12)
    for number in range(-14, 15):
        foot, top = width / 2 + number * 170, width / 2 + number * 34
        for step in range(26):
            part = (step / 25) ** 1.7
            x, y = top + (foot - top) * part, 620 + (height - 600) * part
            size = 5 + 40 * part
            leaf = mix((74, 132, 62), (148, 178, 72), canvas.random.random())
            for angle in (-0.9, -0.3, 0.3, 0.9):
                tip = (x + size * math.sin(angle), y - size * math.cos(angle))
                draw.line([(x, y), tip], fill=leaf, width=max(2, int(size / 4)))
            draw.ellipse([x - size / 5, y - size / 8, x + size / 5, y + size / 2], fill=(226, 122, 44))


def bakery(canvas: Canvas) -> None:
    """Loaves on a board."""
    draw, width = canvas.draw, SIZE[0]
    draw.rectangle([0, 560, width, SIZE[1]], fill=(108, 74, 48))
    for y in range(560, SIZE[1], 55):
        draw.line([(0, y), (width, y + canvas.random.randrange(-6, 6))], fill=(94, 62, 40), width=4)
    for x, y, size in ((130, 520, 480), (560, 600, 560), (1080, 500, 460), (300, 720, 420), (1000, 740, 480)):
        crust = mix((176, 108, 50), (206, 142, 76), canvas.random.random())
        draw.ellipse([x + 20, y + size * 0.34, x + size - 5, y + size * 0.52], fill=(78, 50, 32))
        draw.ellipse([x, y, x + size, y + size * 0.48], fill=crust)
        draw.ellipse([x + 20, y + 8, x + size - 40, y + size * 0.34], fill=mix(crust, (236, 186, 124), 0.5))
        for cut in range(3):
            start = x + size * (0.24 + 0.2 * cut)
            draw.arc([start, y + 14, start + size * 0.24, y + size * 0.36], 200, 330, fill=(246, 222, 180), width=12)


def pasture(canvas: Canvas) -> None:
    """Goats on a slope."""
    canvas.hill(590, (142, 168, 88), 40)
    canvas.hill(760, (120, 150, 74), 30)
    draw = canvas.draw
    for _number in range(60):
        x, y = canvas.random.randrange(0, SIZE[0]), canvas.random.randrange(650, 990)
        draw.line([(x, y), (x + 4, y - 18)], fill=(92, 122, 58), width=3)
    for x, y, size in ((240, 690, 1.0), (560, 620, 0.7), (900, 720, 1.15), (1270, 650, 0.8)):
        coat = mix((246, 240, 226), (176, 142, 106), canvas.random.random() * 0.8)
        dark = mix(coat, (60, 44, 34), 0.7)
        for leg in (0.1, 0.28, 0.68, 0.84):
            draw.line(
                [(x + 180 * size * leg, y + 60 * size), (x + 180 * size * leg, y + 135 * size)],
                fill=dark,
                width=int(12 * size),
            )
        draw.rounded_rectangle([x, y, x + 180 * size, y + 90 * size], radius=int(42 * size), fill=coat)
        draw.ellipse([x + 150 * size, y - 45 * size, x + 235 * size, y + 25 * size], fill=coat)
        draw.polygon([(x + 195 * size, y + 8 * size), (x + 250 * size, y), (x + 205 * size, y + 26 * size)], fill=coat)
        for horn in (172, 192):
            draw.arc(
                [x + (horn - 42) * size, y - 95 * size, x + (horn + 8) * size, y - 15 * size],
                270,
                70,
                fill=dark,
                width=int(8 * size),
            )
        draw.ellipse([x + 200 * size, y - 22 * size, x + 208 * size, y - 14 * size], fill=(40, 30, 24))


def workshop(canvas: Canvas) -> None:
    """Bars of soap and bottles on shelves."""
    draw, width = canvas.draw, SIZE[0]
    draw.rectangle([0, 0, width, SIZE[1]], fill=(226, 214, 196))
    colours: list[Colour] = [(142, 174, 138), (222, 186, 122), (190, 128, 104), (118, 152, 172), (236, 226, 204)]
    for shelf in (360, 660, 960):
        draw.rectangle([60, shelf, width - 60, shelf + 26], fill=(142, 100, 66))
        x = 110
        while x < width - 240:
            colour = canvas.random.choice(colours)
            if canvas.random.random() < 0.5:
                for layer in range(canvas.random.randrange(1, 4)):
                    top = shelf - 58 * (layer + 1)
                    draw.rounded_rectangle(
                        [x, top, x + 150, top + 54], radius=12, fill=mix(colour, (255, 255, 255), layer * 0.12)
                    )
                    draw.rectangle([x, top + 18, x + 150, top + 36], fill=mix(colour, (255, 250, 240), 0.6))
                x += 185
            else:
                draw.rounded_rectangle([x, shelf - 190, x + 90, shelf], radius=18, fill=colour)
                draw.rectangle([x + 30, shelf - 232, x + 60, shelf - 188], fill=mix(colour, (60, 50, 40), 0.4))
                draw.rectangle([x + 12, shelf - 130, x + 78, shelf - 60], fill=(252, 248, 238))
                x += 125


def terraces(canvas: Canvas) -> None:
    """Olive trees on terraces."""
    draw = canvas.draw
    for level in range(4):
        y = 570 + level * 115
        canvas.hill(y, mix((190, 162, 108), (142, 122, 78), level / 3), 10)
        for x in range(60 + 90 * (level % 2), SIZE[0], 230 - level * 14):
            size = 70 + level * 22
            x += canvas.random.randrange(-20, 20)
            draw.line([(x, y + 40), (x + size * 0.1, y - size * 0.5)], fill=(92, 74, 58), width=10 + level * 4)
            for _leaf in range(26):
                dx, dy = canvas.random.gauss(0, size * 0.36), canvas.random.gauss(-size * 0.8, size * 0.24)
                leaf = mix((112, 132, 96), (168, 182, 142), canvas.random.random())
                draw.ellipse([x + dx - size / 5, y + dy - size / 7, x + dx + size / 5, y + dy + size / 7], fill=leaf)


def pantry(canvas: Canvas) -> None:
    """Jars of pulses and preserves in the light of a window."""
    draw, width = canvas.draw, SIZE[0]
    draw.rectangle([0, 700, width, SIZE[1]], fill=(132, 92, 62))
    colours: list[Colour] = [
        (172, 52, 44),
        (214, 152, 56),
        (122, 96, 62),
        (232, 214, 164),
        (92, 122, 70),
        (110, 58, 84),
    ]
    for number, x in enumerate(range(90, width - 200, 240)):
        height = canvas.random.randrange(300, 430)
        top, colour = 820 - height, colours[number % len(colours)]
        draw.ellipse([x - 10, 800, x + 220, 850], fill=(96, 64, 42))
        draw.rounded_rectangle([x, top, x + 200, 830], radius=34, fill=mix(colour, (255, 255, 255), 0.55))
        draw.rounded_rectangle([x + 8, top + 70, x + 192, 824], radius=28, fill=colour)
        for _bean in range(90):
            bx, by = canvas.random.randrange(x + 16, x + 176), canvas.random.randrange(top + 80, 806)
            draw.ellipse([bx, by, bx + 18, by + 13], fill=mix(colour, (255, 244, 214), canvas.random.random() * 0.4))
        draw.rectangle([x + 6, top - 34, x + 194, top + 18], fill=(222, 212, 196))
        draw.rectangle([x + 46, top + 130, x + 154, top + 210], fill=(252, 248, 238))


SCENES: dict[str, tuple[Callable[[Canvas], None], Colour]] = {
    "field": (field, (140, 168, 92)),
    "bakery": (bakery, (196, 160, 96)),
    "pasture": (pasture, (150, 176, 100)),
    "workshop": (workshop, (180, 170, 150)),
    "terraces": (terraces, (170, 164, 110)),
    "pantry": (pantry, (176, 166, 120)),
    "roofs": (roofs, (180, 170, 140)),
    "tools": (tools, (180, 170, 140)),
    "shelves": (shelves, (180, 170, 140)),
    "garden": (garden, (150, 180, 110)),
}


def draw_picture(scene: str, *, title: str) -> CabasImage:
    """Draw a scene and keep it among the site's pictures, with words for those who cannot see it."""
    paint, ground = SCENES[scene]
    canvas = Canvas(title, ground)
    paint(canvas)
    picture = CabasImage(title=title, description=SEEN[scene]["en"])
    picture.file = ImageFile(BytesIO(canvas.finish()), name=f"{scene}.jpg")
    picture.save()
    return picture


def draw_cards() -> None:
    """Draw all pictures as lists show them, dozens at a look; the worker draws the other shapes."""
    for picture in CabasImage.objects.all():
        picture.get_renditions(*SHAPES["card"].specs("webp"))
