"""Addresses of figures: what moved, tonight, one institution live."""

from django.urls import path

from yuxin.desk.pages import figures, institution_live, leader

urlpatterns = [
    path("figures", figures.figures, name="figures"),
    path("figures/circular", figures.circular, name="figures-circular"),
    path("leader", leader.leader, name="leader"),
    path("tonight", leader.tonight, name="tonight"),
    path("institutions/<str:code>/live", institution_live.live, name="institution-live"),
]
