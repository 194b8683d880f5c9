"""Pages that only say something."""

from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from cms.blocks import StoryBlock


class PlainPage(Page):
    """About us, terms, how it works."""

    story = StreamField(StoryBlock())

    content_panels = [*Page.content_panels, FieldPanel("story")]
    parent_page_types = ["cms.HomePage", "cms.PlainPage"]
    subpage_types = ["cms.PlainPage"]
    template = "cms/plain_page.html"
