"""What every page of the public square has: a picture for those who pass it on, words for those who look for it."""

from typing import Any

from django.utils.html import strip_tags
from django.utils.text import Truncator
from wagtail.blocks import StreamValue
from wagtail.models import Page
from wagtail.search import index

from market.folding import fold


def words_of(story: StreamValue | None) -> str:
    """Give the text of a story without its markup."""
    if not story:
        return ""
    said = []
    for block in story:
        said += block.block.get_searchable_content(block.value)
    return strip_tags(" ".join(map(str, said)))


class Searchable:
    """Pages found by what they say, without regard to accents, on both databases alike."""

    search_fields = [
        *Page.search_fields,
        index.SearchField("folded_title", boost=3),
        index.SearchField("folded_words"),
        index.AutocompleteField("folded_title"),
    ]

    def folded_title(self: Any) -> str:
        return fold(self.title)

    def folded_words(self: Any) -> str:
        return fold(f"{self.summary_for_cards()} {words_of(getattr(self, 'story', None))}")

    def summary_for_cards(self: Any) -> str:
        """Say in a sentence what the page is about, for lists and for whoever passes it on."""
        said = self.search_description or getattr(self, "introduction", "")
        return said or Truncator(words_of(getattr(self, "story", None))).words(25)
