"""What became of messages, from the same report as the page."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.access import Capability, staff_of
from hospital_crm.lib.periods import DaysSerializer, days_asked
from messaging.reports.delivery import delivery_figures
from messaging.serializers import DeliverySerializer


class DeliveryView(APIView):
    """The messages that were to be sent on these days, by channel, template and reason; today, if none are named."""

    needs = Capability.SETTLE_OUTBOX

    @extend_schema(parameters=[DaysSerializer], responses=DeliverySerializer)
    def get(self, request: Request) -> Response:
        now = timezone.now()
        since, until = days_asked(request.query_params.dict(), today=timezone.localdate(now))
        figures = delivery_figures(staff=staff_of(request), since=since, until=until, at=now)
        return Response(DeliverySerializer(figures).data)
