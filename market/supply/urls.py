from django.urls import path

from market.supply import pickup_views, receiving_views, sheet_views, views

app_name = "supply"

urlpatterns = [
    path("<int:pk>/orders/", views.orders, name="orders"),
    path("order/<int:pk>/pdf/", views.order_pdf, name="order_pdf"),
    path("order/<int:pk>/csv/", views.order_csv, name="order_csv"),
    path("answer/<str:token>/", views.answer, name="answer"),
    path("order/<int:pk>/receive/", receiving_views.receive, name="receive"),
    path("order/<int:pk>/weigh/", receiving_views.weigh, name="weigh"),
    path("delivery-line/<int:pk>/keep/", receiving_views.keep, name="keep"),
    path("share/<int:pk>/", receiving_views.correct, name="correct"),
    path("stock/<slug:slug>/", receiving_views.stock, name="stock"),
    path("<int:pk>/packing/", sheet_views.sheet, name="packing"),
    path("<int:pk>/print/", sheet_views.print_room, name="print"),
    path("<int:pk>/pickup/", pickup_views.pickup, name="pickup"),
    path("order/<int:pk>/missing/", pickup_views.missing, name="missing"),
]
