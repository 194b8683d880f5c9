from django.urls import path

from market.payments import views

app_name = "payments"

urlpatterns = [
    path("checkout/<int:pk>/", views.checkout, name="checkout"),
    path("balance/", views.balance, name="balance"),
    path("desk/", views.desk, name="desk"),
]
