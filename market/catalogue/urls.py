from django.urls import path

from market.catalogue import views

app_name = "catalogue"

urlpatterns = [
    path("<slug:slug>/", views.products, name="products"),
    path("<slug:slug>/new/", views.product, name="new"),
    path("<slug:slug>/product/<int:pk>/", views.product, name="product"),
    path("<slug:slug>/upload/", views.upload, name="upload"),
    path("<slug:slug>/price-list/<int:pk>/", views.price_list, name="price_list"),
]
