"""Pages that only say something."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from cms.blocks import StoryBlock
from cms.models.public import Searchable


class PlainPage(Searchable, Page):
    """About us, terms, how it works."""

    story = StreamField(StoryBlock(), verbose_name=_("text"))

    content_panels = [*Page.content_panels, FieldPanel("story")]
    parent_page_types = ["cms.HomePage", "cms.PlainPage"]
    subpage_types = ["cms.PlainPage"]
    template = "cms/plain_page.html"
    menu_icon = "sheet"
