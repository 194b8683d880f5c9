from django.urls import path

from market.supply import views

app_name = "supply"

urlpatterns = [
    path("<int:pk>/orders/", views.orders, name="orders"),
    path("order/<int:pk>/pdf/", views.order_pdf, name="order_pdf"),
    path("order/<int:pk>/receive/", views.receive, name="receive"),
    path("share/<int:pk>/", views.correct, name="correct"),
    path("<int:pk>/packing/", views.packing_list, name="packing"),
    path("<int:pk>/pickup/", views.pickup, name="pickup"),
    path("answer/<str:token>/", views.answer, name="answer"),
]
