"""Pictures as pages show them: in AVIF and WebP, in the sizes a place needs, cut around what matters in them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, NamedTuple

from django.core.cache import caches
from django.db import transaction
from django.db.models.signals import post_save
from django.utils.safestring import SafeString
from django_tasks import task
from wagtail.images.models import Filter, Picture

if TYPE_CHECKING:
    from cms.models import CabasImage


class Shape(NamedTuple):
    """A place for pictures: the cuts made for it, and how wide it is on a page."""

    cuts: tuple[str, ...]
    sizes: str

    def specs(self, form: str) -> list[str]:
        return [f"{cut}|format-{form}" for cut in self.cuts]


SHAPES = {
    "card": Shape(("fill-320x200", "fill-640x400"), "(min-width: 54rem) 20rem, (min-width: 36rem) 45vw, 92vw"),
    "masthead": Shape(("fill-480x300", "fill-1152x720"), "(min-width: 54rem) 36rem, 100vw"),
    "story": Shape(("width-480", "width-960"), "(min-width: 48rem) 40rem, 100vw"),
    "face": Shape(("fill-120x120", "fill-240x240"), "7.5rem"),
}


def draw(image: CabasImage, shape: str, alt: str | None = None, *, first: bool = False) -> SafeString:
    """Write a picture for a place; the `first` of a page is wanted at once, others when they come into sight.

    The worker draws both formats ahead. WebP is drawn here if it is wanted before; AVIF takes seconds, so until the
    worker drew it there is none.
    What is written depends on the file and its focal point alone, so it is kept under these.
    """
    words = words_of(image) if alt is None else alt
    focus = (image.focal_point_x, image.focal_point_y, image.focal_point_width, image.focal_point_height)
    facts = repr((image.pk, image.file_hash or image.file.name, focus, shape, words, first))
    key = f"picture:{hashlib.sha256(facts.encode()).hexdigest()}"
    kept: SafeString | None = caches["renditions"].get(key)
    if kept is None:
        attrs: dict[str, Any] = {"alt": words, "sizes": SHAPES[shape].sizes}
        attrs |= {"fetchpriority": "high"} if first else {"loading": "lazy"}
        kept = SafeString(Picture(_renditions(image, SHAPES[shape]), attrs).__html__())
        caches["renditions"].set(key, kept)
    return kept


def words_of(image: CabasImage) -> str:
    """Words for those who cannot see a picture: those of the place in a story where it stands, or its own."""
    if getattr(image, "decorative", False):
        return ""
    said: str = getattr(image, "contextual_alt_text", "") or image.default_alt_text
    return said


def _renditions(image: CabasImage, shape: Shape) -> dict[str, Any]:
    found = image.find_existing_renditions(*map(Filter, shape.specs("avif")))
    avif = {cut.spec: rendition for cut, rendition in found.items()}
    complete = len(avif) == len(shape.cuts)
    return (avif if complete else {}) | image.get_renditions(*shape.specs("webp"))


@task
def draw_ahead(pk: int, form: str) -> None:
    """Draw a picture in all shapes, in one format, before somebody waits for it."""
    from cms.models import CabasImage

    if image := CabasImage.objects.filter(pk=pk).first():
        image.get_renditions(*(spec for shape in SHAPES.values() for spec in shape.specs(form)))


def ask_for_drawing(instance: CabasImage, **_more: Any) -> None:
    """Let the worker draw a picture that is new or has changed: in WebP in turn, in AVIF when nothing else waits."""

    def ask() -> None:
        draw_ahead.enqueue(instance.pk, "webp")
        draw_ahead.using(priority=-10).enqueue(instance.pk, "avif")

    transaction.on_commit(ask)


def watch() -> None:
    """Be told of every new or changed picture."""
    post_save.connect(ask_for_drawing, sender="cms.CabasImage", dispatch_uid="cms.pictures.ask_for_drawing")
