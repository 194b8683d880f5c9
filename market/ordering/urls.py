from django.urls import path

from market.ordering import shop, views

app_name = "ordering"

urlpatterns = [
    path("", views.orders, name="orders"),
    path("shop/<int:pk>/", shop.shop, name="shop"),
    path("line/<int:pk>/", views.line, name="line"),
    path("basket/<int:pk>/", views.basket, name="basket"),
    path("progress/<int:pk>/", views.progress, name="progress"),
    path("step/<int:pk>/", views.step, name="step"),
    path("again/<int:pk>/", views.again, name="again"),
    path("why/<int:pk>/", views.why, name="why"),
    path("<str:reference>/", views.order, name="order"),
]
