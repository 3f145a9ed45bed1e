"""Addresses of closings, deposits and offered places on the workbench."""

from django.urls import path

from yuxin.desk.pages import closings, covers, deposits, places

urlpatterns = [
    path("closings", closings.closings, name="closings"),
    path("closings/new", closings.closing_new, name="closing-new"),
    path("closings/<str:code>", closings.closing, name="closing"),
    path("closings/<str:code>/letters", closings.letters, name="closing-letters"),
    path("closings/<str:code>/claims", closings.claims, name="claims"),
    path("deposits", deposits.deposits, name="deposits"),
    path("deposits/new", deposits.deposit_new, name="deposit-new"),
    path("deposits/<str:code>", deposits.deposit, name="deposit"),
    path("insurance/claims", covers.cover_claims, name="cover-claims"),
    path("insurance/claims/<str:code>", covers.cover_claim, name="cover-claim"),
    path("insurance/products", covers.products, name="products"),
    path("insurance/products/new", covers.product_new, name="product-new"),
    path("insurance/insurers/new", covers.insurer_new, name="insurer-new"),
    path("places", places.places, name="places"),
    path("places/<str:code>", places.place_offer, name="place-offer"),
]
