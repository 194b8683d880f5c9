from django.urls import path

from market.cycles import draft_views, running, views

app_name = "cycles"

urlpatterns = [
    path("", views.cycle_list, name="list"),
    path("new/<slug:slug>/", running.new, name="new"),
    path("new/<slug:slug>/pickup-point/", running.pickup_point, name="pickup_point"),
    path("<int:pk>/edit/", running.edit, name="edit"),
    path("<int:pk>/open/", running.open_view, name="open"),
    path("<int:pk>/copy/", draft_views.copy, name="copy"),
    path("<int:pk>/products/", draft_views.products, name="products"),
    path("<int:pk>/products/<slug:slug>/", draft_views.producer_products, name="producer_products"),
    path("<int:pk>/sharing/", draft_views.sharing, name="sharing"),
    path("<int:pk>/terms/", draft_views.terms, name="terms"),
    path("<int:pk>/slots/", draft_views.slots, name="slots"),
    path("schedules/<slug:slug>/", draft_views.schedules, name="schedules"),
    path("schedules/<slug:slug>/new/", draft_views.schedule, name="new_schedule"),
    path("schedules/<slug:slug>/<int:pk>/", draft_views.schedule, name="schedule"),
]
