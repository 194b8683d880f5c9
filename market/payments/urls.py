from django.urls import path

from market.payments import card_views, views

app_name = "payments"

urlpatterns = [
    path("checkout/<int:pk>/", views.checkout, name="checkout"),
    path("cancel/<str:reference>/", views.cancel, name="cancel"),
    path("card/<uuid:key>/", card_views.card, name="card"),
    path("top-up/", card_views.top_up, name="top_up"),
    path("top-up/<str:code>/", card_views.top_up, name="top_up_units"),
    path("balance/", views.balance, name="balance"),
    path("balance.csv", views.balance_csv, name="balance_csv"),
    path("desk/", views.desk, name="desk"),
]
