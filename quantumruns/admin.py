"""What the admin leaves out: the queue is a hint to workers, and its rows are nobody's record."""

from django.apps import apps
from django.contrib import admin

for _model in apps.get_app_config("django_q").get_models():
    if admin.site.is_registered(_model):
        admin.site.unregister(_model)
