"""The demo's pages."""

from wagtail.models import Page, Site

from cms.models import HomePage


def build_home() -> None:
    """Put a home page where Wagtail's welcome page stands."""
    site = Site.objects.get(is_default_site=True)
    old = site.root_page
    root = Page.get_first_root_node()
    home = HomePage(
        title="Cabas",
        slug="market",
        headline="Good food and fair work, ordered together",
        introduction="Bakers, farms, workshops and neighbours share one market here: they show what they make, order "
        "in groups so that whole packs fill up, and pay in euros or in the community's own currency.",
    )
    root.add_child(instance=home)
    site.root_page = home
    site.site_name = "Cabas"
    site.save()
    old.delete()
