"""A plain Wagtail site: an index page that lists its 24 children."""
