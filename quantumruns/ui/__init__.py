"""Template components: builtins of every template, no ``{% load %}`` needed.

Marks in a line (:mod:`quantumruns.ui.markup`)
    ``{% icon "check" %}``, ``{% chip "ok" "check" "Ready" %}``, ``{% status_chip run %}`` (a run, a
    share or a status), ``{% evidence_chip run.evidence_state %}``, ``{% mode_marker run.mode %}``,
    ``{% copyable run.public_id "Copy run id" %}``, ``{% digest sha256 %}`` (``full=True`` for all
    of it), ``{{ text|svg }}`` for SVG that our own Python drew.
Times and numbers (:mod:`quantumruns.ui.numbers`)
    ``{% when moment %}``, ``{% when moment "clock" utc=True %}``; filters ``duration`` (seconds),
    ``number``, ``percent`` (a share of 1), ``filesize``.
Forms (:mod:`quantumruns.ui.forms`)
    ``{% error_summary form %}`` before the form, ``{% field form.name %}`` for each field,
    ``classes="short"`` or ``"code"``. A page with a bound ``form`` that has errors gets ``Error:``
    before its title; answer it with status 422.
The record (:mod:`quantumruns.ui.record`)
    ``{% wire stages %}`` (of :mod:`runs.timeline`; ``utc=True`` on packets), ``{% fringe sha256 60
    %}``, ``{% run_rows runs "Caption" %}``, ``{% evidence_panel run may_operate=… %}``,
    ``{% include "components/error_panel.html" %}`` with ``explanation`` (of :mod:`runs.explain`)
    and ``actions`` (key, label, icon, url); filters ``device_name``, ``provider_name``.
Figures (:mod:`quantumruns.ui.figures`)
    ``{% counts_table counts shots %}``, ``{% circuit_diagram run %}``, ``{% operations_table source
    %}``; the latter two take ``problem``, the index of the operation that failed.
Result values (:mod:`quantumruns.ui.values`)
    ``{% values_tables values shots %}`` on a page that loads ``css/values.css``; filters
    ``basis_words`` (of result types, empty where all qubits are measured in Z), ``result_labels``,
    ``shots_words``.
Parts of pages (:mod:`quantumruns.ui.pages`)
    ``{% crumb "Runs" url %}``, ``{% empty_state "No runs yet" "Why, and what to do." %}buttons
    {% endempty_state %}``, ``{% pager "Showing 50 runs" newer older %}``.

The shell ``base.html`` has the blocks ``title`` (words only), ``extra_head`` (inside ``<head>``),
``wrap`` (classes of the main column: ``narrow`` 728 px, ``medium`` 968 px), ``crumbs`` (a list of
``{% crumb %}``), ``head`` (title line: ``<div class="head">…``) and ``content``. A page with a
primary button of its own empties ``new_run_kind``: one page has one. ``static/css/app.css``
describes the classes.
"""

from quantumruns.ui import docs, figures, forms, markup, numbers, pages, record, values
from quantumruns.ui.library import register
from quantumruns.ui.pages import page_context

__all__ = [
    "docs",
    "figures",
    "forms",
    "markup",
    "numbers",
    "page_context",
    "pages",
    "record",
    "register",
    "values",
]
