from django.urls import path

from market.people import views

app_name = "people"

urlpatterns = [
    path("me/", views.profile, name="profile"),
    path("groups/", views.groups, name="groups"),
    path("groups/<slug:slug>/join/", views.join, name="join"),
    path("groups/<slug:slug>/members/", views.members, name="members"),
    path("groups/<slug:slug>/members/<int:pk>/", views.place, name="place"),
]
