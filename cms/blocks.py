"""The few blocks a story is made of; each has its template in templates/cms/blocks/."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageBlock, ImageChooserBlock


class PictureBlock(blocks.StructBlock):
    """A picture with words for those who cannot see it, and a caption for everybody."""

    picture = ImageBlock(label=_("Picture"))
    caption = blocks.CharBlock(label=_("Caption"), max_length=200, required=False)

    class Meta:
        icon = "image"
        label = _("Picture")
        template = "cms/blocks/picture.html"


class QuoteBlock(blocks.StructBlock):
    """What somebody said."""

    words = blocks.TextBlock(label=_("Words"), max_length=400, rows=3)
    who = blocks.CharBlock(label=_("Who said it"), max_length=120)

    class Meta:
        icon = "openquote"
        label = _("Quotation")
        template = "cms/blocks/quote.html"


class FactBlock(blocks.StructBlock):
    """One fact: hours, address, what certifies it."""

    name = blocks.CharBlock(label=_("What"), max_length=60)
    value = blocks.CharBlock(label=_("Fact"), max_length=240)


class PersonBlock(blocks.StructBlock):
    """One of the people behind it."""

    name = blocks.CharBlock(label=_("Name"), max_length=80)
    work = blocks.CharBlock(label=_("What they do"), max_length=120, required=False)
    # Not an ImageBlock: wagtail-localize cannot take one apart that is empty, and many will not be shown.
    picture = ImageChooserBlock(label=_("Picture"), required=False, help_text=_("Only of people who agreed to it."))


class VideoBlock(blocks.StructBlock):
    """A video that stays where it is: nothing is loaded from there before somebody follows the link."""

    title = blocks.CharBlock(label=_("Title"), max_length=120)
    address = blocks.URLBlock(label=_("Address of the video"))

    class Meta:
        icon = "media"
        label = _("Video by link")
        template = "cms/blocks/video.html"


class StoryBlock(blocks.StreamBlock):
    """A story: text, pictures, quotations and facts in any order."""

    text = blocks.RichTextBlock(
        label=_("Text"),
        features=["h2", "h3", "bold", "italic", "ul", "ol", "link"],
        template="cms/blocks/text.html",
    )
    picture = PictureBlock()
    quotation = QuoteBlock()
    people = blocks.ListBlock(PersonBlock(), icon="group", label=_("People"), template="cms/blocks/people.html")
    video = VideoBlock()
    facts = blocks.ListBlock(FactBlock(), icon="list-ul", label=_("Facts"), template="cms/blocks/facts.html")
