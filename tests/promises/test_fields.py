"""Every field of every model is public, excluded or secret: nothing new leaks by being forgotten."""

import pytest
from django.apps import apps

from evidence import exclusions
from evidence.exclusions import EXCLUDED_FIELDS, PUBLIC_FIELDS, SECRET_FIELDS, Handling
from tests.evidence.records import PRIVATE


def _fields():
    return {
        f"{model._meta.model_name}.{field.name}"
        for app in ("accounts", "runs", "evidence")
        for model in apps.get_app_config(app).get_models()
        for field in (*model._meta.fields, *model._meta.many_to_many)
    }


def test_every_field_is_classified():
    assert _fields() - PUBLIC_FIELDS - EXCLUDED_FIELDS - SECRET_FIELDS.keys() == set()


def test_no_classified_field_is_gone():
    assert (PUBLIC_FIELDS | EXCLUDED_FIELDS | SECRET_FIELDS.keys()) - _fields() == set()


def test_no_field_is_in_two_hands():
    assert len(PUBLIC_FIELDS) + len(EXCLUDED_FIELDS) + len(SECRET_FIELDS) == len(_fields())


@pytest.mark.parametrize(
    ("field", "handling"),
    [
        ("run.name", Handling.PUBLIC),
        ("run.route_rationale", Handling.PUBLIC),
        ("user.name", Handling.EXCLUDED),
        ("workflow.purpose", Handling.EXCLUDED),
        ("user.password", Handling.SECRET),
        ("event.detail", Handling.SECRET),
        ("share.token_sha256", Handling.SECRET),
    ],
)
def test_the_rulings_hold(field, handling):
    assert exclusions.handling(field) is handling


def test_a_field_that_nobody_classified_is_an_error():
    with pytest.raises(KeyError):
        exclusions.handling("run.shoe_size")


def test_every_private_value_has_a_name_for_people():
    assert set(PRIVATE) == EXCLUDED_FIELDS
    assert exclusions.label("user.name") == "Owner name"
    assert exclusions.reason_label("personal-data") == "Personal data"
    assert exclusions.label("field.of.a.later.version") == "field.of.a.later.version"
