from django.urls import path

from market.people import group_views, views

app_name = "people"

urlpatterns = [
    path("me/", views.profile, name="profile"),
    path("quiet/<str:token>/", views.quiet, name="quiet"),
    path("groups/", views.groups, name="groups"),
    path("groups/<slug:slug>/join/", views.join, name="join"),
    path("groups/<slug:slug>/members/", group_views.members, name="members"),
    path("groups/<slug:slug>/members/<int:pk>/", group_views.place, name="place"),
    path("groups/<slug:slug>/households/<int:pk>/", group_views.enrolment, name="enrolment"),
    path("groups/<slug:slug>/terms/", group_views.terms, name="terms"),
    path("household/", views.household, name="household"),
    path("invitations/<str:token>/", views.invitation, name="invitation"),
]
