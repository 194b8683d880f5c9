"""The market's addresses, one include per room."""

from django.urls import include, path

app_name = "market"

urlpatterns = [
    path("home/", include("market.desk.urls")),
    path("people/", include("market.people.urls")),
    path("catalogue/", include("market.catalogue.urls")),
    path("cycles/", include("market.cycles.urls")),
    path("orders/", include("market.ordering.urls")),
    path("supply/", include("market.supply.urls")),
    path("payments/", include("market.payments.urls")),
    path("settlement/", include("market.settlement.urls")),
    path("treasury/", include("market.treasury.urls")),
    path("wallet/", include("market.wallets.urls")),
]
