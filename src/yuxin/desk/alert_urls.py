"""Addresses of alerts on the workbench."""

from django.urls import path

from yuxin.desk.pages import alerts, clues

urlpatterns = [
    path("alerts", alerts.alerts, name="alerts"),
    path("alerts/rules", alerts.alert_rules, name="alert-rules"),
    path("alerts/<str:code>", alerts.alert, name="alert"),
    path("alerts/<str:code>/do/<str:deed>", alerts.alert_do, name="alert-do"),
    path("clues", clues.clues, name="clues"),
    path("clues/<str:code>", clues.clue, name="clue"),
    path("clues/<str:code>/photo", clues.clue_photo, name="clue-photo"),
]
