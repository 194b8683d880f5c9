from django.urls import path

from market.payments import views

app_name = "payments"

urlpatterns = [
    path("checkout/<int:pk>/", views.checkout, name="checkout"),
    path("balance/", views.balance, name="balance"),
    path("balance.csv", views.balance_csv, name="balance_csv"),
    path("desk/", views.desk, name="desk"),
]
