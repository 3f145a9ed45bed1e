"""Addresses of running contracts (存量合同) on the workbench."""

from django.urls import path

from yuxin.desk.pages import running, running_declare

urlpatterns = [
    path("running", running.running, name="running"),
    path("running/uncovered", running.uncovered, name="running-uncovered"),
    path("running/declare", running_declare.declare, name="running-declare"),
    path("running/template.csv", running_declare.template, name="running-template"),
    path("running/<str:code>", running.running_one, name="running-one"),
]
