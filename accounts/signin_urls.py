"""allauth's pages under our addresses, each behind our guard. What is not listed here cannot be reached."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from django.urls import path

from .access import Capability, needs, public

own = needs(Capability.USE_OWN_ACCOUNT)
duty = needs(Capability.USE_OWN_ACCOUNT, before_duties=True)
door = public("the door itself: nobody is signed in yet")

urlpatterns = [
    path("sign-in/", door(account.login), name="account_login"),
    path("sign-in/code/", door(mfa.authenticate), name="mfa_authenticate"),
    path("sign-in/no-account/", door(account.signup), name="account_signup"),
    path("sign-in/inactive/", door(account.account_inactive), name="account_inactive"),
    path("sign-out/", duty(account.logout), name="account_logout"),
    path("account/password/", duty(account.password_change), name="account_change_password"),
    path("account/confirm/", duty(account.reauthenticate), name="account_reauthenticate"),
    path("account/confirm/code/", duty(mfa.reauthenticate), name="mfa_reauthenticate"),
    path("account/second-factor/", own(mfa.index), name="mfa_index"),
    path("account/second-factor/activate/", duty(totp.activate_totp), name="mfa_activate_totp"),
    path("account/second-factor/deactivate/", own(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("account/recovery-codes/", own(recovery.view_recovery_codes), name="mfa_view_recovery_codes"),
    path("account/recovery-codes/new/", own(recovery.generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path("account/recovery-codes/download/", own(recovery.download_recovery_codes), name="mfa_download_recovery_codes"),
]
