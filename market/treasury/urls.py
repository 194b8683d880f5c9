from django.urls import path

from market.treasury import views

app_name = "treasury"

urlpatterns = [
    path("", views.overview, name="overview"),
    path("trial-balance/", views.trial_balance, name="trial_balance"),
    path("account/<str:code>/", views.account, name="account"),
]
