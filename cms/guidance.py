"""What an editor's page still lacks, said in the form itself."""

from typing import Any

from django.utils.translation import gettext as _


def lacks(page: Any) -> list[str]:
    """Say what a page of an organisation still lacks, the most useful first."""
    kinds = [block.block_type for block in page.story] if page.story else []
    organisation = page.organisation if page.organisation_id else None
    wishes = [
        (page.picture is None, _("A picture: people look before they read.")),
        (kinds.count("text") < 2, _("A story of two paragraphs: who you are, and what you make how.")),
        ("people" not in kinds and "quotation" not in kinds, _("A face or a voice: people, or a quotation.")),
        (not page.stands_for, _("What you stand for: up to six points, a word or two each.")),
        (not page.search_description, _("A sentence for search engines, in the tab “Promote”.")),
    ]
    if organisation is not None:
        wishes += [
            (organisation.latitude is None, _("Your place on the map: tell the operator your address.")),
            (not organisation.summary, _("Your organisation in one sentence, for lists.")),
        ]
    return [words for wanting, words in wishes if wanting]
