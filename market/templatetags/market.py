"""How figures are written on the market's pages."""

from django import template

register = template.Library()
