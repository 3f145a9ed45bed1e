"""What the contracts of a course say: its head fills the blanks of the model contract."""

from django.forms import model_to_dict
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from yuxin.access.reading import reading
from yuxin.desk.forms.papers import ConditionsForm
from yuxin.desk.tuition_access import own_institution
from yuxin.kernel.actor import Role
from yuxin.kernel.refusal import NotFound, Refusal
from yuxin.look.moment import call_of
from yuxin.look.page import actor_of, page
from yuxin.operations.tuition.set_course_conditions import set_course_conditions
from yuxin.tuition.agreements.fields import conditions_of
from yuxin.tuition.models import Course


@page(roles={Role.INSTITUTION_HEAD}, methods=("GET", "POST"))
def conditions(request: HttpRequest, code: str) -> HttpResponse:
    """Show and set the conditions; contracts that were drawn up keep theirs."""
    actor = actor_of(request)
    with reading(actor):
        place = own_institution(request, actor)
        course = Course.objects.filter(code=code, institution_id=place.id).first()
        if course is None:
            raise NotFound
        known = model_to_dict(conditions_of(course))
    form = ConditionsForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        told = dict(form.cleaned_data)
        number = told.pop("request_id")
        try:
            set_course_conditions(call_of(request, number), course_code=code, values=told)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return HttpResponseRedirect(f"{reverse('desk:course', args=[code])}?done=conditions")
    context = {"form": form, "course": course, "place": place}
    return render(request, "desk/conditions.html", context, status=422 if form.errors else 200)
