from django.urls import path

from market.wallets import views

app_name = "wallets"

urlpatterns = [
    path("", views.wallet, name="wallet"),
    path("pay/", views.pay_view, name="pay"),
]
