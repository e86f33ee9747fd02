"""Form fields and the error summary, in GOV.UK's pattern: the same words in both places."""

from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from quantumruns.ui.library import register

_GROUPS = (forms.RadioSelect, forms.CheckboxSelectMultiple)


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, *, classes: str = "", needed: bool = False) -> dict[str, Any]:
    """Show a field: label, hint above, error beside, then the control.

    A field that may be left out says so, unless it is ``needed`` wherever it is seen. ``classes``
    go to the control (``short``, ``code``).
    """
    widget = bound.field.widget
    group = isinstance(widget, _GROUPS)
    check = isinstance(widget, forms.CheckboxInput)
    attrs: dict[str, Any] = {}
    described = [
        f"{bound.auto_id}_{part}"
        for part, there in (("hint", bound.help_text), ("error", bound.errors))
        if there
    ]
    if described:
        attrs["aria-describedby"] = " ".join(described)
    if not group and not check:
        attrs["class"] = " ".join(filter(None, ["in", classes, widget.attrs.get("class", "")]))
    if bound.errors:
        attrs["aria-invalid"] = "true"
    return {
        "field": bound,
        "control": bound.as_widget(attrs=attrs),
        "kind": "group" if group else "check" if check else "line",
        "optional": not (bound.field.required or needed or check or group),
    }


@register.inclusion_tag("components/error_summary.html")
def error_summary(form: Any) -> dict[str, Any]:
    """List all problems of a form or a formset at the top; each links to its field."""
    forms_ = list(form) if hasattr(form, "management_form") else [form]
    general = [str(error) for error in form.non_form_errors()] if len(forms_) > 1 else []
    problems = [{"text": text, "target": ""} for text in general]
    for one in forms_:
        problems += [{"text": str(error), "target": ""} for error in one.non_field_errors()]
        problems += [
            {"text": str(error), "target": _first_control(bound)}
            for bound in one
            for error in bound.errors
        ]
    return {"problems": problems}


def _first_control(bound: BoundField) -> str:
    return bound.id_for_label or bound.auto_id or ""
