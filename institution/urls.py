from django.urls import path

from . import views

app_name = "institution"
urlpatterns = [
    path("settings/", views.settings_index, name="settings_index"),
    path("hospital/", views.profile_edit, name="profile_edit"),
    path("settings/numbers/", views.setting_list, name="setting_list"),
    path("settings/numbers/<int:pk>/", views.setting_edit, name="setting_edit"),
    path("lists/", views.list_list, name="list_list"),
    path("lists/<slug:code>/", views.list_detail, name="list_detail"),
    path("lists/<slug:code>/new/", views.item_create, name="item_create"),
    path("lists/items/<int:pk>/", views.item_edit, name="item_edit"),
]
