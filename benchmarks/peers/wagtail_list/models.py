from typing import Any

from django.db import models
from django.http import HttpRequest
from wagtail.models import Page


class ItemPage(Page):
    maker = models.CharField(max_length=80)
    price = models.DecimalField(max_digits=8, decimal_places=2)


class ListPage(Page):
    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context(request, *args, **kwargs), "items": ItemPage.objects.child_of(self).live()}
