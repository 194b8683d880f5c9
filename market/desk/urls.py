from django.urls import path

from market.desk import report_views, views

app_name = "desk"

urlpatterns = [
    path("", views.home, name="home"),
    path("who/", views.who, name="who"),
    path("cycle/<int:pk>/", views.board, name="board"),
    path("cycle/<int:pk>/close/", views.close, name="close"),
    path("cycle/<int:pk>/complete/", views.complete, name="complete"),
    path("cycle/<int:pk>/nudge/", views.nudge_view, name="nudge"),
    path("cycle/<int:pk>/cancel/", views.cancel, name="cancel"),
    path("cycle/<int:pk>/reopen/", views.reopen, name="reopen"),
    path("reports/<slug:slug>/", report_views.reports, name="reports"),
    path("reports/<slug:slug>/<slug:name>/", report_views.report, name="report"),
]
