"""Pictures and pages of the public site, gathered for Django."""

from cms.models.home import HomePage
from cms.models.organisations import OrganisationIndexPage, OrganisationPage
from cms.models.pictures import CabasImage, CabasRendition
from cms.models.plain import PlainPage

__all__ = ["CabasImage", "CabasRendition", "HomePage", "OrganisationIndexPage", "OrganisationPage", "PlainPage"]
