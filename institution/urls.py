from django.urls import path

from .views import calendar_days, calendar_years, calendars, hospital

app_name = "institution"
urlpatterns = [
    path("settings/", hospital.settings_index, name="settings_index"),
    path("hospital/", hospital.profile_edit, name="profile_edit"),
    path("settings/numbers/", hospital.setting_list, name="setting_list"),
    path("settings/numbers/<int:pk>/", hospital.setting_edit, name="setting_edit"),
    path("lists/", hospital.list_list, name="list_list"),
    path("lists/<slug:code>/", hospital.list_detail, name="list_detail"),
    path("lists/<slug:code>/new/", hospital.item_create, name="item_create"),
    path("lists/items/<int:pk>/", hospital.item_edit, name="item_edit"),
    path("calendars/", calendars.calendar_list, name="calendar_list"),
    path("calendars/new/", calendars.calendar_create, name="calendar_create"),
    path("calendars/<int:pk>/", calendar_years.calendar_detail, name="calendar_detail"),
    path("calendars/<int:pk>/hours/", calendars.calendar_edit, name="calendar_edit"),
    path("calendars/<int:pk>/remove/", calendars.calendar_remove, name="calendar_remove"),
    path("calendars/<int:pk>/days/new/", calendar_days.day_create, name="day_create"),
    path("calendars/<int:pk>/<int:year>/take-over/", calendar_years.year_take_over, name="year_take_over"),
    path("calendars/<int:pk>/<int:year>/confirm/", calendar_years.year_confirm, name="year_confirm"),
    path("calendars/<int:pk>/<int:year>/withdraw/", calendar_years.year_withdraw, name="year_withdraw"),
    path("calendars/days/<int:pk>/", calendar_days.day_edit, name="day_edit"),
    path("calendars/days/<int:pk>/remove/", calendar_days.day_remove, name="day_remove"),
]
