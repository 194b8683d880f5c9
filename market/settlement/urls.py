from django.urls import path

from market.settlement import views

app_name = "settlement"

urlpatterns = [
    path("<int:pk>/", views.settle, name="settle"),
    path("order/<str:reference>/give-back/", views.give_back, name="give_back"),
]
