from django.urls import path

from market.treasury import views

app_name = "treasury"

urlpatterns = [
    path("", views.overview, name="overview"),
    path("operations/", views.operations, name="operations"),
    path("trial-balance/", views.trial_balance, name="trial_balance"),
    path("account/<str:code>/", views.account, name="account"),
    path("account/<str:code>.csv", views.account_csv, name="account_csv"),
    path("entry/<str:key>/", views.entry, name="entry"),
]
