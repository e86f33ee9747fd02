"""The one library that every template component registers with; a builtin of all templates."""

from django import template

register = template.Library()
