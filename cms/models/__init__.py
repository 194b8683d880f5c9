"""Pictures and pages of the public site, gathered for Django."""

from cms.models.events import EventIndexPage, EventPage
from cms.models.guides import GuideIndexPage, GuidePage
from cms.models.home import HomePage
from cms.models.news import NewsIndexPage, NewsPage
from cms.models.organisations import OrganisationIndexPage, OrganisationPage
from cms.models.pictures import CabasImage, CabasRendition
from cms.models.plain import PlainPage
from cms.models.topics import TopicPage

__all__ = [
    "CabasImage",
    "CabasRendition",
    "EventIndexPage",
    "EventPage",
    "GuideIndexPage",
    "GuidePage",
    "HomePage",
    "NewsIndexPage",
    "NewsPage",
    "OrganisationIndexPage",
    "OrganisationPage",
    "PlainPage",
    "TopicPage",
]
