"""Other sites to measure beside: the least Django can do, a plain Wagtail site, and django-oscar."""
