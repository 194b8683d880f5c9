from django.urls import path

from market.wallets import views

app_name = "wallets"

urlpatterns = [
    path("", views.wallet, name="wallet"),
    path("statement.csv", views.wallet_csv, name="wallet_csv"),
    path("pay/", views.pay_view, name="pay"),
    path("receipt/<uuid:key>/", views.receipt, name="receipt"),
]
