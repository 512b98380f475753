from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import Capability, StaffRequest, needs
from accounts.forms import DepartmentCreateForm, DepartmentEditForm
from accounts.models import Department
from accounts.official import official_departments
from accounts.services import departments as services
from accounts.views.submissions import answer_again
from hospital_crm.lib.conflict import resolved
from hospital_crm.lib.forms import create_page, edit_page


@require_safe
@needs(Capability.MANAGE_SETTINGS)
def department_list(request: StaffRequest) -> HttpResponse:
    tree = (
        Department.objects.select_related("head", "deputy")
        .annotate(people=Count("staff", filter=Q(staff__is_active=True)))
        .in_tree_order()
    )
    headless = request.GET.get("head") == "none"
    context = {"departments": tree.in_use().without_head() if headless else tree, "headless": headless}
    return render(request, "accounts/department_list.html", context)


@needs(Capability.MANAGE_SETTINGS)
def department_create(request: StaffRequest) -> HttpResponse:
    """`?official=A10` fills the names from the official list; `?parent=3` the place in the tree."""
    official = official_departments().get(request.GET.get("official", ""))
    initial = official.initial() if official else {}
    form = DepartmentCreateForm(request.POST or None, initial={"parent": request.GET.get("parent"), **initial})
    if answer := answer_again(request, form, Department._meta.label, _place_in_list):
        return answer

    def create() -> Department:
        return services.create_department(
            values={name: form.cleaned_data[name] for name in form.Meta.fields},
            actor=request.user.actor,
            at=timezone.now(),
            submission=form.submission,
        )

    return create_page(
        request,
        form=form,
        create=create,
        done_url=_place_in_list,
        template="accounts/department_create.html",
        context={"official": official_departments().values(), "chosen": official},
    )


@needs(Capability.MANAGE_SETTINGS)
def department_edit(request: StaffRequest, pk: int) -> HttpResponse:
    department = get_object_or_404(Department, pk=pk)
    form = DepartmentEditForm(resolved(request.POST) or None, instance=department)

    def save() -> Department:
        return services.update_department(
            department=get_object_or_404(Department, pk=pk),
            version=form.version,
            values=form.values,
            actor=request.user.actor,
            at=timezone.now(),
        )

    return edit_page(
        request,
        form=form,
        save=save,
        done_url=_place_in_list(pk),
        template="accounts/department_edit.html",
        context={"department": department},
    )


def _place_in_list(pk: int) -> str:
    return reverse("accounts:department_list") + f"#department-{pk}"
