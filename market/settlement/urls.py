from django.urls import path

from market.settlement import after_views, views

app_name = "settlement"

urlpatterns = [
    path("claims/", after_views.claims, name="claims"),
    path("<int:pk>/", views.settle, name="settle"),
    path("<int:pk>/undo/", after_views.undo, name="undo"),
    path("<int:pk>/invoices/", after_views.invoices, name="invoices"),
    path("order/<str:reference>/give-back/", views.give_back, name="give_back"),
]
