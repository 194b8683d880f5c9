from django.urls import path

from market.cycles import running, views

app_name = "cycles"

urlpatterns = [
    path("", views.cycle_list, name="list"),
    path("new/<slug:slug>/", running.new, name="new"),
    path("new/<slug:slug>/pickup-point/", running.pickup_point, name="pickup_point"),
    path("<int:pk>/edit/", running.edit, name="edit"),
    path("<int:pk>/open/", running.open_view, name="open"),
]
