"""The hospital's own facts, numbers and lists: for the administrator."""

from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import Capability, StaffRequest, needs
from hospital_crm.lib.conflict import resolved
from hospital_crm.lib.forms import create_page, edit_page
from institution.forms import ItemCreateForm, ItemEditForm, ProfileForm, SettingForm
from institution.models import HospitalProfile, ReferenceItem, ReferenceList, Setting
from institution.services import lists
from institution.services import profile as profile_services
from institution.services import settings as setting_services


@require_safe
@needs(Capability.MANAGE_SETTINGS)
def settings_index(request: StaffRequest) -> HttpResponse:
    return render(request, "institution/settings_index.html")


@needs(Capability.MANAGE_SETTINGS)
def profile_edit(request: StaffRequest) -> HttpResponse:
    form = ProfileForm(resolved(request.POST) or None, instance=HospitalProfile.objects.get())

    def save() -> HospitalProfile:
        return profile_services.update_profile(
            profile=HospitalProfile.objects.get(),
            version=form.version,
            values=form.values,
            actor=request.user.actor,
            at=timezone.now(),
        )

    return edit_page(
        request,
        form=form,
        save=save,
        done_url=reverse("institution:profile_edit"),
        template="institution/profile_edit.html",
        context={},
    )


@require_safe
@needs(Capability.MANAGE_SETTINGS)
def setting_list(request: StaffRequest) -> HttpResponse:
    settings = Setting.objects.select_related("updated_by__staff").order_by("area", "key")
    return render(request, "institution/setting_list.html", {"settings": settings})


@needs(Capability.MANAGE_SETTINGS)
def setting_edit(request: StaffRequest, pk: int) -> HttpResponse:
    setting = get_object_or_404(Setting, pk=pk)
    form = SettingForm(resolved(request.POST) or None, instance=setting)

    def save() -> Setting:
        return setting_services.change_setting(
            setting=get_object_or_404(Setting, pk=pk),
            value=form.values["value"],
            version=form.version,
            actor=request.user.actor,
            at=timezone.now(),
        )

    return edit_page(
        request,
        form=form,
        save=save,
        done_url=reverse("institution:setting_list") + f"#setting-{pk}",
        template="institution/setting_edit.html",
        context={"setting": get_object_or_404(Setting, pk=pk)},
    )


@require_safe
@needs(Capability.MANAGE_SETTINGS)
def list_list(request: StaffRequest) -> HttpResponse:
    lists_in_use = ReferenceList.objects.annotate(in_use=Count("items", filter=Q(items__is_active=True)))
    return render(request, "institution/list_list.html", {"lists": lists_in_use.order_by("code")})


@require_safe
@needs(Capability.MANAGE_SETTINGS)
def list_detail(request: StaffRequest, code: str) -> HttpResponse:
    reference_list = get_object_or_404(ReferenceList, code=code)
    items = reference_list.items.order_by("-is_active", "position", "pk")
    return render(request, "institution/list_detail.html", {"list": reference_list, "items": items})


@needs(Capability.MANAGE_SETTINGS)
def item_create(request: StaffRequest, code: str) -> HttpResponse:
    reference_list = get_object_or_404(ReferenceList, code=code)
    form = ItemCreateForm(request.POST or None, instance=ReferenceItem(list=reference_list))

    def create() -> ReferenceItem:
        return lists.create_item(
            reference_list=reference_list,
            values={name: form.cleaned_data[name] for name in form.Meta.fields},
            actor=request.user.actor,
            at=timezone.now(),
            submission=form.submission,
        )

    return create_page(
        request,
        form=form,
        create=create,
        done_url=lambda pk: _place_in_list(code, pk),
        template="institution/item_create.html",
        context={"list": reference_list},
    )


@needs(Capability.MANAGE_SETTINGS)
def item_edit(request: StaffRequest, pk: int) -> HttpResponse:
    item = get_object_or_404(ReferenceItem.objects.select_related("list"), pk=pk)
    form = ItemEditForm(resolved(request.POST) or None, instance=item)

    def save() -> ReferenceItem:
        return lists.update_item(
            item=get_object_or_404(ReferenceItem, pk=pk),
            version=form.version,
            values=form.values,
            actor=request.user.actor,
            at=timezone.now(),
        )

    return edit_page(
        request,
        form=form,
        save=save,
        done_url=_place_in_list(item.list.code, pk),
        template="institution/item_edit.html",
        context={"list": item.list, "item": item},
    )


def _place_in_list(code: str, pk: int) -> str:
    return reverse("institution:list_detail", args=[code]) + f"#item-{pk}"
