from django.urls import path

from .views import absences, account, audit, departments, one_time_passwords, people, saved_views, teams, tokens

app_name = "accounts"
urlpatterns = [
    path("account/", account.my_account, name="my_account"),
    path("account/language/", account.switch_language, name="switch_language"),
    path("account/still-here/", account.still_here, name="still_here"),
    path("account/views/", saved_views.saved_view_list, name="saved_view_list"),
    path("account/views/new/", saved_views.saved_view_create, name="saved_view_create"),
    path("account/views/<int:pk>/edit/", saved_views.saved_view_edit, name="saved_view_edit"),
    path("account/views/<int:pk>/delete/", saved_views.saved_view_delete, name="saved_view_delete"),
    path("staff/", people.staff_list, name="staff_list"),
    path("staff/new/", people.staff_create, name="staff_create"),
    path("staff/<int:pk>/", people.staff_detail, name="staff_detail"),
    path("staff/<int:pk>/edit/", people.staff_edit, name="staff_edit"),
    path("staff/<int:pk>/reset-password/", people.staff_reset_password, name="staff_reset_password"),
    path("staff/<int:pk>/password/", one_time_passwords.staff_password, name="staff_password"),
    path("staff/<int:pk>/deactivate/", people.staff_deactivate, name="staff_deactivate"),
    path("staff/<int:pk>/reactivate/", people.staff_reactivate, name="staff_reactivate"),
    path("staff/<int:staff_pk>/absences/new/", absences.absence_create, name="absence_create"),
    path("absences/<int:pk>/cancel/", absences.absence_cancel, name="absence_cancel"),
    path("staff/<int:staff_pk>/tokens/new/", tokens.token_create, name="token_create"),
    path("tokens/<int:pk>/", tokens.token_shown, name="token_shown"),
    path("tokens/<int:pk>/revoke/", tokens.token_revoke, name="token_revoke"),
    path("departments/", departments.department_list, name="department_list"),
    path("departments/new/", departments.department_create, name="department_create"),
    path("departments/<int:pk>/edit/", departments.department_edit, name="department_edit"),
    path("teams/", teams.team_list, name="team_list"),
    path("teams/new/", teams.team_create, name="team_create"),
    path("teams/<int:pk>/edit/", teams.team_edit, name="team_edit"),
    path("audit/", audit.audit_list, name="audit_list"),
]
