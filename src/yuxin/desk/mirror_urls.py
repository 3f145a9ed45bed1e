"""Addresses of mirrored contracts on the workbench."""

from django.urls import path

from yuxin.desk.pages import mirror

urlpatterns = [
    path("mirror", mirror.mirror, name="mirror"),
    path("mirror/receive", mirror.receive, name="mirror-receive"),
    path("mirror/sources", mirror.sources, name="mirror-sources"),
    path("mirror/<str:source>/<path:ref>", mirror.mirror_one, name="mirror-one"),
]
