from django.urls import URLPattern

app_name = "ordering"

urlpatterns: list[URLPattern] = []
